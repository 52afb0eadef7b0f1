// What the launcher tells the sanitizers: which stack and which thread run, what orders threads,
// which memory may not be touched.
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
#include <sanitizer/tsan_interface.h>
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

/// Of a function: the thread sanitizer does not see it. One that switches race threads has to be
/// so, and what all kernel threads of a system thread do to the same variables.
#if GRADSCAPE_TSAN && defined(__clang__)
#define GRADSCAPE_UNTRACED __attribute__((noinline, disable_sanitizer_instrumentation))
#elif GRADSCAPE_TSAN
#define GRADSCAPE_UNTRACED __attribute__((noinline, no_sanitize("thread")))
#else
#define GRADSCAPE_UNTRACED
#endif

/// What the thread sanitizer takes for a thread. Switching between them orders nothing; a release
/// at a place happens before the acquires there that follow it.
#if GRADSCAPE_TSAN
struct RaceThread {
    void* id = __tsan_create_fiber(0);

    RaceThread() = default;
    ~RaceThread() { __tsan_destroy_fiber(id); }
    RaceThread(const RaceThread&) = delete;
    RaceThread& operator=(const RaceThread&) = delete;
};
[[gnu::always_inline]] inline void* this_race_thread() { return __tsan_get_current_fiber(); }
[[gnu::always_inline]] inline void switch_race_thread(void* to) {
    __tsan_switch_to_fiber(to, __tsan_switch_to_fiber_no_sync);
}
[[gnu::always_inline]] inline void release_order(char* place) { __tsan_release(place); }
[[gnu::always_inline]] inline void acquire_order(char* place) { __tsan_acquire(place); }
#else
struct RaceThread {
    void* id = nullptr;
};
inline void* this_race_thread() { return nullptr; }
inline void switch_race_thread(void*) {}
inline void release_order(char*) {}
inline void acquire_order(char*) {}
#endif

}  // namespace gradscape::emulation
