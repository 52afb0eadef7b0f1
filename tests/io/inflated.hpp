// Stretches of a zlib stream, joined as PngStream joins them, through zlib's own inflate.
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "host/io/deflated_rows.hpp"

namespace gradscape::test {

inline std::string inflated(const io::DeflatedRows& rows) {
    std::string stream("\x78\x01");
    stream.append(rows.bytes.begin(), rows.bytes.end());
    stream.append("\x03\x00", 2);
    for (int shift = 24; shift >= 0; shift -= 8)
        stream += static_cast<char>(rows.adler >> shift & 0xff);
    std::string raw(rows.raw_size + 1, '\0');
    uLongf size = raw.size();
    const int status = uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                                  reinterpret_cast<const Bytef*>(stream.data()), stream.size());
    EXPECT_EQ(status, Z_OK);
    raw.resize(size);
    return raw;
}

}  // namespace gradscape::test
