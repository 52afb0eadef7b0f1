// SPDX-License-Identifier: MIT
#include "tools/common/figure_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/parse_number.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

constexpr double points_per_inch = 72;
constexpr double most_pixels = 30000;  // along a side; Cairo draws no larger pictures

}  // namespace

Length parse_length(const std::string& option, const std::string& text) {
    static constexpr std::pair<std::string_view, double> units[]{{"in", points_per_inch},
                                                                 {"mm", points_per_inch / 25.4},
                                                                 {"cm", points_per_inch / 2.54},
                                                                 {"pt", 1},
                                                                 {"px", 1}};
    Length length;
    std::string_view number = text;
    double unit = points_per_inch;
    for (const auto& [name, points] : units)
        if (number.ends_with(name)) {
            number.remove_suffix(name.size());
            unit = points;
            length.in_pixels = name == "px";
            break;
        }
    const auto value = parse_finite(number);
    if (!value || *value <= 0 || *value * unit > 1e6)
        throw InputError(
            fmt::format("{} {}: a length above 0 is wanted, as in 3.5in, 89mm, 8.9cm, 252pt or "
                        "1050px",
                        option, text));
    length.value = *value * unit;
    return length;
}

double parse_dpi(const std::string& option, const std::string& text) {
    return parse_number(option, text, {20, 2400});
}

void add_figure_options(CLI::App& app, FigureOptions& options) {
    add_parsed(
        app, "--width", options.width, parse_length,
        "Width of the figure, in inches or with a unit: in, mm, cm, pt, px. Left out, as its "
        "content asks",
        "LENGTH", "");
    add_parsed(app, "--height", options.height, parse_length, "Height of the figure", "LENGTH", "");
    add_parsed(app, "--dpi", options.dpi, parse_dpi,
               "Pixels an inch: of a PNG, and of the heatmap in an SVG or a PDF", "N",
               fmt::format("{}", options.dpi));
    const auto title = [&options](const std::string& text) { options.title = text; };
    app.add_option_function<std::string>(
           "--title", title, "Title of the figure instead of the one it has; '' for none")
        ->type_name("TEXT");
    add_choice(app, "--theme", options.theme, theme_names, "Ground of the figure",
               std::string(theme_names[0]));
}

FigurePage page_of(const FigureOptions& options) {
    FigurePage page;
    page.dpi = options.dpi;
    page.theme = options.theme;
    page.width = options.width.points(options.dpi);
    page.height = options.height.points(options.dpi);
    const double pixels = std::max(page.width, page.height) / points_per_inch * page.dpi;
    if (pixels > most_pixels)
        throw InputError(
            fmt::format("--dpi {}: {:.0f} pixels along a side; {:.0f} are the most, so a smaller "
                        "figure or fewer "
                        "pixels an inch are wanted",
                        page.dpi, pixels, most_pixels));
    return page;
}

std::string unit_markup(const RecurrentUnit& unit) {
    std::string text = fmt::format("{} cell", name_of(unit.activation));
    if (unit.initial_state != 0)
        text += fmt::format(" from <i>S</i><sub>0</sub> = {}", number_markup(unit.initial_state));
    return text;
}

std::string title_of(const FigureOptions& options, const std::string& usual) {
    if (!options.title) return usual;
    std::string markup;
    std::string_view rest = *options.title;
    std::size_t end = 0;
    for (; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
        markup += escape_markup(rest.substr(0, end)) + '\n';
    return markup + escape_markup(rest);
}

std::string data_markup(const DataOptions& data, const Sequences& sequences) {
    const std::string size = fmt::format(
        "{} of length {}", counted(sequences.total_weight(), "sequence"), sequences.length);
    if (data.file.empty()) return size;
    const std::string name = std::filesystem::path(data.file).filename().string();
    return fmt::format("{} ({})", escape_markup(name), size);
}

LineFigure titled(LineFigure figure, const FigureOptions& options, const DataOptions& data,
                  const Model& model) {
    figure.title =
        title_of(options, fmt::format("{}: {}, {}", figure.title, unit_markup(model.unit()),
                                      data_markup(data, model.sequences)));
    return figure;
}

}  // namespace gradscape::cli
