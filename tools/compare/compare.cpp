// `gradscape compare`: two evaluators on the same grid, held against each other.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/resolution.hpp"
#include "gradscape/strips.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"
#include "tools/compare/compare_command.hpp"

namespace gradscape::cli {
namespace {

/// BACKEND[:METHOD[:PRECISION]]
CompareSide parse_side(const std::string& option, const std::string& text,
                       const RecurrentUnit& unit, FieldSet fields) {
    const auto parts = split(text, ':');
    if (parts.size() > 3)
        throw InputError(fmt::format("{} {}: must be BACKEND[:METHOD[:PRECISION]]", option, text));
    const auto has = [&](std::size_t part) { return parts.size() > part && !parts[part].empty(); };
    const Evaluator& evaluator = named_evaluator(option, parts[0]);
    std::optional<Method> method;
    if (has(1)) method = static_cast<Method>(parse_choice(option, parts[1], method_names));
    std::optional<Precision> precision;
    if (has(2)) precision = static_cast<Precision>(parse_choice(option, parts[2], precision_names));
    return compare_side(fmt::format("{} {}", option, text), evaluator, method, precision, unit,
                        fields);
}

Tolerance tolerance_of(const CompareCommand& command, const CompareSide& a, const CompareSide& b,
                       FieldSet fields) {
    if (const auto tolerance = choose_tolerance(a, b, fields, command.rtol, command.atol))
        return *tolerance;
    throw InputError(fmt::format(
        "--a {} --b {}: signs of tiny gradients decide where training ends, so no error bound "
        "is known between these; give --rtol and --atol, or leave the training fields out",
        a.text(), b.text()));
}

Compared resolve(const CompareCommand& command) {
    FieldSet fields;
    for (Field field : command.fields) fields.add(field);
    Compared compared;
    if (!fields.has(command.pictured))
        throw InputError(
            fmt::format("--field {}: is not among --fields", name_of(command.pictured)));
    compared.a = parse_side("--a", command.a, command.unit, fields);
    compared.b = parse_side("--b", command.b, command.unit, fields);
    compared.tolerance = tolerance_of(command, compared.a, compared.b, fields);
    compared.view = {command.grid, fields, compared.a.arithmetic.method,
                     compared.a.arithmetic.precision, command.training};
    return compared;
}

Json parameters(const CompareCommand& command, const Compared& compared, const CountingData& data) {
    const Tolerance& tolerance = compared.tolerance;
    Json facts{{"data", describe(command.data, data)},
               {"cell", name_of(command.unit.activation)},
               {"a", compared.a.text()},
               {"b", compared.b.text()},
               {"wx", {command.grid.wx.lo, command.grid.wx.hi}},
               {"wrec", {command.grid.wrec.lo, command.grid.wrec.hi}},
               {"size", {command.grid.cols(), command.grid.rows()}},
               {"tolerance", {{"kind", name_of(tolerance.kind)}}}};
    if (tolerance.kind == ToleranceKind::given) {
        facts["tolerance"]["rtol"] = tolerance.given.relative;
        facts["tolerance"]["atol"] = tolerance.given.absolute;
    }
    describe_initial_state(command.unit, facts);
    if (compared.view.fields.any_training()) facts["training"] = describe(command.training);
    return facts;
}

/// Before the work: every file that it reads and writes.
void claim_files(Transaction& files, const CompareCommand& command) {
    claim_files(files, command.data);
    claim_files(files, command.colors);
    if (!command.output.empty()) {
        if (!command.output.ends_with(".png"))
            throw InputError(fmt::format("-o {}: the picture must be a .png", command.output));
        files.write(command.output);
    }
    if (command.figure.empty()) return;
    check_figure_path(command.figure);
    files.write(command.figure);
}

/// The verdict over all fields, into `facts`; returns why the run failed, or nothing. A field of
/// which nothing could be judged is not within tolerance.
std::string judge(const CompareCommand& command, const Compared& compared,
                  const ComparisonSource& errors, Json& facts) {
    std::uint64_t beyond = 0, not_judged = 0, values = 0;
    std::string unknown;
    for (Field field : command.fields) {
        const FieldComparison& comparison = errors.of(field);
        beyond += comparison.beyond;
        not_judged += comparison.not_judged;
        values += comparison.cells();
        if (comparison.judges_nothing())
            unknown += fmt::format("{}{}", unknown.empty() ? "" : ", ", name_of(field));
    }
    facts["values"] = values;
    facts["beyond"] = beyond;
    facts["not_judged"] = not_judged;
    facts["verdict"] = beyond > 0        ? "beyond tolerance"
                       : unknown.empty() ? "within tolerance"
                                         : "not judged";
    const std::string sides = fmt::format("--a {} --b {}: ", compared.a.text(), compared.b.text());
    if (beyond > 0) return sides + fmt::format("{} values are beyond tolerance", beyond);
    if (unknown.empty()) return {};
    return sides + fmt::format(
                       "no error bound is known in any cell of {}, so nothing is judged; "
                       "give --rtol and --atol, or another range",
                       unknown);
}

/// What failed, in words; empty: nothing.
std::string run_compare(CompareCommand command, Transaction& files) {
    check(command.training);
    claim_files(files, command);
    read_palette_file("--palette", command.colors);
    const Compared compared = resolve(command);
    const View& view = compared.view;
    const CountingData data = load_data(command.data);
    const auto model_a = compared.a.evaluator->load(make_model(data.train, command.unit));
    const ComparedModels models(compared, model_a, compared.b.evaluator->load(*model_a),
                                command.pictured, command.measure);
    const ComparisonSource& errors = models.errors();
    Json facts = parameters(command, compared, data);
    const ErrorPictures pictures(command, compared, facts, files);
    run_strips(errors, pictures.sinks(),
               {front_context(command.report, files, command.threads, command.max_memory)});
    pictures.write_figure(command, compared, data.train, files);

    facts["fields"] = comparison_facts(errors, command.fields, view.grid);
    const std::string failure = judge(command, compared, errors, facts);
    facts["files"] = Json::array();
    for (const std::string& file : {command.output, command.figure})
        if (!file.empty()) facts["files"].push_back(file);
    report(command.report, files, comparison_text(facts), facts);
    return failure;
}

std::vector<Field> parse_fields(const std::string& option, const std::string& text) {
    std::vector<Field> fields;
    for (const std::string& name : split(text, ',')) {
        const auto field = static_cast<Field>(parse_choice(option, name, field_names));
        if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    }
    return fields;
}

bool draws(const CompareCommand& command) {
    return !command.output.empty() || !command.figure.empty();
}
bool trains(const CompareCommand& command) {
    return std::ranges::any_of(command.fields,
                               [](Field field) { return FieldSet{field}.any_training(); });
}

constexpr std::string_view picture_option_names[]{"--field", "--measure"};
constexpr Effect<CompareCommand> compare_effects[]{
    no_test_sequences<CompareCommand>,
    {picture_option_names, draws, "without a picture; add -o FILE.png or --figure FILE"},
    {color_option_names, draws, "without a picture; add -o FILE.png or --figure FILE"},
    {figure_option_names, [](const CompareCommand& c) { return !c.figure.empty(); },
     "without --figure FILE"},
    {training_option_names, trains,
     "on these --fields, none of which is trained; add train-loss or train-steps"},
};

void add_picture_options(CLI::App& app, CompareCommand& command) {
    in_group(app, "Picture");
    app.add_option("-o,--output", command.output, "Heatmap of the errors, a pixel a cell")
        ->type_name("FILE.png");
    app.add_option("--figure", command.figure, "The same with axes and colour bar")
        ->type_name("FILE.png|.svg|.pdf");
    add_choice(app, "--field", command.pictured, field_names, "Field of the pictures",
               "the first of --fields");
    add_choice(app, "--measure", command.measure, error_measure_names, "Error in the pictures",
               std::string(name_of(command.measure)));
    add_figure_options(app, command.page);
    add_color_options(app, command.colors);
}

}  // namespace

void setup_compare(CLI::App& app) {
    auto command = std::make_shared<CompareCommand>();
    auto* sub = app.add_subcommand("compare",
                                   "Hold two evaluators against each other, with an exit status");
    in_group(*sub, "Comparison");
    const std::string side = "BACKEND[:METHOD[:PRECISION]]";
    sub->add_option("--a", command->a, "One side, as in cpu:rows:f32")
        ->type_name(side)
        ->default_str(command->a);
    sub->add_option("--b", command->b, "The other side")->type_name(side)->default_str(command->b);
    add_parsed(*sub, "--fields", command->fields, parse_fields,
               fmt::format("What to compare, of {}", fmt::join(field_names, ", ")), "FIELD,...",
               "loss, its logarithm, gradient and norm");
    const auto tolerance = [](const std::string& option, const std::string& text) {
        return parse_number(option, text, not_negative);
    };
    add_parsed(*sub, "--rtol", command->rtol, tolerance,
               "Tolerance relative to the larger value; default: the same bits where both sides "
               "compute alike, else what their error bounds allow",
               "X", "");
    add_parsed(*sub, "--atol", command->atol, tolerance, "Absolute tolerance, added to it", "X",
               "");
    add_data_options(*sub, command->data);
    add_unit_options(*sub, command->unit);
    in_group(*sub, "Evaluation");
    add_count(*sub, "--threads", command->threads, 1, "Threads to use", 4096)->default_str("all");
    const auto memory = [](const std::string& option, const std::string& text) {
        return parse_memory(option, text);
    };
    add_parsed(*sub, "--max-memory", command->max_memory, memory,
               "What the rows under way may take of the memory", "BYTES[K|M|G]", "256M");
    add_grid_options(*sub, command->grid);
    add_training_options(*sub, command->training);
    add_picture_options(*sub, *command);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape compare --a cpu:rows:f32 --b reference -o diff.png");
    sub->callback([command, sub] {
        const GivenOptions given(*sub);
        check_effects<CompareCommand>(given, *command, compare_effects);
        check_color_effects(command->colors, command->colors.style.value_or(ColorStyle::bands),
                            given_colors(given));
        check_optimizer_parameters(given, command->training.optimizer);
        if (sub->count("--field") == 0) command->pictured = command->fields.front();
        Transaction files;
        claim_files(files, *sub, command->report);
        const std::string failure = run_compare(*command, files);  // reported all the same
        if (!failure.empty()) throw RunError(failure);
    });
}

}  // namespace gradscape::cli
