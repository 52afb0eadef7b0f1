// A shard of a sink's file, as a finished run left it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gradscape::io {

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
