// Two evaluators held against each other.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <array>
#include <cmath>
#include <optional>

#include "gradscape/error.hpp"
#include "gradscape/resolution.hpp"
#include "gradscape/strips.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/compare/compare_command.hpp"
#include "tools/python/surface.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

struct Side {
    const Evaluator* evaluator;
    Arithmetic arithmetic;
};

/// Method −1 and precision −1: what the program takes where they are left out.
Side side_of(const char* name, const std::string& backend, int method, int precision,
             const Cell& cell, FieldSet fields) {
    Side side{};
    try {
        side.evaluator = &find_evaluator(backend);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", name, error.what()));
    }
    const bool reference = side.evaluator->name == "reference";
    const auto asked = method < 0 ? Method::automatic : static_cast<Method>(method);
    if (asked == Method::rows && (reference || !has_row_form(cell)))
        throw InputError(
            fmt::format("{} {}: {}; use bptt or auto", name, backend, cli::no_row_form_text(cell)));
    Precision used = reference ? Precision::f64 : usual_precision(fields);
    if (precision >= 0) used = static_cast<Precision>(precision);
    side.arithmetic = {reference, reference ? Method::bptt : resolve_method(asked, cell), used};
    return side;
}

ComparedSide compared_side(const Side& side, const LoadedModel& model, View view,
                           const ErrorBound& bounds) {
    view.method = side.arithmetic.reference ? Method::automatic : side.arithmetic.method;
    view.precision = side.arithmetic.precision;
    return {model.values(view), view.precision, &bounds};
}

Tolerance tolerance_of(const Side& a, const Side& b, std::optional<double> rtol,
                       std::optional<double> atol, bool training) {
    for (const auto& [name, value] : {std::pair("rtol", rtol), std::pair("atol", atol)})
        if (value && !(*value >= 0))
            throw InputError(fmt::format("{} {}: a number from 0 is wanted", name, *value));
    if (rtol || atol) return {ToleranceKind::given, {rtol.value_or(0), atol.value_or(0)}};
    if (a.arithmetic == b.arithmetic) return {};
    if (training)
        throw InputError(
            "signs of tiny gradients decide where training ends, so no error bound is known "
            "between these; give rtol and atol, or leave the training fields out");
    return {ToleranceKind::bounds, {}};
}

std::string text_of(const Side& side) {
    return fmt::format("{}:{}:{}", side.evaluator->name, name_of(side.arithmetic.method),
                       name_of(side.arithmetic.precision));
}

/// The program's facts, as JSON.
std::string compare(const LoadedData& model, View view, const nb::tuple& a, const nb::tuple& b,
                    std::optional<double> rtol, std::optional<double> atol, int threads,
                    const nb::object& progress) {
    const bool training = view.fields.any_training();
    const auto side = [&](const char* name, const nb::tuple& given) {
        return side_of(name, nb::cast<std::string>(given[0]), nb::cast<int>(given[1]),
                       nb::cast<int>(given[2]), model.cell(), view.fields);
    };
    const Side side_a = side("a", a), side_b = side("b", b);
    const Tolerance tolerance = tolerance_of(side_a, side_b, rtol, atol, training);
    view.precision = side_a.arithmetic.precision;
    std::string text;
    run(HUGE_VAL, means_of(threads, progress), [&](const Context& context) {
        const auto model_a = side_a.evaluator->load(*model);
        const auto model_b = side_b.evaluator->load(*model);
        const ErrorBound bound_a(model_a, view.grid.wx, side_a.arithmetic, view.fields);
        const ErrorBound bound_b(model_b, view.grid.wx, side_b.arithmetic, view.fields);
        const ComparisonSource errors(view, compared_side(side_a, *model_a, view, bound_a),
                                      compared_side(side_b, *model_b, view, bound_b), tolerance,
                                      *view.fields.begin(), ErrorMeasure::ulp);
        run_strips(errors, {}, {context});
        static constexpr std::string_view kinds[] = {"same bits", "error bounds", "given"};
        cli::Json facts{{"a", text_of(side_a)},
                        {"b", text_of(side_b)},
                        {"tolerance", kinds[static_cast<std::size_t>(tolerance.kind)]}};
        for (Field field : view.fields)
            facts["fields"][std::string(name_of(field))] =
                cli::comparison_facts(errors.of(field), view.grid);
        text = cli::json_text(facts);
    });
    return text;
}

}  // namespace

void bind_comparison(nb::module_& m) {
    m.def("compare", compare, "model"_a, "view"_a, "a"_a, "b"_a, "rtol"_a.none(), "atol"_a.none(),
          "threads"_a, "progress"_a.none());
}

}  // namespace gradscape::python
