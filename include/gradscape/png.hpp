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

/// All texts of a PNG, compressed or not, in order. InputError when the file is not a whole PNG, or
/// a text takes more than 16 MiB.
std::vector<PngText> read_png_texts(const std::string& path);

}  // namespace gradscape
