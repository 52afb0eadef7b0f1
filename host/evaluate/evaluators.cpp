// The table of evaluators, and what the machine offers them.
// SPDX-License-Identifier: MIT
#include "host/evaluate/evaluators.hpp"

#include <fmt/core.h>

#include "gradscape/context.hpp"
#include "gradscape/error.hpp"
#include "gradscape/system_info.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {
namespace {

std::string nothing_missing() { return {}; }

constexpr Evaluator table[] = {
    {"reference", nothing_missing, load_reference},
    {"cpu", nothing_missing, load_cpu},
    {"emulated", nothing_missing, load_emulated},
    {"cuda", cuda_missing, load_cuda},
};

}  // namespace
}  // namespace gradscape::evaluate

namespace gradscape {

std::span<const Evaluator> evaluators() { return evaluate::table; }

const Evaluator& find_evaluator(std::string_view name) {
    if (name == "auto") return find_evaluator(evaluate::cuda_missing().empty() ? "cuda" : "cpu");
    std::string known = "auto";
    for (const Evaluator& evaluator : evaluate::table) {
        known += fmt::format(", {}", evaluator.name);
        if (evaluator.name != name) continue;
        const std::string why = evaluator.missing();
        if (why.empty()) return evaluator;
        throw InputError(fmt::format("{}: not available: {}", name, why));
    }
    throw InputError(fmt::format("{}: unknown; choose one of {}", name, known));
}

std::string only_linear_text(std::string_view what, const RecurrentUnit& unit) {
    if (unit.activation != Activation::linear)
        return fmt::format("only the linear cell has {}, not {}", what, name_of(unit.activation));
    return fmt::format("only from an initial state of 0 has the linear cell {}, not from {}", what,
                       unit.initial_state);
}

Method resolve_method(Method method, const RecurrentUnit& unit) {
    if (method == Method::automatic) return has_row_form(unit) ? Method::rows : Method::bptt;
    if (method == Method::rows && !has_row_form(unit))
        throw InputError(
            fmt::format("method rows: {}; use bptt or auto", only_linear_text("a row form", unit)));
    return method;
}

Method method_used(const Evaluator& evaluator, const View& view, const RecurrentUnit& unit) {
    const Method method = resolve_method(view.method, unit);
    return evaluator.name == "reference" || !view.fields.any_by_method() ? Method::bptt : method;
}

SystemInfo system_info() {
    const evaluate::SimdKernels& kernels = evaluate::simd_kernels();
    return {kernels.name, kernels.lanes_f32, kernels.lanes_f64, available_threads(),
            evaluate::cuda_devices()};
}

}  // namespace gradscape
