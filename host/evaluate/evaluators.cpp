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

std::string only_linear_text(std::string_view what, const RecurrentCell& cell) {
    if (cell.activation != Activation::linear)
        return fmt::format("only the linear cell has {}, not {}", what, name_of(cell.activation));
    return fmt::format("only from an initial state of 0 has the linear cell {}, not from {}", what,
                       cell.initial_state);
}

Method resolve_method(Method method, const RecurrentCell& cell) {
    if (method == Method::automatic) return has_row_form(cell) ? Method::rows : Method::bptt;
    if (method == Method::rows && !has_row_form(cell))
        throw InputError(
            fmt::format("method rows: {}; use bptt or auto", only_linear_text("a row form", cell)));
    return method;
}

Method method_used(const Evaluator& evaluator, const View& view, const RecurrentCell& cell) {
    const Method method = resolve_method(view.method, cell);
    return evaluator.name == "reference" || !view.fields.any_by_method() ? Method::bptt : method;
}

SystemInfo system_info() {
    const evaluate::SimdKernels& kernels = evaluate::simd_kernels();
    return {kernels.name, kernels.lanes_f32, kernels.lanes_f64, available_threads(),
            evaluate::cuda_devices()};
}

}  // namespace gradscape
