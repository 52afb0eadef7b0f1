// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <fstream>

#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::cli {
namespace {

namespace fs = std::filesystem;
using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

struct BadCsv {
    std::string content, complaint;
};

TEST(FileErrors, DataThatIsNotData) {
    const BadCsv cases[] = {
        {"", "d.csv: is empty; the header must be x1,x2,…,xT, with target and weight"},
        {"x1,x2\n", "d.csv: has a header but no sequences"},
        {"x1,x2\n1,2\n1\n", "d.csv:3: 1 column where the header has 2"},
        {"x1,x2\n1,2,3\n", "d.csv:2: 3 columns where the header has 2"},
        {"x1,x2\n1,abc\n", "d.csv:2: column 2 is 'abc'; a finite number is wanted"},
        {"x1,x2\n1,\n", "d.csv:2: column 2 is ''"},
        {"x1,x2\n1,2\nnan,1\n", "d.csv:3: column 1 is 'nan'"},
        {"x1,x2\n1,-inf\n", "d.csv:2: column 2 is '-inf'"},
        {"x1,x2\n1,1e999\n", "d.csv:2: column 2 is '1e999'"},
        {"a,b\n1,2\n", "d.csv:1: column 1 of the header is 'a'; the header must be x1"},
        {"1,0\n1,1\n", "d.csv:1: numbers, but no header before them; the header must be x1"},
        {"x1,x3\n1,2\n", "d.csv:1: column 2 of the header is 'x3'"},
        {"target\n1\n", "d.csv:1: the header has no x1"},
        {"x1,weight\n1,0\n", "d.csv:2: the weight is 0; it must be greater than 0"},
        {"x1,x2\n1e308,1e308\n", "d.csv:2: the sum of the row, its target, exceeds double"},
        {std::string("x1\n\0\x1b\n", 7), "d.csv:2: column 1 is"},
    };
    const TemporaryFolder folder;
    for (const auto& [content, complaint] : cases) {
        std::ofstream(folder / "d.csv") << content;
        expect_refusal(folder, {"data", "--data", "d.csv", "-o", "out.csv"}, complaint);
    }
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"surface", "-o", "s.png"},
          {"trace", "-o", "t.csv"},
          {"train", "-o", "p.csv"},
          {"reproduce", "-o", "out"}}) {
        std::vector<std::string> arguments = command;
        arguments.insert(arguments.end(), {"--data", "d.csv", "--json", "j.json"});
        expect_refusal(folder, arguments, "d.csv:2");
    }
}

TEST(FileErrors, DataThatCannotBeRead) {
    const TemporaryFolder folder;
    expect_refusal(folder, {"data", "--data", "d.csv"}, "d.csv: cannot be read: No such file");
    expect_refusal(folder, {"data", "--data", "."}, ".: is a folder; a CSV file is wanted");
    // Not even for root, who may read files of any mode.
    expect_refusal(folder, {"data", "--data", "/proc/self/mem"}, "/proc/self/mem: cannot be read");
    std::ofstream(folder / "d.csv") << "x1\n1\n";
    fs::permissions(folder / "d.csv", fs::perms::none);
    if (geteuid() != 0)
        expect_refusal(folder, {"data", "--data", "d.csv"}, "d.csv: cannot be read: Permission");
    expect_refusal(folder, {"data", "--data", "d.csv", "--seed", "3"}, "--data excludes --seed");
}

TEST(FileErrors, DataFromOtherSystemsIsRead) {
    const TemporaryFolder folder;
    std::ofstream(folder / "d.csv") << "\xef\xbb\xbfx1,x2,target\r\n1,0,1\r\n0.5,-1e-3,2\r\n\r\n";
    const auto run = gradscape({"data", "--data", folder / "d.csv", "-o", folder / "out.csv"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(read_all(folder / "out.csv"), "x1,x2,target\n1,0,1\n0.5,-0.001,2\n");
}

/// Every command, up to the path that it writes to, and a name of the right kind.
struct Writer {
    std::vector<std::string> arguments;
    std::string name;

    std::vector<std::string> to(const std::string& path) const {
        std::vector<std::string> all = arguments;
        all.push_back(path);
        return all;
    }
};

const Writer writers[] = {
    {{"surface", "--quiet", "--size", "40", "-o"}, "x.png"},
    {{"surface", "--quiet", "--size", "40", "-o"}, "x.npy"},
    {{"surface", "--quiet", "--size", "40", "-o"}, "x.npz"},
    {{"surface", "--quiet", "--size", "40", "-o"}, "x.csv"},
    {{"surface", "--quiet", "--figure"}, "x.svg"},
    {{"surface", "--quiet", "--size", "40", "-o", "s.png", "--json"}, "x.json"},
    {{"trace", "-o"}, "x.csv"},
    {{"trace", "-o", "other.csv"}, "x.pdf"},
    {{"train", "-o"}, "x.csv"},
    {{"train", "-o", "path.csv", "--figure"}, "x.png"},
    {{"data", "-o"}, "x.csv"},
    {{"data", "-o", "train.csv", "--test-output"}, "x.csv"},
    {{"info", "--json"}, "x.json"},
    {{"reproduce", "-o", "out", "--json"}, "x.json"},
};

TEST(FileErrors, FoldersThatCannotBeWrittenTo) {
    const TemporaryFolder folder;
    std::ofstream(folder / "file") << "";
    fs::create_directory(folder / "folder");
    for (const Writer& writer : writers)
        expect_refusal(folder, writer.to("no/" + writer.name), "there is no folder 'no'");
    for (const std::string command : {"data", "trace"}) {
        expect_refusal(folder, {command, "-o", "file/x.csv"}, "'file' is not a folder");
        expect_refusal(folder, {command, "-o", "folder"}, "folder");
        // Not even root may make files there.
        expect_refusal(folder, {command, "-o", "/proc/x.csv"}, "cannot write '/proc/x.csv'");
    }
    for (const std::string path : {"no/out", "file", "/proc/out", ""})
        expect_refusal(folder, {"reproduce", "-o", path}, "-o " + path + ": is not a folder");
    EXPECT_EQ(read_all(folder / "file"), "");
}

/// No space on a device: for any user, and whatever was written before is not published either.
TEST(FileErrors, AFullDisk) {
    const TemporaryFolder folder;
    for (const Writer& writer : writers) {
        fs::create_symlink("/dev/full", folder / writer.name);
        expect_refusal(folder, writer.to(writer.name),
                       "cannot write '" + writer.name + "': No space left on device", 1);
        EXPECT_TRUE(fs::is_symlink(fs::symlink_status(folder / writer.name)));
        fs::remove(folder / writer.name);
    }
}

TEST(FileErrors, AFullFileSystem) {
    const TemporaryFolder folder;
    const auto run = test::run_program(
        {"/bin/sh", "-c",
         "for how in -rm -m; do unshare $how /bin/sh -c '"
         "mount -t tmpfs -o size=100k none \"$1\" && cd \"$1\" && echo mounted && "
         "{ \"$2\" reproduce -o out; echo \"status $?\"; "
         "\"$2\" surface --quiet -o s.npy; echo \"status $?\"; ls -A; }' - \"$1\" \"$2\" "
         "&& exit; done",
         "-", folder.path(), GRADSCAPE_BINARY});
    if (!run.out.starts_with("mounted"))
        GTEST_SKIP() << "a file system cannot be mounted here: " << run.err;
    EXPECT_EQ(run.out, "mounted\nstatus 1\nstatus 1\n");
    EXPECT_THAT(run.err, HasSubstr("gradscape: error: cannot write 'out/"));
    EXPECT_THAT(run.err, HasSubstr("gradscape: error: not enough disk space"));
}

TEST(FileErrors, AnInterruptLeavesNoFileUnderItsName) {
    const TemporaryFolder folder;
    const auto run = test::run_program({"/usr/bin/timeout", "--preserve-status", "--signal=INT",
                                        "0.5", GRADSCAPE_BINARY, "surface", "--cell", "tanh",
                                        "--length", std::to_string(300 / test::slowdown), "--size",
                                        "4000", "-o", folder / "x.npy", folder / "x.png"});
    EXPECT_EQ(run.status, 130) << run.err;
    EXPECT_FALSE(fs::exists(folder / "x.npy") || fs::exists(folder / "x.png"));
}

TEST(FileErrors, StandardOutputThatIsFull) {
    for (const std::string arguments : {"info", "data", "--help", "--version", "train --help"}) {
        const auto run = test::run_program(
            {"/bin/sh", "-c", "\"$1\" " + arguments + " > /dev/full", "-", GRADSCAPE_BINARY});
        EXPECT_EQ(run.status, 1) << arguments;
        EXPECT_EQ(run.err, "gradscape: error: cannot write to standard output\n") << arguments;
    }
}

TEST(FileErrors, F10WithoutAFontFiguresAreRefusedBeforeTheWork) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "empty");
    for (const std::string arguments :
         {"surface --figure f.svg", "train --iterations 1000000000 --figure f.png",
          "trace --length 100000 -o t.csv f.pdf",
          "compare --b reference --size 9000 --figure f.png", "reproduce -o out"}) {
        const auto run = test::run_program(
            {"/bin/sh", "-c",
             "FONTCONFIG_FILE=\"$PWD/empty\" exec \"$0\" " + arguments + " --quiet",
             GRADSCAPE_BINARY},
            folder.path());
        EXPECT_EQ(run.status, 1) << arguments;
        EXPECT_THAT(run.err, ::testing::StartsWith(
                                 "gradscape: error: figures cannot be drawn: there is no font"))
            << arguments;
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_EQ(folder.entries(), 1u);
    }
}

}  // namespace
}  // namespace gradscape::cli
