// SPDX-License-Identifier: MIT
#include "tools/common/choose_evaluator.hpp"

#include <fmt/format.h>

#include "gradscape/notice.hpp"

namespace gradscape {

const Evaluator& choose_evaluator(const EvaluationOptions& options, const ReportOptions& report) {
    const Evaluator& evaluator = find_evaluator(options.backend);
    if (options.backend == "auto" && !report.quiet)
        notice(fmt::format("backend {}", evaluator.name));
    return evaluator;
}

}  // namespace gradscape
