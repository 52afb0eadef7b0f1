// Page geometry. Plots sit on whole points, so that their cells meet pixels.
// SPDX-License-Identifier: MIT
#include "host/figure/page.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/figure/text.hpp"

namespace gradscape::figure {

Page::Page(std::string title)
    : title_(std::move(title)), left_(page_margin), top_(page_margin), right_(left_) {
    if (!title_.empty()) top_ += 1.8 * title_text;
    bottom_ = top_;
}

void Page::place(Axes& axes, double gap) {
    axes.plot.x = std::ceil(right_ + gap + axes.left);
    axes.plot.y = std::ceil(top_ + axes.top);
    if (plots_left_ == 0) plots_left_ = axes.plot.x;
    plots_right_ = axes.plot.right();
    right_ = plots_right_ + axes.right;
    bottom_ = std::max(bottom_, axes.plot.bottom() + axes.bottom);
}

PlotPoint Page::reserve_right(double width, double top, double gap) {
    const double x = std::ceil(right_ + std::max(gap, 0.0));
    right_ = x + width;
    return {x, top};
}

PlotPoint Page::reserve_below(double width, double height) {
    if (height == 0) return {left_, bottom_};
    const double y = bottom_ + 6;
    bottom_ = y + height;
    const double x = left_ + std::max(0.0, (content_width() - width) / 2);
    right_ = std::max(right_, x + width);
    return {x, y};
}

void Page::reach(double bottom) { bottom_ = std::max(bottom_, bottom); }

Scene Page::begin() const {
    const double title_width = title_.empty() ? 0 : measure(title_, title_text).width;
    Scene scene{std::ceil(std::max(right_, left_ + title_width) + page_margin),
                std::ceil(bottom_ + page_margin)};
    const double half = title_width / 2;
    const double center = std::clamp((plots_left_ + plots_right_) / 2, left_ + half,
                                     std::max(left_ + half, scene.width - page_margin - half));
    if (!title_.empty())
        scene.add(place_text(title_, title_text, {center, page_margin}, Align::center, Level::top));
    return scene;
}

}  // namespace gradscape::figure
