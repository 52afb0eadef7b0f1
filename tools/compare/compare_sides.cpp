// The two sides of a comparison: what they are, by what they are judged, and their errors.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/error.hpp"
#include "gradscape/resolution.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/compare/compare_command.hpp"

namespace gradscape::cli {
namespace {

ComparedSide compared_side(const CompareSide& side, const LoadedModel& model, View view,
                           const ErrorBound& bound) {
    view.method = side.arithmetic.reference ? Method::automatic : side.arithmetic.method;
    view.precision = side.arithmetic.precision;
    return {model.values(view), view.precision, &bound};
}

}  // namespace

std::string CompareSide::text() const {
    return fmt::format("{}:{}:{}", evaluator->name, name_of(arithmetic.method),
                       name_of(arithmetic.precision));
}

CompareSide compare_side(const std::string& asked, const Evaluator& evaluator,
                         std::optional<Method> method, std::optional<Precision> precision,
                         const RecurrentUnit& unit, FieldSet fields) {
    const bool reference = evaluator.name == "reference";
    if (method == Method::rows && (reference || !has_row_form(unit)))
        throw InputError(fmt::format("{}: {}; use bptt or auto", asked, no_row_form_text(unit)));
    const Method used =
        reference ? Method::bptt : resolve_method(method.value_or(Method::automatic), unit);
    const Precision usual = reference ? Precision::f64 : usual_precision(fields);
    return {&evaluator, {reference, used, precision.value_or(usual)}};
}

std::optional<Tolerance> choose_tolerance(const CompareSide& a, const CompareSide& b,
                                          FieldSet fields, std::optional<double> rtol,
                                          std::optional<double> atol) {
    if (rtol || atol) return Tolerance{ToleranceKind::given, {rtol.value_or(0), atol.value_or(0)}};
    if (a.arithmetic == b.arithmetic) return Tolerance{};
    if (fields.any_training()) return {};
    return Tolerance{ToleranceKind::bounds, {}};
}

ComparedModels::ComparedModels(const Compared& compared,
                               const std::shared_ptr<const LoadedModel>& a,
                               const std::shared_ptr<const LoadedModel>& b, Field pictured,
                               ErrorMeasure measure)
    : bound_a_(a, compared.view.grid.wx, compared.a.arithmetic, compared.view.fields),
      bound_b_(b, compared.view.grid.wx, compared.b.arithmetic, compared.view.fields),
      errors_(compared.view, compared_side(compared.a, *a, compared.view, bound_a_),
              compared_side(compared.b, *b, compared.view, bound_b_), compared.tolerance, pictured,
              measure) {}

}  // namespace gradscape::cli
