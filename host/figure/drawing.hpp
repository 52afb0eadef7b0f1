// What figures need of Cairo and Pango: to measure text and to draw a scene. It is a module, loaded
// with the first figure, since a process takes as long to start with those libraries as to render a
// heatmap of 8192 × 8192.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

struct TextExtent {
    double width = 0;             ///< advance
    double above = 0, below = 0;  ///< ink over and under the baseline
};

/// 3 · cols · rows bytes, row 0 on top.
struct RgbImage {
    std::size_t cols = 0, rows = 0;
    std::vector<std::uint8_t> pixels;
};

/// All but measure() throw RunError where Cairo fails.
class Drawing {
public:
    virtual ~Drawing() = default;
    virtual TextExtent measure(const std::string& markup, double size) const = 0;
    virtual RgbImage raster(const Scene& scene, double pixels_per_point) const = 0;
    virtual std::string svg(const Scene& scene) const = 0;
    virtual std::string pdf(const Scene& scene, const std::string& subject) const = 0;
};

/// Loads the module at the first call; RunError where it, or a library it needs, is missing.
const Drawing& drawing();

/// The same from a given file; the module stays loaded. Never null.
const Drawing* load_drawing(const std::string& file);

}  // namespace gradscape::figure

/// The module's only symbol.
extern "C" const gradscape::figure::Drawing* gradscape_drawing();
