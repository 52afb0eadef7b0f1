// Memory that begins at a cache line, as the widest SIMD register wants it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace gradscape::common {

struct AlignedDelete {
    void operator()(std::byte* memory) const { ::operator delete (memory, std::align_val_t{64}); }
};
using AlignedMemory = std::unique_ptr<std::byte, AlignedDelete>;

/// Of no certain content; never null.
inline AlignedMemory make_aligned(std::size_t bytes) {
    return AlignedMemory(
        static_cast<std::byte*>(::operator new (bytes > 0 ? bytes : 1, std::align_val_t{64})));
}

}  // namespace gradscape::common
