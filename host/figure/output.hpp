// A scene as the bytes of a PNG, SVG or PDF file.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/figure.hpp"
#include "host/figure/scene.hpp"

namespace gradscape::figure {

using FileFormat = FigureFormat;

/// By extension; InputError for others.
FileFormat format_of(const std::string& path);

std::string encode(const Scene& scene, FileFormat format, const FigureMetadata& metadata);

}  // namespace gradscape::figure
