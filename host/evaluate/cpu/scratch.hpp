// Working memory of a kernel call, aligned to the widest SIMD register.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace gradscape::evaluate {

struct AlignedDelete {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{64}); }
};
using Scratch = std::unique_ptr<void, AlignedDelete>;

inline Scratch make_scratch(std::size_t bytes) {
    return Scratch(::operator new (bytes > 0 ? bytes : 1, std::align_val_t{64}));
}

}  // namespace gradscape::evaluate
