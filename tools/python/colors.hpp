// Colours of fields, and the command line that the program would have made of a view.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/python/data.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::python {

/// What the program would have been asked for.
cli::SurfaceCommand command_of(const LoadedData& model, const View& view, int precision, int field,
                               const cli::ColorOptions& colors);

/// What pictures and files say of themselves.
cli::Json parameters_of(const cli::SurfaceCommand& command, const LoadedData& model,
                        const View& view, const ColorMap& map);

}  // namespace gradscape::python
