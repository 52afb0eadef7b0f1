// The header of numpy's `.npy` format, version 1.0.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace gradscape::io {

/// A multiple of 64 bytes, so that the values that follow are aligned. C order, little-endian.
std::string npy_header(std::size_t real_bytes, std::span<const std::size_t> shape);

}  // namespace gradscape::io
