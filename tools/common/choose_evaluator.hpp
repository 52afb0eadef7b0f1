// --backend, and what it turned out to be.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/common/common_options.hpp"

namespace gradscape {

/// The evaluator asked for; where the choice was left to us, says which on standard error.
const Evaluator& choose_evaluator(const EvaluationOptions& options, const ReportOptions& report);

}  // namespace gradscape
