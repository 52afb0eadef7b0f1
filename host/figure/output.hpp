// A scene as the bytes of a PNG, SVG or PDF file.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/figure/scene.hpp"

namespace gradscape::figure {

enum class FileFormat : std::uint8_t { png, svg, pdf };

/// By extension; InputError for others.
FileFormat format_of(const std::string& path);

std::string encode(const Scene& scene, FileFormat format, const FigureMetadata& metadata);

}  // namespace gradscape::figure
