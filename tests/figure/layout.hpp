// What every laid-out figure must satisfy, whatever is in it.
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

template <class Item>
std::vector<Item> items_of(const Scene& scene) {
    std::vector<Item> found;
    for (const auto& item : scene.items)
        if (const auto* it = std::get_if<Item>(&item)) found.push_back(*it);
    return found;
}

/// Plots, colour bars and their swatches: closed rectangles.
inline std::vector<Rect> frames_of(const Scene& scene) {
    std::vector<Rect> frames;
    for (const Shape& shape : items_of<Shape>(scene)) {
        if (!shape.closed || shape.lines.size() != 1 || shape.lines[0].size() != 4) continue;
        const Polyline& corners = shape.lines[0];
        frames.push_back(
            {corners[0].x, corners[0].y, corners[2].x - corners[0].x, corners[2].y - corners[0].y});
    }
    return frames;
}

inline std::vector<std::string> texts_of(const Scene& scene) {
    std::vector<std::string> texts;
    for (const Text& text : items_of<Text>(scene)) texts.push_back(text.markup);
    return texts;
}

inline PlotPoint middle_of(const Rect& box) {
    return {box.x + box.width / 2, box.y + box.height / 2};
}

/// The only text that says this; an empty one, and a failure, where there is none or are several.
inline Text text_of(const Scene& scene, const std::string& markup) {
    std::vector<Text> found;
    for (const Text& text : items_of<Text>(scene))
        if (text.markup == markup) found.push_back(text);
    EXPECT_EQ(found.size(), 1u) << markup;
    return found.size() == 1 ? found[0] : Text{};
}

/// Of shapes of any kind.
inline bool has_line(const Scene& scene, PlotPoint from, PlotPoint to) {
    const auto close = [](PlotPoint a, PlotPoint b) {
        return std::hypot(a.x - b.x, a.y - b.y) < 1e-6;
    };
    for (const Shape& shape : items_of<Shape>(scene))
        for (const Polyline& line : shape.lines)
            if (line.size() == 2 && close(line[0], from) && close(line[1], to)) return true;
    return false;
}

/// By measured extents: texts lie on the page, outside the frames unless they are of a picture, and
/// touch no other text.
inline void expect_tidy(const Scene& scene) {
    const std::vector<Text> texts = items_of<Text>(scene);
    const Rect page{0, 0, scene.width, scene.height};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Rect box = texts[i].box;
        EXPECT_TRUE(page.contains({box.x, box.y}) && page.contains({box.right(), box.bottom()}))
            << texts[i].markup << " leaves the page";
        for (const Rect& frame : frames_of(scene)) {
            const bool within =
                frame.contains({box.x, box.y}) && frame.contains({box.right(), box.bottom()});
            EXPECT_FALSE(box.overlaps(frame) && !(texts[i].halo && within))
                << texts[i].markup << " lies in a plot";
        }
        for (std::size_t j = 0; j < i; ++j)
            EXPECT_FALSE(box.overlaps(texts[j].box))
                << texts[i].markup << " overlaps " << texts[j].markup;
    }
}

}  // namespace gradscape::figure
