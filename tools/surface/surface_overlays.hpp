// What a surface's figure shows besides the field.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/loaded_model.hpp"

namespace gradscape::cli {

struct NamedPath {
    std::string name;
    std::vector<Weights> weights;  ///< at least one
};

/// As `gradscape train` writes it, by the name of the file.
NamedPath read_named_path(const std::string& file);

/// The one that ends with the least loss first, in the colours of their order.
std::vector<TrainingPath> training_paths(const std::vector<NamedPath>& paths,
                                         const LoadedModel& model);

/// Where the field has the values that the colour bar names.
std::vector<Contour> contours(const LoadedModel& model, View view, Field field, const ColorMap& map,
                              const Context& context);

/// −∇L at some points of the grid, longer where it is steeper than at more of the others.
std::vector<DirectionArrow> descent_arrows(const LoadedModel& model, View view,
                                           const Context& context);

}  // namespace gradscape::cli
