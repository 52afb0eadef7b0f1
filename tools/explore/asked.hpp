// What a query asks of the models: in the words of the command line, which parses them, so that a
// view in the browser, a command and a picture's parameters cannot mean different things.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "tools/explore/session.hpp"
#include "tools/explore/target.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::explore {

struct Asked {
    std::size_t data_set = 0;
    cli::SurfaceCommand surface;

    ColorMap color_map() const;
};

/// Takes the options of `gradscape surface` that the explorer knows, by their names without dashes.
/// InputError for other names, and for wrong values as on the command line.
cli::SurfaceCommand parse_options(Query& query);

/// Takes `data`, the number of a data set, and the rest as parse_options() does.
Asked parse_asked(Query& query, const Session& session);

/// Pixels of a view's side.
inline constexpr std::int64_t max_side = 8192;
/// Iterations that a query may ask for: of every cell of a view, or of a path.
inline constexpr int max_map_iterations = 10'000, max_path_iterations = 100'000;
void check_iterations(const TrainingOptions& training, int most);

}  // namespace gradscape::explore
