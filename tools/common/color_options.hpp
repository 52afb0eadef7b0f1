// --palette --style --levels --range --scale: how a field becomes colours.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "gradscape/color_map.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// What was asked for; the rest follows from the field.
struct ColorOptions {
    std::optional<Palette> palette;
    std::optional<ColorStyle> style;
    std::optional<int> levels;
    std::optional<Scale> scale;
    std::optional<Axis> range;
};
void add_color_options(CLI::App& app, ColorOptions& options);

/// The field's default colours with the options' changes; InputError when they make no sense.
ColorSpec color_spec(const ColorOptions& options, Field field, const TrainingOptions& training);
/// The same for other default colours.
ColorSpec color_spec(const ColorOptions& options, ColorSpec spec);

Json describe(const ColorSpec& spec);

}  // namespace gradscape::cli
