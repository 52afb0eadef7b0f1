// Bands as a picture one pixel wide: rectangles would show seams between them in SVG viewers.
// SPDX-License-Identifier: MIT
#include "host/figure/color_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "host/figure/axes.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double bar_width = 15, swatch_height = 13, swatch_gap = 7;
constexpr double text_offset = bar_width + tick_length + tick_pad;

std::uint32_t packed(Rgb color) {
    return static_cast<std::uint32_t>(color.r << 16 | color.g << 8 | color.b);
}

/// Infinity where that rounds up beyond the largest number.
double rounded(double value, int digits) {
    return std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
}

/// A level with at least two digits, and as many as tell it from what lies two thousandths of the
/// neighbouring band away: "> 1.1" would be false above 1.06.
std::string level_markup(double level, double neighbour) {
    int digits = 2;
    while (digits < 17 &&
           std::fabs(rounded(level, digits) - level) > 2e-3 * std::fabs(neighbour - level))
        ++digits;
    return number_markup(level, digits);
}

/// The swatches over (first) or under the bar.
struct Swatch {
    bool shown;
    Rgb color;
    std::string label;
};

Swatch above_swatch(const ColorBar& bar, const ColorMap& map) {
    return {bar.above, map.colors()[map.above()],
            "&gt; " + level_markup(map.levels().back(), map.levels()[map.levels().size() - 2])};
}

std::vector<Swatch> lower_swatches(const ColorBar& bar, const ColorMap& map) {
    const std::string below = bar.below_label.empty()
                                  ? "\u2264 " + level_markup(map.levels()[0], map.levels()[1])
                                  : bar.below_label;
    return {{bar.below, map.colors()[map.below()], below},
            {bar.non_finite, map.colors()[map.non_finite()], bar.non_finite_label}};
}

void outline(Scene& scene, const Rect& box, std::optional<Rgb> fill) {
    scene.add(Shape{
        .lines = {box.corners()}, .closed = true, .fill = fill, .pen = Pen{ink, frame_width}});
}

void draw_swatch(Scene& scene, const Swatch& swatch, double x, double y) {
    outline(scene, {x, y, bar_width, swatch_height}, swatch.color);
    scene.add(place_text(swatch.label, tick_text, {x + text_offset, y + swatch_height / 2},
                         Align::start, Level::middle));
}

Picture bands(const ColorMap& map, const Rect& box) {
    Picture picture{box, 1, map.bands(), {}};
    for (std::size_t row = 0; row < map.bands(); ++row)
        picture.pixels.push_back(packed(map.colors()[map.bands() - row]));
    return picture;
}

/// Bands by rank are equally high, so the ticks stand at equal steps and say what values are there.
Ticks level_ticks(const ColorMap& map, double height) {
    constexpr double spacing = 26;
    const auto bands = static_cast<double>(map.bands());
    const double room = std::max(std::floor(height / spacing), 1.0);
    const auto stride = static_cast<std::size_t>(std::max(std::ceil(bands / room), 1.0));
    int digits = 3;  // and as many as tell neighbours apart
    for (std::size_t level = stride; level <= map.bands(); level += stride)
        while (digits < 17 && rounded(map.levels()[level - stride], digits) ==
                                  rounded(map.levels()[level], digits))
            ++digits;
    Ticks ticks;
    for (std::size_t level = 0; level <= map.bands(); level += stride)
        ticks.major.push_back(
            {static_cast<double>(level), number_markup(map.levels()[level], digits)});
    return ticks;
}

/// Each band is one whole number: numbers of kinds, and not of sizes.
bool has_whole_bands(const ColorMap& map) {
    const ColorSpec& spec = map.spec();
    const double first = spec.lo + 0.5, last = spec.hi - 0.5;
    return spec.style == ColorStyle::bands && spec.scale == Scale::linear &&
           first == std::round(first) && last - first + 1 == static_cast<double>(map.bands());
}

/// In the middle of each band.
Ticks whole_ticks(const ColorMap& map) {
    Ticks ticks;
    for (std::size_t band = 0; band < map.bands(); ++band) {
        const double number = map.spec().lo + 0.5 + static_cast<double>(band);
        ticks.major.push_back({number, number_markup(number, 3)});
    }
    return ticks;
}

}  // namespace

void lay_color_bar(ColorBar& bar, const ColorMap& map, double height) {
    bar.height = bar.bar_height = height;
    const auto is_too_long = [&] { return measure(bar.label, label_text).width > height; };
    if (!bar.short_label.empty() && is_too_long()) bar.label = bar.short_label;
    if (is_too_long()) bar.label.clear();  // rather than over what stands above: titles say it, too
    double text = 0, reserved = 0;
    auto make_room = [&](const Swatch& swatch) {
        const double width = measure(swatch.label, tick_text).width;
        reserved = std::max(reserved, width);
        if (!swatch.shown) return;
        text = std::max(text, width);
        bar.bar_height -= swatch_height + swatch_gap;
    };
    make_room(above_swatch(bar, map));
    for (const Swatch& swatch : lower_swatches(bar, map)) make_room(swatch);
    const ColorSpec& spec = map.spec();
    if (!bar.has_bands) {
        bar.label.clear();  // there is nothing that it would be of
    } else if (spec.scale == Scale::rank) {
        bar.axis = {0, static_cast<double>(map.bands()), Scale::linear, 1, bar.label};
        bar.ticks = level_ticks(map, bar.bar_height);
    } else {
        bar.axis = {spec.lo, spec.hi, spec.scale, spec.linear_within, bar.label};
        const double band_height = bar.bar_height / static_cast<double>(map.bands());
        bar.ticks = has_whole_bands(map) && band_height >= 1.4 * tick_text
                        ? whole_ticks(map)
                        : make_ticks(bar.axis, bar.bar_height, Direction::vertical);
    }
    text = std::max(text, widest_label(bar.ticks));
    const auto width_with = [&](double texts) {
        return text_offset + texts + (bar.label.empty() ? 0 : label_pad + 1.3 * label_text);
    };
    bar.label_at = width_with(text) - label_text / 2;
    bar.width = width_with(bar.room_for_all ? std::max(text, reserved) : text);
}

void draw_color_bar(Scene& scene, const ColorBar& bar, const ColorMap& map, PlotPoint top_left) {
    Rect box{top_left.x, top_left.y, bar_width, bar.bar_height};
    if (const Swatch above = above_swatch(bar, map); above.shown) {
        draw_swatch(scene, above, box.x, box.y);
        box.y += swatch_height + swatch_gap;
    }
    double y = box.y;
    if (bar.has_bands) {
        scene.add(bands(map, box));
        outline(scene, box, {});
        draw_vertical_ticks(scene, bar.axis, bar.ticks, box, +1);
        y = box.bottom() + swatch_gap;
    }
    for (const Swatch& swatch : lower_swatches(bar, map)) {
        if (!swatch.shown) continue;
        draw_swatch(scene, swatch, box.x, y);
        y += swatch_height + swatch_gap;
    }
    if (!bar.label.empty())
        scene.add(place_upright(bar.label, label_text,
                                {top_left.x + bar.label_at, top_left.y + bar.height / 2}));
}

}  // namespace gradscape::figure
