// --backend, and what it turned out to be.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// find_evaluator, whose errors name the option that it came from.
const Evaluator& named_evaluator(std::string_view option, const std::string& name);

/// Of a surface of one field: `auto` takes the CPU for the row form, which is done there before a
/// GPU is ready and its values are over the link (docs/performance.md).
const Evaluator& surface_evaluator(const EvaluationOptions& options, const RecurrentUnit& unit,
                                   Field field);

/// Why a side of a comparison cannot be in the row form.
std::string no_row_form_text(const RecurrentUnit& unit);

/// InputError where --method does not suit --cell or --initial-state.
void check_method(Method method, const RecurrentUnit& unit);

/// Where the choice of the evaluator was left to us, says which it is: when all else is known to be
/// right, so that a usage error is the only line.
void announce(const Evaluator& evaluator, const EvaluationOptions& options,
              const ReportOptions& report);

}  // namespace gradscape::cli
