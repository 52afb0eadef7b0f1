// What the launcher tells the sanitizers: which stack runs, which memory may not be touched.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#if defined(__has_feature)
#define GRADSCAPE_HAS_FEATURE(name) __has_feature(name)
#else
#define GRADSCAPE_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_THREAD__) || GRADSCAPE_HAS_FEATURE(thread_sanitizer)
#define GRADSCAPE_TSAN 1
#else
#define GRADSCAPE_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__) || GRADSCAPE_HAS_FEATURE(address_sanitizer)
#define GRADSCAPE_ASAN 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#else
#define GRADSCAPE_ASAN 0
#endif

namespace gradscape::emulation {

inline constexpr bool thread_sanitizer = GRADSCAPE_TSAN;
inline constexpr bool address_sanitizer = GRADSCAPE_ASAN;

#if GRADSCAPE_ASAN
inline void poison_memory(const void* from, std::size_t bytes) {
    __asan_poison_memory_region(from, bytes);
}
inline void unpoison_memory(const void* from, std::size_t bytes) {
    __asan_unpoison_memory_region(from, bytes);
}
/// Before a switch to a stack, and after having arrived from one. `saved` is null when the stack
/// left will not be returned to.
inline void leave_stack(void** saved, const void* to_bottom, std::size_t to_size) {
    __sanitizer_start_switch_fiber(saved, to_bottom, to_size);
}
inline void enter_stack(void* saved, const void** from_bottom, std::size_t* from_size) {
    __sanitizer_finish_switch_fiber(saved, from_bottom, from_size);
}
#else
inline void poison_memory(const void*, std::size_t) {}
inline void unpoison_memory(const void*, std::size_t) {}
inline void leave_stack(void**, const void*, std::size_t) {}
inline void enter_stack(void*, const void**, std::size_t*) {}
#endif

}  // namespace gradscape::emulation
