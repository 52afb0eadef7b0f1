// Which minimum training ends in, from every start of a grid.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/parameter_plane.hpp"

namespace gradscape {

/// A place where runs end and stay.
struct BasinMinimum {
    Weights at;
    double loss = 0;
    std::size_t starts = 0;  ///< whose runs end there
};

struct Basins {
    static constexpr std::uint8_t elsewhere = 0, diverged = 255;

    std::vector<BasinMinimum> minima;   ///< in the order of how many starts end there
    std::vector<std::uint8_t> of;       ///< cell by cell: elsewhere, diverged, or a minimum from 1
    std::vector<std::uint8_t> reached;  ///< cell by cell: the loss was below the tolerance
    std::size_t under_way = 0, lost = 0;  ///< cells that ended elsewhere, and that diverged
};

struct BasinOptions {
    double apart = 0.05;   ///< ends so near to each other, in both weights, are one
    std::size_t most = 7;  ///< minima to tell apart, those of the most starts
    /// The grid is of these parameters of the training instead, and "starts" are its cells.
    std::optional<ParameterPlane> parameters = {};
};

/// Trains from every cell of the grid, in double. Ends are candidates where many lie together; one
/// is a minimum if a long run of iRprop+ from there ends no further than `apart` away, if the loss
/// rises in all directions there, as it does not on a plateau, and if Newton's step ends within
/// `apart`, as it does not in the bed of a ravine along which runs are still under way.
Basins find_basins(const LoadedModel& model, const Grid& grid, const TrainingOptions& training,
                   const BasinOptions& options = {}, const Context& context = {});

}  // namespace gradscape
