// The evaluators' entry points, one per row of the table in evaluators.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/color_filler.hpp"
#include "gradscape/evaluate.hpp"

namespace gradscape {

StripFiller prepare_reference(const Problem& problem, const SurfaceRequest& request);
StripFiller prepare_cpu(const Problem& problem, const SurfaceRequest& request);
ColorFiller prepare_cpu_colors(const Problem& problem, const SurfaceRequest& request, Field field,
                               const ColorMap& map);
StripFiller prepare_emulated(const Problem& problem, const SurfaceRequest& request);
ColorFiller prepare_emulated_colors(const Problem& problem, const SurfaceRequest& request,
                                    Field field, const ColorMap& map);
StripFiller prepare_cuda(const Problem& problem, const SurfaceRequest& request);
ColorFiller prepare_cuda_colors(const Problem& problem, const SurfaceRequest& request, Field field,
                                const ColorMap& map);

std::vector<Trace> traces_reference(const Problem& problem, std::span<const Weights> points);
std::vector<Trace> traces_cpu(const Problem& problem, std::span<const Weights> points);
std::vector<Trace> traces_emulated(const Problem& problem, std::span<const Weights> points);
std::vector<Trace> traces_cuda(const Problem& problem, std::span<const Weights> points);

/// Why cuda cannot run here; empty when it can.
std::string cuda_missing();
std::vector<std::string> cuda_devices();

}  // namespace gradscape
