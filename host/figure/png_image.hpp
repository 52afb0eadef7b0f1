// A small RGB picture as a PNG file in memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "gradscape/figure.hpp"

namespace gradscape::figure {

/// `pixels`: 3 bytes each, C order. The metadata become text chunks, the resolution pHYs.
std::string encode_png(int cols, int rows, std::span<const std::uint8_t> pixels,
                       const FigureMetadata& metadata, double dpi);

}  // namespace gradscape::figure
