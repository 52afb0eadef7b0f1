// The jobs of docs/cluster.md, read from its text: checked by what reads such files, and run, with
// smaller pictures, as a scheduler would.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <string>
#include <thread>

#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::ProgramResult;
using test::read_all;
using test::TemporaryFolder;

/// Between ``` and ```, of this language.
std::string fenced(const std::string& language) {
    const std::string text = read_all(GRADSCAPE_SOURCE_DIR "/docs/cluster.md");
    const std::string start = "```" + language + "\n";
    const std::size_t begin = text.find(start);
    if (begin == std::string::npos) return {};
    const std::size_t content = begin + start.size();
    return text.substr(content, text.find("```", content) - content);
}

std::string replaced(const std::string& text, const char* pattern, const char* with) {
    const std::regex wanted(pattern);
    EXPECT_TRUE(std::regex_search(text, wanted)) << pattern;
    return std::regex_replace(text, wanted, with);
}

std::string smaller(const std::string& job) {
    return replaced(job, "--size 32768", "--size 40 --iterations 3");
}

class ClusterJobs : public ::testing::Test {
protected:
    ClusterJobs() { fs::create_symlink(GRADSCAPE_BINARY, folder_ / "gradscape"); }

    ProgramResult shell(const std::string& command) const {
        return test::run_program({"/usr/bin/env", "PATH=" + folder_.path() + ":/usr/bin:/bin",
                                  "/bin/bash", "-c", command},
                                 folder_.path());
    }

    void expect_merge(const std::string& outputs) const {
        const ProgramResult merged = shell("gradscape merge " + outputs);
        EXPECT_EQ(merged.status, 0) << merged.err;
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }

    TemporaryFolder folder_;
};

TEST_F(ClusterJobs, SlurmArrayIsShellAndRendersItsShards) {
    write("map.sbatch", fenced("bash"));
    ASSERT_EQ(shell("bash -n map.sbatch").status, 0);
    write("small.sbatch", replaced(smaller(fenced("bash")), "/64\"", "/3\""));
    for (const char* task : {"3", "1", "2"}) {
        const ProgramResult run =
            shell(std::string("SLURM_ARRAY_TASK_ID=") + task + " bash small.sbatch");
        ASSERT_EQ(run.status, 0) << run.err;
    }
    expect_merge("map.png map.npy");
}

/// A minute before the end of its time, Slurm sends TERM to the script alone.
TEST_F(ClusterJobs, SlurmsEndOfTimeLeavesWhatIsDoneAndSaysSo) {
    const std::string work =
        "--size 400 --threads 1 --iterations " + std::to_string(std::max(200 / test::slowdown, 1));
    write("long.sbatch",
          replaced(replaced(fenced("bash"), "--size 32768", work.c_str()), "/64\"", "/1\""));
    test::StartedProgram job({"/usr/bin/env", "PATH=" + folder_.path() + ":/usr/bin:/bin",
                              "SLURM_ARRAY_TASK_ID=1", "/bin/bash", "long.sbatch"},
                             folder_.path());
    const std::string journal = folder_ / "map.png.part.1-of-1.journal";
    std::error_code none;
    const auto size = [&] { return fs::exists(journal, none) ? fs::file_size(journal, none) : 0; };
    while (size() < 1500 && !job.has_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    job.send(SIGTERM);
    const ProgramResult run = job.wait();
    EXPECT_EQ(run.status, 143) << run.err;
    EXPECT_THAT(run.err, ::testing::HasSubstr("'map.png.part.1-of-1' keeps "));
    EXPECT_GE(size(), 1500u);
}

TEST_F(ClusterJobs, MakeRendersWhatIsNotDone) {
    if (shell("command -v make").status != 0) GTEST_SKIP() << "no make";
    write("Makefile", smaller(fenced("make")));
    const ProgramResult dry = shell("make -n N=5");
    ASSERT_EQ(dry.status, 0) << dry.err;
    EXPECT_THAT(dry.out, ::testing::HasSubstr("--resume --shard 5/5"));
    const ProgramResult run = shell("make -j 2 N=5");
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(fs::exists(folder_ / "map.png"));
    EXPECT_THAT(shell("make N=5").out, ::testing::HasSubstr("up to date"));
}

TEST_F(ClusterJobs, KubernetesJobIsYamlAndItsPodsRenderTheirShards) {
    if (shell("/usr/bin/python3 -c 'import yaml'").status != 0) GTEST_SKIP() << "no PyYAML";
    write("job.yaml", replaced(smaller(fenced("yaml")), "/64\"", "/3\""));
    write("check.py", R"(import yaml
job = yaml.safe_load(open("job.yaml"))
assert job["kind"] == "Job" and job["spec"]["completionMode"] == "Indexed"
pod = job["spec"]["template"]["spec"]
assert pod["restartPolicy"] in ("Never", "OnFailure")
(container,) = pod["containers"]
volumes = {volume["name"] for volume in pod["volumes"]}
assert all(mount["name"] in volumes for mount in container["volumeMounts"])
assert container["command"] == ["/bin/sh", "-c"]
print(container["args"][0])
)");
    const ProgramResult check = shell("/usr/bin/python3 check.py");
    ASSERT_EQ(check.status, 0) << check.err;
    write("pod.sh", check.out);
    for (const char* index : {"0", "2", "1"}) {
        const ProgramResult run =
            shell(std::string("JOB_COMPLETION_INDEX=") + index + " sh pod.sh");
        ASSERT_EQ(run.status, 0) << run.err;
    }
    expect_merge("map.png map.npy");
}

}  // namespace
}  // namespace gradscape::cli
