// SPDX-License-Identifier: MIT
#include "kernels/emulation/guarded_memory.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "kernels/emulation/execution.hpp"
#include "kernels/emulation/sanitizers.hpp"

namespace gradscape::emulation {
namespace {

constexpr std::size_t guard_bytes = 256;
constexpr std::align_val_t alignment{256};  // as cudaMalloc's
constexpr unsigned char guard = 0xA5;
constexpr int never_written = 0xFF;  // NaN in floating point: what a kernel forgot to write shows

}  // namespace

GuardedMemory::GuardedMemory(std::size_t bytes)
    : data_(static_cast<unsigned char*>(::operator new(bytes + guard_bytes, alignment))),
      bytes_(bytes) {
    std::memset(data_, never_written, bytes);
    std::memset(data_ + bytes, guard, guard_bytes);
    poison_memory(data_ + bytes, guard_bytes);
}

GuardedMemory::~GuardedMemory() {
    unpoison_memory(data_ + bytes_, guard_bytes);
    ::operator delete(data_, alignment);
}

void GuardedMemory::check(const char* what) const {
    if (address_sanitizer) return;  // it has seen every access already
    const unsigned char* end = data_ + bytes_ + guard_bytes;
    const auto* touched = std::find_if(data_ + bytes_, const_cast<unsigned char*>(end),
                                       [](unsigned char byte) { return byte != guard; });
    if (touched != end)
        throw KernelFault(
            fmt::format("{} of {} bytes: written at offset {}", what, bytes_, touched - data_));
}

}  // namespace gradscape::emulation
