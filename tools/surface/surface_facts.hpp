// What a render found out, as JSON and as text: the same whether it was done at once or in shards.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {

/// Adds the statistics of every field that was evaluated, and the files, to the picture's
/// parameters; the same as text.
std::string add_results(const SurfaceCommand& command, const Rendered& rendered, Json& facts);

/// By what, from the picture's parameters.
std::string evaluated_text(const Json& parameters);

/// A line for each of the files.
std::string written_text(const Json& facts);

}  // namespace gradscape::cli
