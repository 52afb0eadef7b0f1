// Runs a program to its end and keeps what it said: for tests of the real binary.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/temporary_folder.hpp"

extern char** environ;

namespace gradscape::test {

struct ProgramResult {
    int status = -1;  ///< exit status, or 128 + the signal that ended it
    std::string out, err;
    double cpu_seconds = 0;  ///< of all its threads, in user and in system mode
};

/// A program that runs beside the test; ends with the object at the latest.
class StartedProgram {
public:
    /// `arguments[0]` is the program; `folder` becomes its working directory unless empty, `err` a
    /// path for its standard error, another terminal perhaps.
    explicit StartedProgram(const std::vector<std::string>& arguments,
                            const std::string& folder = {}, std::string err = {})
        : out_(temporary_ / "out"), err_(err.empty() ? temporary_ / "err" : std::move(err)) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT, 0600);
        posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), O_WRONLY | O_CREAT | O_NOCTTY,
                                         0600);
        if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
        std::vector<char*> argv;
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        const int error = posix_spawn(&child_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0) throw std::runtime_error("cannot start " + arguments.at(0));
    }
    StartedProgram(const StartedProgram&) = delete;
    StartedProgram& operator=(const StartedProgram&) = delete;
    ~StartedProgram() {
        if (child_ == 0) return;
        send(SIGKILL);
        waitpid(child_, nullptr, 0);
    }

    void send(int signal) const { ::kill(child_, signal); }

    bool has_ended() const {
        siginfo_t info{};
        return waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid != 0;
    }

    /// Of all its threads so far, in hundredths.
    double cpu_seconds() const {
        const std::string text = read_all("/proc/" + std::to_string(child_) + "/stat");
        std::istringstream fields(text.substr(text.rfind(')') + 1));  // its name may have spaces
        std::string skipped;
        for (int field = 3; field < 14; ++field) fields >> skipped;
        double user = 0, system = 0;
        fields >> user >> system;
        return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }

    ProgramResult wait() {
        int status = 0;
        rusage used{};
        wait4(child_, &status, 0, &used);
        child_ = 0;
        const bool is_file = err_ == temporary_ / "err";
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_all(out_),
                is_file ? read_all(err_) : "", seconds(used.ru_utime) + seconds(used.ru_stime)};
    }

private:
    static double seconds(const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    }

    const TemporaryFolder temporary_;
    std::string out_, err_;
    pid_t child_ = 0;
};

inline ProgramResult run_program(const std::vector<std::string>& arguments,
                                 const std::string& folder = {}) {
    return StartedProgram(arguments, folder).wait();
}

/// tests/preload/system_calls.cpp, built, by a name that LD_PRELOAD takes: it ends names at spaces
/// and colons.
inline const std::string& preloaded_calls() {
    static const TemporaryFolder folder;
    static const std::string path = [] {
        const std::string built = GRADSCAPE_TEST_CALLS;
        if (built.find_first_of(" :") == std::string::npos) return built;
        std::filesystem::create_symlink(built, folder / "calls.so");
        return folder / "calls.so";
    }();
    return path;
}

/// The words before a command that preload tests/preload/system_calls.cpp into it, with the
/// variables that tell it what to do.
inline std::vector<std::string> with_calls(std::vector<std::string> variables) {
    variables.insert(variables.begin(), {"/usr/bin/env", "LD_PRELOAD=" + preloaded_calls(),
                                         "ASAN_OPTIONS=verify_asan_link_order=0"});
    return variables;
}

/// The gradscape that was just built, or GRADSCAPE_BINARY of the environment: builds may be moved.
inline ProgramResult gradscape(std::vector<std::string> arguments, const std::string& folder = {}) {
    const char* moved = std::getenv("GRADSCAPE_BINARY");
    arguments.insert(arguments.begin(), moved ? moved : GRADSCAPE_BINARY);
    return run_program(arguments, folder);
}

}  // namespace gradscape::test
