// The program's command line, parsed again and again without running a command: made once, since
// that takes longer than parsing.
// SPDX-License-Identifier: MIT
#pragma once

#include <iostream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fuzz/input.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/config_file.hpp"

namespace gradscape::test {

class Program {
public:
    Program() {
        app_->parse_complete_callback([this] {  // comes before the subcommand's
            if (!only_prints(app_->get_subcommands().front()->get_name())) throw CLI::Success();
        });
        app_->get_config_ptr()->transform([](const std::string&) { return "/dev/null"; });
        std::cout.rdbuf(&nowhere_);
    }

    /// Whatever file --config names, `toml` is its content.
    void parse(std::vector<std::string> words, std::string_view toml) {
        read_or_refuse([&] {
            parse_command_line(*app_, std::make_shared<Config>(*app_, toml), std::move(words));
        });
    }

private:
    static bool only_prints(const std::string& command) {
        return command == "help" || command == "completions" || command == "man";
    }

    struct Config : ConfigFile {
        Config(const CLI::App& app, std::string_view text) : ConfigFile(app), toml(text) {}
        std::vector<CLI::ConfigItem> from_config(std::istream&) const override {
            return read(toml, "config.toml");
        }
        std::string_view toml;
    };
    struct Nowhere : std::streambuf {
        int overflow(int c) override { return c; }
        std::streamsize xsputn(const char*, std::streamsize size) override { return size; }
    };

    std::unique_ptr<CLI::App> app_ = make_command_line();
    Nowhere nowhere_;
};

}  // namespace gradscape::test
