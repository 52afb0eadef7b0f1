// Two evaluators held against each other.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <optional>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/strips.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/option_types.hpp"
#include "tools/compare/compare_command.hpp"
#include "tools/python/surface.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

/// Method -1 and precision -1: what the program takes where they are left out.
cli::CompareSide side_of(const char* name, const nb::tuple& given, const RecurrentUnit& unit,
                         FieldSet fields) {
    const auto backend = nb::cast<std::string>(given[0]);
    const int method = nb::cast<int>(given[1]), precision = nb::cast<int>(given[2]);
    return cli::compare_side(
        fmt::format("{} {}", name, backend), cli::named_evaluator(name, backend),
        method < 0 ? std::nullopt : std::optional(static_cast<Method>(method)),
        precision < 0 ? std::nullopt : std::optional(static_cast<Precision>(precision)), unit,
        fields);
}

Tolerance tolerance_of(const cli::Compared& compared, std::optional<double> rtol,
                       std::optional<double> atol) {
    for (const auto& [name, value] : {std::pair("rtol", rtol), std::pair("atol", atol)})
        if (value && !not_negative.holds(*value))
            throw InputError(
                fmt::format("{} {}: {} is wanted", name, *value, cli::wanted_in(not_negative)));
    if (const auto tolerance =
            cli::choose_tolerance(compared.a, compared.b, compared.view.fields, rtol, atol))
        return *tolerance;
    throw InputError(
        "signs of tiny gradients decide where training ends, so no error bound is known "
        "between these; give rtol and atol, or leave the training fields out");
}

/// The program's facts, as JSON.
std::string compare(const LoadedData& model, const View& view, const nb::tuple& a,
                    const nb::tuple& b, std::optional<double> rtol, std::optional<double> atol,
                    int threads, const nb::object& progress) {
    cli::Compared compared{side_of("a", a, model.unit(), view.fields),
                           side_of("b", b, model.unit(), view.fields),
                           view,
                           {}};
    compared.view.precision = compared.a.arithmetic.precision;
    compared.tolerance = tolerance_of(compared, rtol, atol);
    std::string text;
    run(HUGE_VAL, means_of(threads, progress), [&](const Context& context) {
        const cli::ComparedModels models(compared, compared.a.evaluator->load(*model),
                                         compared.b.evaluator->load(*model), *view.fields.begin(),
                                         ErrorMeasure::ulp);
        run_strips(models.errors(), {}, {context});
        const std::vector<Field> fields(view.fields.begin(), view.fields.end());
        text =
            cli::json_text({{"a", compared.a.text()},
                            {"b", compared.b.text()},
                            {"tolerance", name_of(compared.tolerance.kind)},
                            {"fields", cli::comparison_facts(models.errors(), fields, view.grid)}});
    });
    return text;
}

}  // namespace

void bind_comparison(nb::module_& m) {
    m.def("compare", compare, "model"_a, "view"_a, "a"_a, "b"_a, "rtol"_a.none(), "atol"_a.none(),
          "threads"_a, "progress"_a.none());
}

}  // namespace gradscape::python
