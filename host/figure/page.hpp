// A page that grows: title on top, plots in a row, something to their right, a legend below.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/figure/axes.hpp"

namespace gradscape::figure {

class Page {
public:
    explicit Page(std::string title);

    /// Sets the position of a plot: right of the last, tops in line.
    void place(Axes& axes, double gap);
    /// The corner of a block at the right, `gap` from the last plot's surroundings.
    PlotPoint reserve_right(double width, double top, double gap);
    /// The corner of a block below all plots, centred.
    PlotPoint reserve_below(double width, double height);
    /// At least down to here.
    void reach(double bottom);

    double content_width() const { return right_ - left_; }

    /// The scene in its final size, with the title.
    Scene begin() const;

private:
    std::string title_;
    double left_, top_, right_, bottom_;
    double plots_left_ = 0, plots_right_ = 0;  ///< for the title, which is centred over them
};

}  // namespace gradscape::figure
