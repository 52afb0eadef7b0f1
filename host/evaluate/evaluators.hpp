// The evaluators' entry points, one per row of the table in evaluators.cpp, and what several files
// of theirs share.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gradscape/loaded_model.hpp"

namespace gradscape::evaluate {

using SharedPrepared = std::shared_ptr<const PreparedModel>;
using SharedLoaded = std::shared_ptr<const LoadedModel>;

SharedLoaded load_reference(SharedPrepared prepared);
SharedLoaded load_cpu(SharedPrepared prepared);
SharedLoaded load_emulated(SharedPrepared prepared);
SharedLoaded load_cuda(SharedPrepared prepared);

/// Why cuda cannot run here; empty when it can.
std::string cuda_missing();
std::vector<std::string> cuda_devices();

/// LoadedModel::path of the evaluators that share core/: the bits of their training fields.
Trajectory shared_path(const PreparedModel& prepared, Weights start,
                       const TrainingOptions& options);

StripFiller cpu_values(const SharedPrepared& prepared, const View& view);
/// Of the row form's plain fields; others have none (an empty filler).
ColorFiller cpu_colors(const SharedPrepared& prepared, const View& view, Field field,
                       const ColorMap& map);

}  // namespace gradscape::evaluate
