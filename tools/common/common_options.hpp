// The options that several subcommands share: what to learn, how to evaluate, where, how to train,
// and what to report. A subcommand binds the ones it needs to its own options struct.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/transaction.hpp"
#include "tools/common/given_options.hpp"
#include "tools/common/progress.hpp"

namespace gradscape::cli {

using Json = nlohmann::ordered_json;

/// What is not UTF-8, as a file name may be, becomes U+FFFD.
std::string json_text(const Json& json, int indent = -1);
/// JSON has no infinities: they are the words "inf", "-inf" and "nan".
Json json_number(double value);
/// A command's parameters from their text; discarded where it is no JSON or longer than any of
/// them, since finding a key takes longer the more there are. What is nested deeper is left out.
Json parse_parameters(std::string_view text);

/// --data FILE | --seed --sequences --length --test-sequences
struct DataOptions {
    std::string file;
    std::uint32_t seed = 1;
    std::size_t sequences = 20, length = 10, test_sequences = 5;
};
void add_data_options(CLI::App& app, DataOptions& options);

/// --max-memory of commands whose memory is that of their data; left out, all that is free.
void add_memory_option(CLI::App& app, std::size_t& max_memory);
/// What a command makes of its data: so many copies at once, and more that depends on their size.
struct DataMemory {
    double copies = 3;
    double more = 0;          ///< bytes
    std::size_t allowed = 0;  ///< bytes; 0: all that is free
};
void claim_files(Transaction& files, const DataOptions& options);
/// Data of a file have no test part. MemoryError before anything is drawn that would not fit.
CountingData load_data(const DataOptions& options, const DataMemory& memory = {});
Json describe(const DataOptions& options, const CountingData& data);
/// Many identical sequences are merged, since a point costs as much as there are; few are left as
/// they are, so that sums are taken in the order of the data.
Model make_model(Sequences sequences, const RecurrentUnit& unit);

/// --cell --initial-state
void add_unit_options(CLI::App& app, RecurrentUnit& unit);
void add_initial_state_option(CLI::App& app, double& initial_state);
/// Adds "initial_state" where it is not 0: what was made without it stays as it was.
void describe_initial_state(const RecurrentUnit& unit, Json& facts);

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
/// The optimisers that read it, between commas.
std::string users_of(const TrainingParameter& parameter);
/// InputError where a parameter is given that the optimiser does not read.
void check_optimizer_parameters(const GivenOptions& given, Optimizer optimizer);
Json describe(const TrainingOptions& options);
/// The parameters that an optimiser reads, by their names in describe().
std::vector<std::string> parameters_of(Optimizer optimizer);

/// --json --quiet --verbose
struct ReportOptions {
    std::string json;
    bool quiet = false, verbose = false;

    Verbosity verbosity() const {
        return quiet ? Verbosity::quiet : verbose ? Verbosity::verbose : Verbosity::normal;
    }
};
void add_report_options(CLI::App& app, ReportOptions& options);
/// The run reads the --config of the whole program and writes --json.
void claim_files(Transaction& files, const CLI::App& app, const ReportOptions& options);
/// The run's end: the facts to --json FILE if wanted, all files under their names, and the text to
/// standard output, or to standard error where one of the files is that; none with --quiet.
void report(const ReportOptions& options, Transaction& files, const std::string& text,
            const Json& facts);

/// One line on standard error unless --quiet.
void say(const ReportOptions& options, const std::string& text);

/// The example that ends the subcommand's --help.
void set_example(CLI::App& app, const std::string& example);

}  // namespace gradscape::cli
