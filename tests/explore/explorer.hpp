// `gradscape explore` as a process beside the test.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/explore/raw_client.hpp"
#include "tests/run_program.hpp"

namespace gradscape::test {

class Explorer {
public:
    explicit Explorer(std::vector<std::string> arguments = {})
        : Explorer({}, with(std::move(arguments), "--no-browser")) {}
    /// With what it shows itself in: `before` are the words before the program's.
    Explorer(std::vector<std::string> before, const std::vector<std::string>& options) {
        const char* moved = std::getenv("GRADSCAPE_BINARY");
        std::vector<std::string> arguments = std::move(before);
        arguments.insert(arguments.end(), {moved ? moved : GRADSCAPE_BINARY, "explore"});
        arguments.insert(arguments.end(), options.begin(), options.end());
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        const explore::Descriptor output(ends[0]);
        auto input = std::make_unique<explore::Descriptor>(ends[1]);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input->number(), 1);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        std::vector<char*> words;
        for (const std::string& argument : arguments)
            words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        const int error = posix_spawn(&child_, words[0], &actions, nullptr, words.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0) throw std::runtime_error("cannot start " + arguments.front());
        input.reset();  // so that the program's end is the end of its words
        char c;
        while (::read(output.number(), &c, 1) == 1 && c != '\n') address_ += c;
        const std::size_t slash = address_.find('/', 17);
        if (slash == std::string::npos) throw std::runtime_error("no address: " + address_);
        port_ = static_cast<std::uint16_t>(std::atoi(address_.c_str() + 17));
        root_ = address_.substr(slash, address_.find('#') - slash);
    }
    Explorer(const Explorer&) = delete;
    Explorer& operator=(const Explorer&) = delete;
    ~Explorer() { end(SIGTERM); }

    /// As it was printed.
    const std::string& address() const { return address_; }
    std::uint16_t port() const { return port_; }
    /// /TOKEN/
    const std::string& root() const { return root_; }

    /// A path behind the token.
    RawReply get(const std::string& path) const { return get_target(root_ + path); }
    RawReply get_target(const std::string& target) const {
        RawClient client(port_);
        client.get(target, port_);
        return client.reply();
    }

    /// Its exit status after this signal.
    int end(int signal) {
        if (child_ == 0) return 0;
        ::kill(child_, signal);
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    pid_t pid() const { return child_; }

private:
    static std::vector<std::string> with(std::vector<std::string> words, const char* one_more) {
        words.emplace_back(one_more);
        return words;
    }

    pid_t child_ = 0;
    std::string address_, root_;
    std::uint16_t port_ = 0;
};

}  // namespace gradscape::test
