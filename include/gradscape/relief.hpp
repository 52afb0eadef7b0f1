// A field as a relief: its surface over the plane, seen from above and aside, with training paths
// on it. Like the other figures it is plain data, and write_figure() draws it.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/figure.hpp"

namespace gradscape {

/// Seen from the side of great w_x and small w_rec, by parallel rays.
struct ReliefFigure {
    Grid grid;  ///< the mesh's points, at least 2 × 2
    std::vector<double>
        values;       ///< rows × cols, row 0 = lowest w_rec; clamped to the height's ends
    PlotAxis height;  ///< from the floor to the top
    ColorMap colors;  ///< of the faces, by value
    std::vector<TrainingPath> paths = {};  ///< in order of merit
    std::string x_label = std::string(wx_markup), y_label = std::string(wrec_markup);
    std::string title = {};
    double azimuth = 38, elevation = 36;  ///< degrees, both above 0 and below 90
};

/// The bytes of such a file.
std::string figure_bytes(const ReliefFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata = {}, const FigurePage& page = {});
/// In the format of the path's extension.
void write_figure(AtomicFile file, const ReliefFigure& figure, const FigureMetadata& metadata = {},
                  const FigurePage& page = {});

}  // namespace gradscape
