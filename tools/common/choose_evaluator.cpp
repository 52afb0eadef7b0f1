// SPDX-License-Identifier: MIT
#include "tools/common/choose_evaluator.hpp"

#include <fmt/format.h>

namespace gradscape {

void announce(const Evaluator& evaluator, const EvaluationOptions& options,
              const ReportOptions& report) {
    if (options.backend == "auto") say(report, fmt::format("backend {}", evaluator.name));
}

}  // namespace gradscape
