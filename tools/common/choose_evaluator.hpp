// --backend, and what it turned out to be.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/common/common_options.hpp"

namespace gradscape {

/// find_evaluator, whose errors name the option that it came from.
const Evaluator& named_evaluator(const std::string& option, const std::string& name);

/// InputError where --method does not suit --cell.
void check_method(Method method, Cell cell);

/// The evaluator asked for; where the choice was left to us, says which on standard error.
const Evaluator& choose_evaluator(const EvaluationOptions& options, const ReportOptions& report);

}  // namespace gradscape
