// Each pixel is the mean colour of a block of indices, for most figures of one.
// SPDX-License-Identifier: MIT
#include "host/figure/heat_picture.hpp"

#include <algorithm>
#include <stdexcept>

namespace gradscape::figure {
namespace {

struct Sum {
    std::uint64_t r = 0, g = 0, b = 0, count = 0;

    void add(Rgb color) { r += color.r, g += color.g, b += color.b, ++count; }
    std::uint32_t mean() const {
        const auto rounded = [this](std::uint64_t channel) {
            return static_cast<std::uint32_t>((channel + count / 2) / count);
        };
        return rounded(r) << 16 | rounded(g) << 8 | rounded(b);
    }
};

}  // namespace

Picture heat_picture(const HeatmapPanel& panel, const ColorMap& map, const Rect& box) {
    const std::size_t cols = panel.grid.cols() * panel.samples;
    const std::size_t rows = panel.grid.rows() * panel.samples;
    if (cols == 0 || panel.indices.size() != cols * rows)
        throw std::invalid_argument("a heatmap panel needs one index for each sample of its grid");
    Picture picture{box,
                    std::min(panel.grid.cols(), max_picture_side),
                    std::min(panel.grid.rows(), max_picture_side),
                    {}};
    picture.pixels.reserve(picture.cols * picture.rows);
    const auto start = [](std::size_t pixel, std::size_t pixels, std::size_t cells) {
        return pixel * cells / pixels;
    };
    for (std::size_t y = picture.rows; y-- > 0;)
        for (std::size_t x = 0; x < picture.cols; ++x) {
            Sum sum;
            for (std::size_t i = start(y, picture.rows, rows); i < start(y + 1, picture.rows, rows);
                 ++i)
                for (std::size_t j = start(x, picture.cols, cols);
                     j < start(x + 1, picture.cols, cols); ++j)
                    sum.add(map.colors()[panel.indices[i * cols + j]]);
            picture.pixels.push_back(sum.mean());
        }
    return picture;
}

}  // namespace gradscape::figure
