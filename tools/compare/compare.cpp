// `gradscape compare`: two evaluators on the same grid, held against each other.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/option_types.hpp"
#include "tools/compare/compare_command.hpp"

namespace gradscape {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == at)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

/// BACKEND[:METHOD[:PRECISION]]. Left out: rows for the linear cell; and f32, or f64 for the
/// reference, which computes in double, and for training.
CompareSide parse_side(const std::string& option, const std::string& text, Cell cell,
                       bool training) {
    const auto parts = split(text, ':');
    const auto has = [&](std::size_t part) { return parts.size() > part && !parts[part].empty(); };
    if (parts.size() > 3)
        throw InputError(fmt::format("{} {}: must be BACKEND[:METHOD[:PRECISION]]", option, text));
    CompareSide side{&find_evaluator(parts[0], option), {}};
    const bool reference = side.evaluator->name == "reference";
    const auto method = has(1) ? static_cast<Method>(parse_choice(option, parts[1], method_names))
                               : Method::automatic;
    if (method == Method::rows && (reference || cell != Cell::linear))
        throw InputError(
            fmt::format("{} {}: only the linear cell has a row form, and not in the "
                        "reference; use bptt or auto",
                        option, text));
    Precision precision = reference || training ? Precision::f64 : Precision::f32;
    if (has(2)) precision = static_cast<Precision>(parse_choice(option, parts[2], precision_names));
    side.arithmetic = {reference, reference ? Method::bptt : resolve_method(method, cell),
                       precision};
    return side;
}

Tolerance choose_tolerance(const CompareCommand& command, const CompareSide& a,
                           const CompareSide& b, bool training) {
    if (command.rtol || command.atol)
        return {ToleranceKind::given, {command.rtol.value_or(0), command.atol.value_or(0)}};
    if (a.arithmetic == b.arithmetic) return {};
    if (training)
        throw InputError(fmt::format(
            "--a {} --b {}: signs of tiny gradients decide where training ends, so no error bound "
            "is known between these; give --rtol and --atol, or leave the training fields out",
            a.text(), b.text()));
    return {ToleranceKind::bounds, {}};
}

Compared resolve(const CompareCommand& command) {
    FieldSet fields;
    for (Field field : command.fields) fields.add(field);
    Compared compared;
    if (!fields.has(command.pictured))
        throw InputError(
            fmt::format("--field {}: is not among --fields", name_of(command.pictured)));
    compared.a = parse_side("--a", command.a, command.cell, fields.any_training());
    compared.b = parse_side("--b", command.b, command.cell, fields.any_training());
    compared.tolerance = choose_tolerance(command, compared.a, compared.b, fields.any_training());
    compared.request = {command.grid, fields, compared.a.arithmetic.method,
                        compared.a.arithmetic.precision, command.training};
    return compared;
}

Json parameters(const CompareCommand& command, const Compared& compared, const CountingData& data) {
    static constexpr std::string_view kinds[] = {"same bits", "error bounds", "given"};
    const Tolerance& tolerance = compared.tolerance;
    Json facts{{"data", describe(command.data, data)},
               {"cell", name_of(command.cell)},
               {"a", compared.a.text()},
               {"b", compared.b.text()},
               {"wx", {command.grid.wx.lo, command.grid.wx.hi}},
               {"wrec", {command.grid.wrec.lo, command.grid.wrec.hi}},
               {"size", {command.grid.cols(), command.grid.rows()}},
               {"tolerance", {{"kind", kinds[static_cast<std::size_t>(tolerance.kind)]}}}};
    if (tolerance.kind == ToleranceKind::given) {
        facts["tolerance"]["rtol"] = tolerance.given.relative;
        facts["tolerance"]["atol"] = tolerance.given.absolute;
    }
    if (compared.request.fields.any_training()) facts["training"] = describe(command.training);
    return facts;
}

ComparedSide compared_side(const CompareSide& side, const LoadedModel& model, View view,
                           const ErrorBound& bounds) {
    view.method = side.arithmetic.reference ? Method::automatic : side.arithmetic.method;
    view.precision = side.arithmetic.precision;
    return {model.values(view), view.precision, &bounds};
}

/// The verdict over all fields, into `facts`; returns why the run failed, or nothing. A field of
/// which nothing could be judged is not within tolerance.
std::string judge(const CompareCommand& command, const Compared& compared,
                  const ComparisonSink& sink, Json& facts) {
    std::uint64_t beyond = 0, not_judged = 0, values = 0;
    std::string unknown;
    for (Field field : command.fields) {
        const FieldComparison& comparison = sink.of(field);
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
std::string run_compare(const CompareCommand& command) {
    check_report(command.report);
    const Compared compared = resolve(command);
    const SurfaceRequest& request = compared.request;
    const CountingData data = load_data(command.data);
    const auto model_a = compared.a.evaluator->load(make_problem(data.train, command.cell));
    const auto model_b = compared.b.evaluator->load(*model_a);
    const ErrorBound bound_a(model_a, request.grid.wx, compared.a.arithmetic);
    const ErrorBound bound_b(model_b, request.grid.wx, compared.b.arithmetic);
    const ComparedSide a = compared_side(compared.a, *model_a, request, bound_a);
    ComparisonSink sink(request, a, compared_side(compared.b, *model_b, request, bound_b),
                        compared.tolerance);
    Json facts = parameters(command, compared, data);
    const ErrorPictures pictures(command, compared, facts);
    sink.pass_errors(command.pictured, command.measure, pictures.sinks());
    std::array<Sink*, 1> sinks{&sink};
    run_strips(a.filler, request, sinks,
               {command.threads, command.max_memory, 0, command.report.verbosity()});
    pictures.write_figure(command, compared);

    for (Field field : command.fields)
        facts["fields"][std::string(name_of(field))] =
            comparison_facts(sink.of(field), request.grid);
    const std::string failure = judge(command, compared, sink, facts);
    facts["files"] = Json::array();
    for (const std::string& file : {command.output, command.figure})
        if (!file.empty()) facts["files"].push_back(file);
    report(command.report, comparison_text(facts), facts);
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

void add_picture_options(CLI::App& app, CompareCommand& command) {
    app.add_option("-o,--output", command.output, "Heatmap of the errors, a pixel a cell")
        ->type_name("FILE.png");
    app.add_option("--figure", command.figure, "The same with axes and colour bar")
        ->type_name("FILE.png|.svg|.pdf");
    add_choice(app, "--field", command.pictured, field_names, "Field of the pictures",
               "the first of --fields");
    add_choice(app, "--measure", command.measure, error_measure_names, "Error in the pictures",
               std::string(name_of(command.measure)));
    add_color_options(app, command.colors);
}

}  // namespace

std::string CompareSide::text() const {
    return fmt::format("{}:{}:{}", evaluator->name, name_of(arithmetic.method),
                       name_of(arithmetic.precision));
}

void setup_compare(CLI::App& app) {
    auto command = std::make_shared<CompareCommand>();
    auto* sub = app.add_subcommand("compare",
                                   "Hold two evaluators against each other, with an exit status");
    const std::string side = "BACKEND[:METHOD[:PRECISION]]";
    sub->add_option("--a", command->a, "One side")->type_name(side)->default_str(command->a);
    sub->add_option("--b", command->b, "The other")->type_name(side)->default_str(command->b);
    add_parsed(*sub, "--fields", command->fields, parse_fields, "What to compare", "FIELD,...",
               "all but the training ones");
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
    add_cell_option(*sub, command->cell);
    add_count(*sub, "--threads", command->threads, 1, "Threads", 4096)->default_str("all");
    add_grid_options(*sub, command->grid);
    add_training_options(*sub, command->training);
    add_picture_options(*sub, *command);
    const auto memory = [](const std::string& option, const std::string& text) {
        return parse_memory(option, text);
    };
    add_parsed(*sub, "--max-memory", command->max_memory, memory, "For strips in flight",
               "BYTES[K|M|G]", "256M");
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape compare --a cpu:rows:f32 --b reference -o diff.png");
    sub->callback([command, sub] {
        if (sub->count("--field") == 0) command->pictured = command->fields.front();
        std::string failure;  // the report is published all the same
        publish_together([&] { failure = run_compare(*command); });
        if (!failure.empty()) throw RunError(failure);
    });
}

}  // namespace gradscape
