// The surface of a relief: where it is, what of it is seen, and its faces from far to near.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/relief.hpp"
#include "host/figure/scene.hpp"

namespace gradscape::figure {

inline constexpr double relief_height = 0.55;  ///< of the box, whose floor is a square of side 1

/// Within the box: x and y from 0 to 1, z up to relief_height.
struct BoxPoint {
    double x = 0, y = 0, z = 0;
};

/// By parallel rays, which is how far things look as large as near ones.
class Projection {
public:
    Projection(double azimuth, double elevation);  ///< degrees

    PlotPoint operator()(const BoxPoint& p) const {  // y downwards, as on the page
        return {p.x * cos_azimuth_ + p.y * sin_azimuth_,
                (p.x * sin_azimuth_ - p.y * cos_azimuth_) * sin_elevation_ - p.z * cos_elevation_};
    }
    double depth(const BoxPoint& p) const {  // away from who looks
        return (p.y * cos_azimuth_ - p.x * sin_azimuth_) * cos_elevation_ - p.z * sin_elevation_;
    }
    /// The unit vector to who looks.
    BoxPoint to_viewer() const {
        return {sin_azimuth_ * cos_elevation_, -cos_azimuth_ * cos_elevation_, sin_elevation_};
    }

private:
    double sin_azimuth_, cos_azimuth_, sin_elevation_, cos_elevation_;
};

/// Four corners of the surface, or of the block's sides below it.
struct Face {
    BoxPoint corners[4];
    Rgb color;
    std::size_t col = 0, row = 0;
    bool is_side = false;
};

class Relief {
public:
    /// std::invalid_argument for a mesh of fewer than 2 × 2 points, or another number of values.
    explicit Relief(const ReliefFigure& figure);

    /// Of the surface over a place, between the mesh's points linear along both axes.
    BoxPoint at(double x, double y) const;
    bool is_seen(const BoxPoint& p, const Projection& projection) const;
    /// In the order in which they are painted: whatever hides another comes after it.
    std::vector<Face> faces() const;

    std::size_t cols() const { return cols_; }
    std::size_t rows() const { return rows_; }

private:
    double height(std::size_t col, std::size_t row) const { return heights_[row * cols_ + col]; }
    BoxPoint vertex(std::size_t col, std::size_t row) const;
    Face surface_face(std::size_t col, std::size_t row) const;

    const ReliefFigure& figure_;
    std::size_t cols_, rows_;
    std::vector<double> heights_;  ///< z
};

}  // namespace gradscape::figure
