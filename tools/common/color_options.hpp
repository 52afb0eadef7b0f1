// --palette --style --levels --range --scale: how a field becomes colours.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/color_map.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/given_options.hpp"

namespace gradscape::cli {

/// What was asked for; the rest follows from the field.
struct ColorOptions {
    std::optional<Palette> palette;
    std::vector<Rgb> palette_colors;  ///< of Palette::own
    std::string palette_file;         ///< where they are still to be read from
    std::optional<ColorStyle> style;
    std::optional<int> levels;
    std::optional<Scale> scale;
    std::optional<double> linear_within;  ///< of symlog
    std::vector<double> ranked_levels;    ///< of rank; empty: from the picture's own values
    std::optional<Axis> range;
    bool fit = false;  ///< --range auto
};
void add_color_options(CLI::App& app, ColorOptions& options);
/// Whether a palette is a file's.
bool names_palette_file(const std::string& text);
/// A name, colours between commas, or a file, which is read later. InputError that names `option`.
void parse_palette(const std::string& option, const std::string& text, ColorOptions& options);
/// NAME, symlog:WITHIN or rank:LEVEL,LEVEL,…, likewise; pictures carry the last two.
void parse_scale(const std::string& option, const std::string& text, ColorOptions& options);
/// The file of a palette is read.
void claim_files(Transaction& files, const ColorOptions& options);
void read_palette_file(const std::string& option, ColorOptions& options);

/// The field's default colours with the options' changes; InputError when they make no sense.
ColorSpec color_spec(const ColorOptions& options, Field field, const TrainingOptions& training);
/// The same for other default colours.
ColorSpec color_spec(const ColorOptions& options, ColorSpec spec);
/// Which of the colours' options were given, rather than taken from a picture.
struct GivenColors {
    bool style = false, levels = false, range = false;
    std::string_view dashes = "--";  ///< before their names
};
inline GivenColors given_colors(const GivenOptions& given) {
    return {given.contains("--style"), given.contains("--levels"), given.contains("--range")};
}
/// InputError for one that was given for nothing, in pictures of this style.
void check_color_effects(const ColorOptions& options, ColorStyle style, const GivenColors& given);

/// With all that the options say. InputError for colours that need a picture's values first, which
/// there are none of here.
ColorMap color_map(const ColorOptions& options, const ColorSpec& spec);
OwnColors own_colors(const ColorOptions& options);

Json describe(const ColorMap& map);

}  // namespace gradscape::cli
