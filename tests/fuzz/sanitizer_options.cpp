// What makes the address sanitizer fast enough for thousands of inputs a second: a quarantine that
// fits the cache, and no stacks of where memory was allocated; ASAN_OPTIONS=malloc_context_size=30
// brings them back, for an input that failed.
// SPDX-License-Identifier: MIT
extern "C" const char* __asan_default_options();
const char* __asan_default_options() { return "malloc_context_size=0:quarantine_size_mb=2"; }
