// What lies beside an output until it is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "gradscape/shard.hpp"

namespace gradscape::rendering {

/// Of all outputs, beside the first one's part.
inline std::string journal_of(const std::string& first_part) { return first_part + ".journal"; }

/// Not, where that cannot be known.
inline bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

/// Beside an output, symbolic links followed.
std::string part_path(const std::string& output, const Shard& shard);

}  // namespace gradscape::rendering
