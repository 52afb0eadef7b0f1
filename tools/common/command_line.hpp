// The program's command line: all subcommands, the configuration file, and one-line errors.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace gradscape::cli {

/// One a subcommand, each in a file of its name: adds the subcommand with its options and says what
/// to run.
void setup_reproduce(CLI::App& app);
void setup_surface(CLI::App& app);
void setup_compare(CLI::App& app);
void setup_data(CLI::App& app);
void setup_train(CLI::App& app);
void setup_trace(CLI::App& app);
void setup_info(CLI::App& app);
void setup_help(CLI::App& app);
// For packages, and left out of --help: what shells complete with, and the manual page.
void setup_completions(CLI::App& app);
void setup_manual(CLI::App& app);

/// All of them, not yet parsed.
std::unique_ptr<CLI::App> make_command_line();

/// Parses and runs. What goes wrong with the command line itself becomes an InputError.
void run_command_line(int argc, const char* const* argv);

}  // namespace gradscape::cli
