// SPDX-License-Identifier: MIT
#include "tools/common/common_options.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape {

void add_data_options(CLI::App& app, DataOptions& options) {
    auto* file =
        app.add_option("--data", options.file,
                       "CSV with header x1,...,xT[,target][,weight] instead of random bits")
            ->type_name("FILE.csv");
    constexpr std::uint64_t most = std::uint64_t{1} << 40;
    add_count(app, "--seed", options.seed, 0, "Seed of numpy's generator")->excludes(file);
    add_count(app, "--sequences", options.sequences, 1, "Number of training sequences", most)
        ->excludes(file);
    add_count(app, "--length", options.length, 1, "Length of a sequence", most)->excludes(file);
    add_count(app, "--test-sequences", options.test_sequences, 0, "Number of test sequences", most)
        ->excludes(file);
}

CountingData load_data(const DataOptions& options) {
    if (!options.file.empty()) {
        Sequences train = read_sequences_csv(options.file);
        Sequences none{0, train.length, {}, {}, {}};
        return {std::move(train), std::move(none)};
    }
    return make_counting_data(options.seed, options.sequences, options.length,
                              options.test_sequences);
}

Problem make_problem(const Sequences& sequences, Cell cell) {
    Sequences merged = merge_identical(sequences);
    if (2 * merged.count <= sequences.count) return {std::move(merged), cell};
    return {sequences, cell};
}

Json describe(const DataOptions& options, const CountingData& data) {
    Json facts;
    if (options.file.empty())
        facts["seed"] = options.seed;
    else
        facts["file"] = options.file;
    facts["sequences"] = data.train.count;
    facts["length"] = data.train.length;
    facts["test_sequences"] = data.test.count;
    facts["total_weight"] = data.train.total_weight();
    return facts;
}

void add_cell_option(CLI::App& app, Cell& cell) {
    add_choice(app, "--cell", cell, cell_names, "Activation of the recurrent unit",
               std::string(name_of(cell)));
}

void add_backend_option(CLI::App& app, std::string& backend) {
    app.add_option("--backend", backend, "Evaluator; `gradscape info` lists them")
        ->type_name("auto|reference|cpu|cuda|emulated")
        ->default_str(backend);
}

void add_evaluation_options(CLI::App& app, EvaluationOptions& options) {
    add_backend_option(app, options.backend);
    add_choice(app, "--method", options.method, method_names,
               "Backpropagation through time, or the row form of the linear cell",
               std::string(name_of(options.method)));
    const auto precision = [](const std::string& option, const std::string& text) {
        return static_cast<Precision>(parse_choice(option, text, precision_names));
    };
    add_parsed(
        app, "--precision", options.precision, precision,
        "Of the fields; f64 for the training fields and for pictures drawn from the row form",
        "f32|f64", std::string(name_of(options.precision.value_or(Precision::f32))));
    add_count(app, "--threads", options.threads, 1, "Threads of the cpu evaluator", 4096)
        ->default_str("all");
}

void add_grid_options(CLI::App& app, Grid& grid) {
    add_range(app, "--wx", grid.wx, "Range of w_x, both ends included");
    add_range(app, "--wrec", grid.wrec, "Range of w_rec, both ends included");
    const auto take = [&grid](const std::string& text) { parse_size("--size", text, grid); };
    app.add_option_function<std::string>("--size", take,
                                         "Number of cells; N makes a square, k is 1024")
        ->type_name("COLSxROWS")
        ->default_str(fmt::format("{}x{}", grid.cols(), grid.rows()));
}

void add_training_options(CLI::App& app, TrainingOptions& options) {
    add_choice(app, "--optimizer", options.optimizer, optimizer_names, "Optimiser",
               std::string(name_of(options.optimizer)));
    add_count(app, "--iterations", options.iterations, 0, "Number of iterations", 1'000'000'000);
    add_number(app, "--learning-rate", options.learning_rate, positive_number,
               "gd, momentum, nesterov, rmsprop, adam");
    add_number(app, "--momentum", options.momentum, {0, 1, false}, "momentum, nesterov");
    constexpr NumberRange decay{.low = 0, .high = 1, .high_excluded = true};
    add_number(app, "--rms-decay", options.rms_decay, decay, "rmsprop");
    add_number(app, "--beta1", options.beta1, decay, "adam: decay of the mean");
    add_number(app, "--beta2", options.beta2, decay, "adam: decay of the mean square");
    add_number(app, "--epsilon", options.epsilon, not_negative, "rmsprop, adam");
    add_number(app, "--delta0", options.delta0, positive_number, "Rprop: first step");
    add_number(app, "--eta-plus", options.eta_plus, {.low = 1, .low_excluded = true},
               "Rprop: growth of the step");
    add_number(app, "--eta-minus", options.eta_minus,
               {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true},
               "Rprop: shrinking of the step");
    add_number(app, "--delta-min", options.delta_min, positive_number,
               "Rprop, all but the article's: smallest step");
    add_number(app, "--delta-max", options.delta_max, positive_number,
               "Rprop, all but the article's: largest step");
    add_number(app, "--clip-norm", options.clip_norm, not_negative,
               "Longest gradient; 0: no clipping");
    add_number(app, "--tolerance", options.tolerance, not_negative,
               "Loss that counts as reached (train-steps)");
}

void check(const TrainingOptions& options) {
    if (options.delta_min > options.delta_max)
        throw InputError(
            fmt::format("--delta-min {}: the smallest step must not be above the largest, "
                        "--delta-max {}",
                        options.delta_min, options.delta_max));
    if (options.optimizer == Optimizer::nesterov && options.momentum == 0)
        throw InputError(
            "--momentum 0: nesterov looks ahead along its momentum; a number above 0 "
            "is wanted, or --optimizer gd");
}

Json describe(const TrainingOptions& options) {
    return {{"optimizer", name_of(options.optimizer)},
            {"iterations", options.iterations},
            {"learning_rate", options.learning_rate},
            {"momentum", options.momentum},
            {"rms_decay", options.rms_decay},
            {"beta1", options.beta1},
            {"beta2", options.beta2},
            {"epsilon", options.epsilon},
            {"delta0", options.delta0},
            {"eta_plus", options.eta_plus},
            {"eta_minus", options.eta_minus},
            {"delta_min", options.delta_min},
            {"delta_max", options.delta_max},
            {"clip_norm", options.clip_norm},
            {"tolerance", options.tolerance}};
}

void add_report_options(CLI::App& app, ReportOptions& options) {
    app.add_option("--json", options.json, "The facts that are printed, machine-readable")
        ->type_name("FILE");
    auto* quiet = app.add_flag("--quiet", options.quiet, "Print nothing but errors");
    app.add_flag("--verbose", options.verbose, "Say more on standard error")->excludes(quiet);
}

void check_report(const ReportOptions& options) {
    if (!options.json.empty()) const AtomicFile can_be_written(options.json);
}

void report(const ReportOptions& options, const std::string& text, const Json& facts) {
    if (!options.json.empty()) write_file(options.json, facts.dump(2) + '\n');
    if (options.quiet) return;
    if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
        throw RunError("cannot write to standard output");
}

void say(const ReportOptions& options, const std::string& notice) {
    if (!options.quiet) fmt::print(stderr, "gradscape: {}\n", notice);
}

void set_example(CLI::App& app, const std::string& example) {
    app.footer("Everywhere: --config FILE (these options as TOML), --version.\nExample: " +
               example);
}

}  // namespace gradscape
