// SPDX-License-Identifier: MIT
#include "tools/common/choose_evaluator.hpp"

#include <fmt/format.h>

#include "gradscape/error.hpp"

namespace gradscape::cli {

const Evaluator& named_evaluator(std::string_view option, const std::string& name) {
    try {
        return find_evaluator(name);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{} {}", option, error.what()));
    }
}

const Evaluator& surface_evaluator(const EvaluationOptions& options, const RecurrentUnit& unit,
                                   Field field) {
    const bool by_rows =
        FieldSet{field}.any_by_method() && resolve_method(options.method, unit) == Method::rows;
    return named_evaluator("--backend",
                           options.backend == "auto" && by_rows ? "cpu" : options.backend);
}

std::string no_row_form_text(const RecurrentUnit& unit) {
    return unit.activation == Activation::linear && unit.initial_state != 0
               ? only_linear_text("a row form", unit)
               : "only the linear cell has a row form, and not in the reference";
}

void check_method(Method method, const RecurrentUnit& unit) {
    try {
        resolve_method(method, unit);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--{}", error.what()));
    }
}

void announce(const Evaluator& evaluator, const EvaluationOptions& options,
              const ReportOptions& report) {
    if (options.backend == "auto") say(report, fmt::format("backend {}", evaluator.name));
}

}  // namespace gradscape::cli
