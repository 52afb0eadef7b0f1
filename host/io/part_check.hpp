// Whether a part file still holds what was written to it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "gradscape/strips.hpp"

namespace gradscape::io {

struct PartMismatch {
    std::string path;
    std::uint64_t offset, end;  ///< of a stretch that differs
    /// The file ends before it, or pages of it are zero, as when power failed before they were on
    /// the disk; else someone or something changed it.
    bool torn;
};

/// RunError where the system does not let it be read, which says nothing of what it holds.
std::optional<PartMismatch> check_part(const std::string& path,
                                       std::span<const WrittenRange> written);

}  // namespace gradscape::io
