// The pixels of a figure's panel for a surface of any size: each is the largest value of the cells
// under it, so that no single cell's error is lost, as it would be in a mean or a sample.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/color_map.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::figure {

/// The panel rows under a strip; strips may share one.
struct MaximaPiece : Piece {
    std::size_t first_row = 0;
    std::vector<double> maxima;
};

class MaximaPanelSink : public SinkOf<MaximaPiece> {
public:
    /// One field of a view in double; at most `side` pixels along each axis.
    MaximaPanelSink(const View& view, Field field, std::size_t side);

    /// The panel's grid: the view's, with as many cells as there are pixels.
    const Grid& grid() const { return panel_; }
    /// ColorMap::index of every pixel, row 0 = lowest w_rec.
    std::vector<std::uint8_t> indices(const ColorMap& map) const;

    std::size_t piece_bytes(std::size_t rows) const override;

protected:
    void encode_strip(const Strip& strip, bool first, MaximaPiece& piece) const override;
    void commit_strip(MaximaPiece& piece) override;

private:
    std::size_t panel_row(std::size_t row) const { return row * panel_.rows() / grid_.rows(); }

    Grid grid_, panel_;
    Field field_;
    std::vector<double> maxima_;
};

}  // namespace gradscape::figure
