// The options that several subcommands share: what to learn, how to evaluate, where, how to train,
// and what to report. A subcommand binds the ones it needs to its own options struct.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "gradscape/evaluate.hpp"
#include "gradscape/progress.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/weights.hpp"

namespace gradscape {

using Json = nlohmann::ordered_json;

/// --data FILE | --seed --sequences --length --test-sequences
struct DataOptions {
    std::string file;
    std::uint32_t seed = 1;
    std::size_t sequences = 20, length = 10, test_sequences = 5;
};
void add_data_options(CLI::App& app, DataOptions& options);
/// Data of a file have no test part.
CountingData load_data(const DataOptions& options);
Json describe(const DataOptions& options, const CountingData& data);
/// Many identical sequences are merged, since a point costs as much as there are; few are left as
/// they are, so that sums are taken in the order of the data.
Problem make_problem(const Sequences& sequences, Cell cell);

/// --cell
void add_cell_option(CLI::App& app, Cell& cell);

/// --backend --method --precision --threads
struct EvaluationOptions {
    std::string backend = "auto";
    Method method = Method::automatic;
    std::optional<Precision> precision;  ///< empty: f32, or f64 for the training fields
    unsigned threads = 0;                ///< 0: as many as the machine has
};
void add_evaluation_options(CLI::App& app, EvaluationOptions& options);
void add_backend_option(CLI::App& app, std::string& backend);

/// --wx --wrec --size
void add_grid_options(CLI::App& app, Grid& grid);

/// --optimizer and its parameters
void add_training_options(CLI::App& app, TrainingOptions& options);
/// InputError where parameters that are right alone do not go together.
void check(const TrainingOptions& options);
Json describe(const TrainingOptions& options);

/// --json --quiet --verbose
struct ReportOptions {
    std::string json;
    bool quiet = false, verbose = false;

    Verbosity verbosity() const {
        return quiet ? Verbosity::quiet : verbose ? Verbosity::verbose : Verbosity::normal;
    }
};
void add_report_options(CLI::App& app, ReportOptions& options);
/// InputError where --json could not be written: before the work rather than after it.
void check_report(const ReportOptions& options);
/// To standard output unless --quiet, and the facts to --json FILE if wanted.
void report(const ReportOptions& options, const std::string& text, const Json& facts);

/// One line on standard error unless --quiet.
void say(const ReportOptions& options, const std::string& notice);

/// The example that ends the subcommand's --help.
void set_example(CLI::App& app, const std::string& example);

}  // namespace gradscape
