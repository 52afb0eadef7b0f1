// Page geometry. Plots sit on whole points, or pixels of the size asked for, so that their cells
// meet pixels.
// SPDX-License-Identifier: MIT
#include "host/figure/page.hpp"

#include <algorithm>
#include <cmath>

#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double title_room = 1.8 * title_text, line_height = 1.35 * title_text;

std::vector<std::string> words_of(const std::string& markup) {
    std::vector<std::string> words(1);
    int depth = 0;  // of elements
    for (std::size_t i = 0; i < markup.size(); ++i) {
        const char c = markup[i];
        if (c == '<') depth += i + 1 < markup.size() && markup[i + 1] == '/' ? -1 : 1;
        if (c == ' ' && depth == 0)
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

std::vector<std::string> filled_lines(const std::vector<std::string>& words, double size,
                                      double width) {
    std::vector<std::string> lines;
    for (const std::string& word : words) {
        if (!lines.empty() && measure(lines.back() + ' ' + word, size).width <= width)
            lines.back() += ' ' + word;
        else
            lines.push_back(word);
    }
    return lines;
}

}  // namespace

std::vector<std::string> broken_lines(const std::string& markup, double size, double width) {
    const std::vector<std::string> words = words_of(markup);
    std::vector<std::string> lines = filled_lines(words, size, width);
    // As even as they can be: the narrowest that need no more of them.
    for (double narrower = 0.96 * width; lines.size() > 1; narrower *= 0.96) {
        std::vector<std::string> other = filled_lines(words, size, narrower);
        const bool fit = std::ranges::all_of(
            other, [&](const std::string& line) { return measure(line, size).width <= narrower; });
        if (other.size() > lines.size() || !fit) break;
        lines = std::move(other);
    }
    return lines;
}

Page::Page(const std::string& title, const Sheet& sheet, PlotPoint shift)
    : sheet_(sheet),
      shift_(shift),
      left_(page_margin + shift.x),
      top_(page_margin + shift.y),
      right_(left_) {
    if (!title.empty()) {
        for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
            end = title.find('\n', begin);
            const std::string line = title.substr(begin, end - begin);
            constexpr double widest = 900;  // where the page is as wide as its content
            const double room = sheet.width > 0 ? sheet.width - 2 * page_margin : widest;
            const auto lines = broken_lines(line, title_text, room);
            title_.insert(title_.end(), lines.begin(), lines.end());
        }
        top_ += title_room + static_cast<double>(title_.size() - 1) * line_height;
    }
    bottom_ = top_;
}

double Page::rounded_up(double length) const {
    return std::ceil(length / sheet_.step - 1e-9) * sheet_.step;
}

void Page::place(Axes& axes, double gap) {
    axes.plot.x = rounded_up(right_ + gap + axes.left);
    axes.plot.y = rounded_up(top_ + axes.top);
    if (plots_left_ == 0) plots_left_ = axes.plot.x;
    plots_right_ = axes.plot.right();
    right_ = plots_right_ + axes.right;
    bottom_ = std::max(bottom_, axes.plot.bottom() + axes.bottom);
}

void Page::place_below(Axes& axes, double gap) {
    axes.plot.x = std::max(plots_left_, rounded_up(left_ + axes.left));
    axes.plot.y = rounded_up(bottom_ + gap + axes.top);
    plots_right_ = std::max(plots_right_, axes.plot.right());
    right_ = std::max(right_, axes.plot.right() + axes.right);
    bottom_ = axes.plot.bottom() + axes.bottom;
}

PlotPoint Page::reserve_right(double width, double top, double gap) {
    const double x = rounded_up(right_ + std::max(gap, 0.0));
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

double Page::width() const {
    double widest = 0;
    for (const std::string& line : title_)
        widest = std::max(widest, measure(line, title_text).width);
    return rounded_up(std::max(right_, left_ + widest) + page_margin);
}

double Page::height() const { return rounded_up(bottom_ + page_margin); }

Scene Page::begin() const {
    Scene scene{sheet_.width > 0 ? sheet_.width : width(),
                sheet_.height > 0 ? sheet_.height : height()};
    double y = page_margin + shift_.y, edge = page_margin;
    for (const std::string& line : title_)
        edge = std::max(edge, page_margin + measure(line, title_text).width / 2);
    const double center =
        std::clamp((plots_left_ + plots_right_) / 2, edge, std::max(edge, scene.width - edge));
    for (const std::string& line : title_) {
        scene.add(place_text(line, title_text, {center, y}, Align::center, Level::top));
        y += line_height;
    }
    return scene;
}

Scene begin_scene(const Page& page, const Sheet& sheet, const FigurePage& wanted,
                  const std::string& title) {
    Scene scene = page.begin();
    scene.scale = sheet.scale;
    scene.dpi = wanted.dpi;
    scene.title = plain_text(title);
    return scene;
}

}  // namespace gradscape::figure
