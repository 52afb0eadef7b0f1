// Runs a program to its end and keeps what it said: for tests of the real binary.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"

extern char** environ;

namespace gradscape::testing {

struct ProgramResult {
    int status = -1;  ///< exit status, or 128 + the signal that ended it
    std::string out, err;
};

/// `arguments[0]` is the program; `folder` becomes its working directory unless empty.
inline ProgramResult run_program(const std::vector<std::string>& arguments,
                                 const std::string& folder = {}) {
    const TemporaryFolder temporary;
    const std::string out = temporary / "out", err = temporary / "err";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
    if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    std::vector<char*> argv;
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t child = 0;
    const int error = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + arguments.at(0));
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_all(out),
            read_all(err)};
}

/// The gradscape that was just built, or GRADSCAPE_BINARY of the environment: builds may be moved.
inline ProgramResult gradscape(std::vector<std::string> arguments, const std::string& folder = {}) {
    const char* moved = std::getenv("GRADSCAPE_BINARY");
    arguments.insert(arguments.begin(), moved ? moved : GRADSCAPE_BINARY);
    return run_program(arguments, folder);
}

}  // namespace gradscape::testing
