// --width --height --dpi --title --theme: the page of a figure.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "gradscape/evaluate.hpp"
#include "gradscape/figure.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// As it is given: in points, or in pixels, whose size --dpi decides.
struct Length {
    double value = 0;  ///< 0: none given
    bool in_pixels = false;

    double points(double dpi) const { return in_pixels ? value / dpi * 72 : value; }
};

struct FigureOptions {
    Length width, height;
    double dpi = FigurePage{}.dpi;
    std::optional<std::string> title;
    Theme theme = Theme::light;
};

/// 3.5in, 89mm, 8.9cm, 252pt, 1050px; inches where there is no unit. InputError that names
/// `option`.
Length parse_length(const std::string& option, const std::string& text);
/// Pixels an inch, likewise.
double parse_dpi(const std::string& option, const std::string& text);

/// In the group that is open.
void add_figure_options(CLI::App& app, FigureOptions& options);

/// InputError where the page has more pixels than a PNG figure can have.
FigurePage page_of(const FigureOptions& options);
/// "linear cell", and what it starts from where that is not 0; markup.
std::string unit_markup(const RecurrentUnit& unit);
/// Which numbers were learned from: a file, or random ones.
std::string data_markup(const DataOptions& data, const Sequences& sequences);
/// The title asked for, as markup, else the given one.
std::string title_of(const FigureOptions& options, const std::string& usual);

/// The title asked for, else one that says of which cell and data the figure is, too.
LineFigure titled(LineFigure figure, const FigureOptions& options, const DataOptions& data,
                  const Model& model);

inline constexpr std::string_view figure_option_names[]{"--width", "--height", "--dpi", "--title",
                                                        "--theme"};

}  // namespace gradscape::cli
