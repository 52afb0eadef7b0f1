// Inputs of formats with checksums: a fuzzer would hardly ever guess one right, so half of the
// inputs are contents from which the frames around them are made.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace gradscape::test {

/// Calls `add` with each part of `bytes`: a length in two bytes, then as many, or what is left.
template <class Add>
void for_each_part(std::string_view bytes, Add add) {
    while (bytes.size() >= 2) {
        const std::size_t length =
            static_cast<std::uint8_t>(bytes[0]) + 256u * static_cast<std::uint8_t>(bytes[1]);
        bytes.remove_prefix(2);
        add(bytes.substr(0, length));
        bytes.remove_prefix(std::min(length, bytes.size()));
    }
}

}  // namespace gradscape::test
