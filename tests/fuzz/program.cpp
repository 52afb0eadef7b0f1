// SPDX-License-Identifier: MIT
#include "tests/fuzz/program.hpp"

#include <iostream>
#include <streambuf>
#include <utility>

#include "tests/fuzz/input.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/config_file.hpp"

namespace gradscape::test {
namespace {

bool only_prints(const std::string& command) {
    return command == "help" || command == "completions" || command == "man";
}

struct Config : cli::ConfigFile {
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

}  // namespace

struct Program::Made {
    std::unique_ptr<CLI::App> app = cli::make_command_line();
    Nowhere nowhere;
};

Program::Program() : made_(std::make_unique<Made>()) {
    CLI::App& app = *made_->app;
    app.parse_complete_callback([&app] {  // comes before the subcommand's
        if (!only_prints(app.get_subcommands().front()->get_name())) throw CLI::Success();
    });
    app.get_config_ptr()->transform([](const std::string&) { return "/dev/null"; });
    std::cout.rdbuf(&made_->nowhere);
}

Program::~Program() = default;

void Program::parse(std::vector<std::string> words, std::string_view toml) {
    CLI::App& app = *made_->app;
    read_or_refuse([&] {
        cli::parse_command_line(app, std::make_shared<Config>(app, toml), std::move(words));
    });
}

}  // namespace gradscape::test
