// SPDX-License-Identifier: MIT
#include "host/figure/theme.hpp"

#include <algorithm>
#include <utility>

namespace gradscape::figure {
namespace {

constexpr std::pair<Rgb, Rgb> dark_inks[]{
    {ink, rgb(0xececec)}, {faint_ink, rgb(0xa6adb5)}, {grid_ink, rgb(0x333a42)}};
constexpr Rgb dark_ground = rgb(0x14181d);

void darken(Rgb& color) {
    for (const auto& [light, dark] : dark_inks)
        if (color == light) {
            color = dark;
            return;
        }
}

struct Darken {
    void operator()(Shape& shape) const {
        darken(shape.pen.color);
        if (shape.fill) darken(*shape.fill);
    }
    void operator()(Picture&) const {}
    void operator()(Text& text) const {
        if (!text.halo) darken(text.color);
    }
};

}  // namespace

Rgb ground_of(Theme theme) { return theme == Theme::dark ? dark_ground : white; }

Rgb kept(Rgb color) {
    const auto is_ink = [&](const auto& inks) { return inks.first == color; };
    if (std::ranges::any_of(dark_inks, is_ink)) ++color.b;
    return color;
}

void apply_theme(Scene& scene, Theme theme) {
    scene.ground = ground_of(theme);
    if (theme == Theme::light) return;
    for (auto& item : scene.items) std::visit(Darken{}, item);
}

}  // namespace gradscape::figure
