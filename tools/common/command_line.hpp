// The program's command line: all subcommands, the configuration file, and one-line errors.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

namespace gradscape::cli {

class ConfigFile;

/// One a subcommand, each in a file of its name: adds the subcommand with its options and says what
/// to run.
void setup_reproduce(CLI::App& app);
void setup_surface(CLI::App& app);
void setup_merge(CLI::App& app);
void setup_compare(CLI::App& app);
void setup_data(CLI::App& app);
void setup_train(CLI::App& app);
void setup_trace(CLI::App& app);
void setup_ravine(CLI::App& app);
void setup_cliff(CLI::App& app);
void setup_basins(CLI::App& app);
void setup_sweep(CLI::App& app);
void setup_explore(CLI::App& app);
void setup_info(CLI::App& app);
void setup_help(CLI::App& app);
// For packages, and left out of --help: what shells complete with, and the manual page.
void setup_completions(CLI::App& app);
void setup_manual(CLI::App& app);

/// All of them, not yet parsed.
std::unique_ptr<CLI::App> make_command_line();

/// Parses the arguments behind the program's name and runs the subcommand. What goes wrong with the
/// command line itself, or with the --config file that `config` reads, becomes an InputError.
void parse_command_line(CLI::App& program, const std::shared_ptr<ConfigFile>& config,
                        std::vector<std::string> arguments);

/// The same for a command line that was not made yet.
void run_command_line(int argc, const char* const* argv);

}  // namespace gradscape::cli
