// SPDX-License-Identifier: MIT
#include "tools/common/common_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/internal/notice.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

std::string option_of(const TrainingParameter& parameter) {
    return "--" + std::string(parameter.name);
}

/// In JSON.
std::string key_of(const TrainingParameter& parameter) {
    std::string key(parameter.name);
    std::ranges::replace(key, '-', '_');
    return key;
}

}  // namespace

std::string json_text(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json json_number(double value) {
    return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value));
}

Json parse_parameters(std::string_view text) {
    constexpr std::size_t most_bytes = std::size_t{1} << 16;
    constexpr int deepest = 16;  // to copy, compare and print takes stack for each level
    if (text.size() > most_bytes) return Json(Json::value_t::discarded);
    const auto keep = [](int depth, Json::parse_event_t, Json&) { return depth <= deepest; };
    return Json::parse(text, keep, false);
}

void add_data_options(CLI::App& app, DataOptions& options) {
    in_group(app, "Data");
    auto* file = app.add_option("--data", options.file,
                                "Sequences to learn, as CSV with header x1,...,xT[,target]"
                                "[,weight]; without it, random bits whose ones are counted")
                     ->type_name("FILE.csv");
    constexpr std::uint64_t most = std::uint64_t{1} << 40;
    add_count(app, "--seed", options.seed, 0, "Seed of the random bits, which are numpy's")
        ->excludes(file);
    add_count(app, "--sequences", options.sequences, 1, "Number of random training sequences", most)
        ->excludes(file);
    add_count(app, "--length", options.length, 1, "Length of a random sequence", most)
        ->excludes(file);
    add_count(app, "--test-sequences", options.test_sequences, 0,
              "Number of random test sequences, drawn after the others", most)
        ->excludes(file);
}

void claim_files(Transaction& files, const DataOptions& options) {
    if (!options.file.empty()) files.read(options.file);
}

void add_memory_option(CLI::App& app, std::size_t& max_memory) {
    add_parsed(
        app, "--max-memory", max_memory,
        [](const std::string& option, const std::string& text) {
            return parse_memory(option, text);
        },
        "What the data and all that is made of them may take of the memory; left out, what is free",
        "BYTES[K|M|G]", "");
}

CountingData load_data(const DataOptions& options, const DataMemory& memory) {
    const std::size_t allowed = memory.allowed > 0 ? memory.allowed : available_memory();
    if (!options.file.empty()) {
        const double of_data = (static_cast<double>(allowed) - memory.more) / memory.copies;
        Sequences train =
            read_sequences_csv(options.file, static_cast<std::size_t>(std::max(of_data, 0.0)));
        Sequences none{0, train.length, {}, {}, {}};
        return {std::move(train), std::move(none)};
    }
    const double data = sequence_bytes(options.sequences, options.length) +
                        sequence_bytes(options.test_sequences, options.length);
    check_memory(fmt::format("{} sequences of length {}", options.sequences, options.length),
                 memory.copies * data + memory.more, allowed, "fewer or shorter ones would fit");
    return make_counting_data(options.seed, options.sequences, options.length,
                              options.test_sequences);
}

Model make_model(Sequences sequences, const RecurrentUnit& unit) {
    if (2 * count_distinct(sequences) <= sequences.count)
        return {merge_identical(sequences), unit.activation, unit.initial_state};
    return {std::move(sequences), unit.activation, unit.initial_state};
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

void add_unit_options(CLI::App& app, RecurrentUnit& unit) {
    in_group(app, "Model");
    add_choice(app, "--cell", unit.activation, activation_names,
               "Activation f of the recurrent unit", std::string(name_of(unit.activation)));
    add_initial_state_option(app, unit.initial_state);
}

void add_initial_state_option(CLI::App& app, double& initial_state) {
    in_group(app, "Model");
    add_number(app, "--initial-state", initial_state, any_number,
               "State of the recurrent unit before the first input, the same for every sequence");
}

void describe_initial_state(const RecurrentUnit& unit, Json& facts) {
    if (unit.initial_state != 0) facts["initial_state"] = unit.initial_state;
}

void add_backend_option(CLI::App& app, std::string& backend) {
    in_group(app, "Evaluation");
    app.add_option("--backend", backend,
                   "What evaluates: the reference in plain loops, the CPU, a GPU, or the GPU's "
                   "kernels emulated; auto takes a GPU that works, else the CPU, which also fills "
                   "surfaces in the row form, faster than a link; `gradscape info` "
                   "says why one is missing")
        ->type_name("auto|reference|cpu|cuda|emulated")
        ->default_str(backend);
}

void add_evaluation_options(CLI::App& app, EvaluationOptions& options) {
    add_backend_option(app, options.backend);
    add_choice(app, "--method", options.method, method_names,
               "Backpropagation through time, or the row form that only the linear cell has; auto "
               "takes the row form where there is one",
               std::string(name_of(options.method)));
    const auto precision = [](const std::string& option, const std::string& text) {
        return static_cast<Precision>(parse_choice(option, text, precision_names));
    };
    add_parsed(
        app, "--precision", options.precision, precision,
        "Type of the values; left out, it is f64 for the training fields and for pictures drawn "
        "from the row form",
        "f32|f64", std::string(name_of(options.precision.value_or(Precision::f32))));
    add_count(app, "--threads", options.threads, 1, "Threads to use", 4096)->default_str("all");
}

void add_grid_options(CLI::App& app, Grid& grid) {
    in_group(app, "Grid");
    add_range(app, "--wx", grid.wx, "Range of w_x, both ends included");
    add_range(app, "--wrec", grid.wrec, "Range of w_rec, both ends included");
    const auto take = [&grid](const std::string& text) { parse_size("--size", text, grid); };
    app.add_option_function<std::string>(
           "--size", take, "Number of cells, one a pixel; N makes a square, k is 1024")
        ->type_name("COLSxROWS")
        ->default_str(fmt::format("{}x{}", grid.cols(), grid.rows()));
}

void add_training_options(CLI::App& app, TrainingOptions& options) {
    in_group(app, "Training");
    add_choice(
        app, "--optimizer", options.optimizer, optimizer_names,
        "Optimiser; rprop is the article's, which neither clamps its steps nor takes one back",
        std::string(name_of(options.optimizer)));
    add_count(app, "--iterations", options.iterations, 0, "Number of iterations", most_iterations);
    for (const TrainingParameter& parameter : training_parameters)
        add_number(app, option_of(parameter), options.*parameter.value, parameter.range,
                   fmt::format("{} ({})", parameter.help, users_of(parameter)));
    add_number(app, "--tolerance", options.tolerance, not_negative,
               "Loss that counts as reached, for train-steps");
}

std::string users_of(const TrainingParameter& parameter) {
    std::string text;
    for (const OptimizerRow& row : optimizer_rows)
        if (parameter.is_used_by(row.optimizer))
            text += (text.empty() ? "" : ", ") + std::string(row.name);
    return text;
}

void check_optimizer_parameters(const GivenOptions& given, Optimizer optimizer) {
    for (const TrainingParameter& parameter : training_parameters)
        if (given.contains(option_of(parameter)) && !parameter.is_used_by(optimizer))
            throw InputError(fmt::format("{}: has no effect on --optimizer {}, only on {}",
                                         option_of(parameter), name_of(optimizer),
                                         users_of(parameter)));
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
    Json facts{{"optimizer", name_of(options.optimizer)}, {"iterations", options.iterations}};
    for (const TrainingParameter& parameter : training_parameters)
        facts[key_of(parameter)] = options.*parameter.value;
    facts["tolerance"] = options.tolerance;
    return facts;
}

std::vector<std::string> parameters_of(Optimizer optimizer) {
    std::vector<std::string> names;
    for (const TrainingParameter& parameter : training_parameters) {
        if (parameter.is_used_by(optimizer)) names.push_back(key_of(parameter));
    }
    return names;
}

void add_report_options(CLI::App& app, ReportOptions& options) {
    in_group(app, everywhere_group);
    app.add_option("--json", options.json, "Write the facts that are printed, and more, as JSON")
        ->type_name("FILE");
    auto* quiet = app.add_flag("--quiet", options.quiet, "Print nothing but errors");
    app.add_flag("--verbose", options.verbose, "Say more on standard error, while the work goes on")
        ->excludes(quiet);
}

void claim_files(Transaction& files, const CLI::App& app, const ReportOptions& options) {
    const CLI::Option* config = app.get_parent()->get_option_no_throw("--config");
    if (config && config->count() > 0) files.read(config->as<std::string>());
    if (!options.json.empty()) files.write(options.json);
}

void report(const ReportOptions& options, Transaction& files, const std::string& text,
            const Json& facts) {
    if (!options.json.empty()) write_file(files.open(options.json), json_text(facts, 2) + '\n');
    files.publish();
    if (options.quiet) return;
    std::FILE* const stream = files.writes_standard_output() ? stderr : stdout;
    if (std::fputs(text.c_str(), stream) < 0 || std::fflush(stream) != 0)
        throw RunError("cannot write to standard output");
}

void say(const ReportOptions& options, const std::string& text) {
    if (!options.quiet) notice(text);
}

void set_example(CLI::App& app, const std::string& example) { app.footer("Example: " + example); }

}  // namespace gradscape::cli
