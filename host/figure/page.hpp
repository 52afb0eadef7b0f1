// A page that grows: title on top, plots in a row or below each other, something to their right, a
// legend below.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/figure/axes.hpp"
#include "host/figure/sheet.hpp"

namespace gradscape::figure {

class Page {
public:
    /// `shift` is room at the left and above, besides the margin.
    Page(const std::string& title, const Sheet& sheet, PlotPoint shift = {});

    /// Sets the position of a plot: right of the last, tops in line.
    void place(Axes& axes, double gap);
    /// Or below the last, left edges in line.
    void place_below(Axes& axes, double gap);
    /// The corner of a block at the right, `gap` from the last plot's surroundings.
    PlotPoint reserve_right(double width, double top, double gap);
    /// The corner of a block below all plots, centred.
    PlotPoint reserve_below(double width, double height);
    /// At least down to here.
    void reach(double bottom);

    double content_width() const { return right_ - left_; }
    double width() const;
    double height() const;

    /// The scene in its final size, with the title.
    Scene begin() const;

private:
    double rounded_up(double length) const;

    Sheet sheet_;
    std::vector<std::string> title_;  ///< lines
    PlotPoint shift_;
    double left_, top_, right_, bottom_;
    double plots_left_ = 0, plots_right_ = 0;  ///< for the title, which is centred over them
};

/// The page's scene, as large as asked for.
Scene begin_scene(const Page& page, const Sheet& sheet, const FigurePage& wanted,
                  const std::string& title);

/// The markup in lines no wider than that, broken at blanks outside of its elements.
std::vector<std::string> broken_lines(const std::string& markup, double size, double width);

}  // namespace gradscape::figure
