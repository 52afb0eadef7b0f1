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

void check_method(Method method, Activation activation) {
    try {
        resolve_method(method, activation);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--{}", error.what()));
    }
}

void announce(const Evaluator& evaluator, const EvaluationOptions& options,
              const ReportOptions& report) {
    if (options.backend == "auto") say(report, fmt::format("backend {}", evaluator.name));
}

}  // namespace gradscape::cli
