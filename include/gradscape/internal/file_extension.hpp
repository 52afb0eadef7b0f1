// The kind of a file by the end of its name, in whichever case.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <string_view>

namespace gradscape {

/// The file has a name before this extension (".png"), which may be spelt in capitals.
inline bool has_extension(const std::string& path, std::string_view extension) {
    const std::string found = std::filesystem::path(path).extension();
    return std::ranges::equal(found, extension, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

}  // namespace gradscape
