// A user's program: the data set, and a figure, without more than the public headers.
// SPDX-License-Identifier: MIT
#include <gradscape/figure.hpp>
#include <gradscape/sequences.hpp>

int main(int, char** arguments) {
    const gradscape::Sequences sequences{1, 2, {1, 0}, {1}, {1}};
    gradscape::HeatmapPanel panel;
    panel.grid = {{-3, 3, 2}, {-3, 3, 2}};
    panel.indices = {1, 2, 3, 4};
    gradscape::write_figure(arguments[1], {{panel}, {}, "loss + 1", {}, "four cells"}, {});
    return sequences.total_weight() == 1 ? 0 : 1;
}
