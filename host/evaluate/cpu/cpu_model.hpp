// The parts of the cpu evaluator's loaded model.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"

namespace gradscape::evaluate {

StripFiller cpu_values(const SharedPrepared& prepared, const View& view);
/// Of the row form's plain fields; others have none (an empty filler).
ColorFiller cpu_colors(const SharedPrepared& prepared, const View& view, Field field,
                       const ColorMap& map);

}  // namespace gradscape::evaluate
