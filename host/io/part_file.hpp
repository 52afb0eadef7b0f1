// Part files, in which renders grow: whether one still holds what was written to it, and a shard's
// as a finished run left it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// For reading only.
class PartFile {
public:
    /// RunError where it cannot be opened.
    explicit PartFile(std::string path);
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile();

    const std::string& path() const { return path_; }
    int descriptor() const { return descriptor_; }
    /// RunError where the bytes are not there.
    void read_at(std::uint64_t offset, void* bytes, std::size_t size) const;

private:
    std::string path_;
    int descriptor_;
};

struct ShardPart {
    std::string_view state;  ///< as Sink::save() gave it
    std::size_t first_row = 0, rows = 0;
    const PartFile* file = nullptr;  ///< null for a sink without one
};

}  // namespace gradscape::io
