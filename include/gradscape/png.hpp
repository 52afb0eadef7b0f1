// The text chunks of PNG files: how a picture carries the parameters that made it.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace gradscape {

/// A keyword of 1 to 79 printable ASCII characters, text in UTF-8.
struct PngText {
    std::string keyword, text;
};

/// All uncompressed text chunks of a PNG, in order. InputError when the file is not a whole PNG.
std::vector<PngText> read_png_texts(const std::string& path);

}  // namespace gradscape
