// The evaluators' entry points, one per row of the table in evaluators.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/evaluate.hpp"

namespace gradscape {

StripFiller prepare_reference(const Problem& problem, const SurfaceRequest& request);
StripFiller prepare_cpu(const Problem& problem, const SurfaceRequest& request);

}  // namespace gradscape
