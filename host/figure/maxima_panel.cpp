// SPDX-License-Identifier: MIT
#include "gradscape/internal/maxima_panel.hpp"

#include <algorithm>
#include <limits>

namespace gradscape::figure {
namespace {

constexpr double lowest = -std::numeric_limits<double>::infinity();

}  // namespace

MaximaPanelSink::MaximaPanelSink(const View& view, Field field, std::size_t side)
    : grid_(view.grid), panel_(view.grid), field_(field) {
    panel_.wx.size = std::min(panel_.wx.size, side);
    panel_.wrec.size = std::min(panel_.wrec.size, side);
    maxima_.assign(panel_.cells(), lowest);
}

std::vector<std::uint8_t> MaximaPanelSink::indices(const ColorMap& map) const {
    std::vector<std::uint8_t> indices(maxima_.size());
    std::ranges::transform(maxima_, indices.begin(), [&](double v) { return map.index(v); });
    return indices;
}

std::size_t MaximaPanelSink::piece_bytes(std::size_t rows) const {
    const std::size_t panel_rows = std::min(rows * panel_.rows() / grid_.rows() + 2, panel_.rows());
    return sizeof(MaximaPiece) + panel_rows * panel_.cols() * sizeof(double);
}

void MaximaPanelSink::encode_strip(const Strip& strip, bool /*first*/, MaximaPiece& piece) const {
    piece.first_row = panel_row(strip.first_row);
    const std::size_t last_row = panel_row(strip.first_row + strip.rows - 1);
    piece.maxima.assign((last_row + 1 - piece.first_row) * panel_.cols(), lowest);
    const double* value = strip.field<double>(field_);
    for (std::size_t row = 0; row < strip.rows; ++row) {
        const std::size_t at = panel_row(strip.first_row + row) - piece.first_row;
        double* line = piece.maxima.data() + at * panel_.cols();
        for (std::size_t j = 0; j < grid_.cols(); ++j, ++value) {
            double& pixel = line[j * panel_.cols() / grid_.cols()];
            pixel = std::max(pixel, *value);
        }
    }
}

void MaximaPanelSink::commit_strip(MaximaPiece& piece) {
    double* pixel = maxima_.data() + piece.first_row * panel_.cols();
    for (double value : piece.maxima) *pixel = std::max(*pixel, value), ++pixel;
}

}  // namespace gradscape::figure
