// What lies beside an output until it is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/shard.hpp"

namespace gradscape::rendering {

/// Of all outputs, beside the first one's part.
inline std::string journal_of(const std::string& first_part) { return first_part + ".journal"; }

/// Beside an output, symbolic links followed.
std::string part_path(const std::string& output, const Shard& shard);

}  // namespace gradscape::rendering
