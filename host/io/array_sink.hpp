// Values whose places in a file are known beforehand, each field's in one piece, in C order:
// `.npy`, `.vti`, HDF5. Threads write strips at their offsets, and nothing waits for its turn.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/byte_sink.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/sink.hpp"

namespace gradscape::io {

/// A file but for its values.
struct ArrayLayout {
    struct Head {
        std::uint64_t offset;
        std::string bytes;
    };
    struct Values {
        Field field;
        std::uint64_t offset;  ///< of row 0
    };
    std::vector<Head> heads;
    std::vector<Values> fields;
    std::uint64_t size = 0;
};

std::unique_ptr<FileSink> array_sink(ByteSink bytes, const View& view, ArrayLayout layout);

/// A field's name in files: `_` for `-`.
std::string member_name(Field field);

/// `gradscape:parameters`, say, as a name that has letters, digits and `_` alone.
std::string identifier_of(std::string_view keyword);

}  // namespace gradscape::io
