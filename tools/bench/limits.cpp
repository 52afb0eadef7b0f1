// SPDX-License-Identifier: MIT
#include "tools/bench/limits.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "gradscape/system_info.hpp"
#include "tools/bench/fma_peak.hpp"
#include "tools/bench/parallel.hpp"

namespace gradscape::bench {

extern const FmaPeak fma_peak_baseline;
#if defined(GRADSCAPE_X86_SETS)
extern const FmaPeak fma_peak_avx2, fma_peak_avx512;
#endif

namespace {

/// For the instruction set of the cpu evaluator.
const FmaPeak& fma_peak() {
#if defined(GRADSCAPE_X86_SETS)
    const auto set = system_info().simd;
    if (set == "avx512") return fma_peak_avx512;
    if (set == "avx2") return fma_peak_avx2;
#endif
    return fma_peak_baseline;
}

constexpr int tries = 5;
constexpr std::size_t block_bytes = std::size_t{8} << 20;

template <class Run>
double best_seconds(const Run& run) {
    using Clock = std::chrono::steady_clock;
    double best = 1e300;
    for (int i = 0; i < tries; ++i) {
        const auto start = Clock::now();
        run();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return best;
}

/// Sum of a block in eight chains, so that neither latency nor arithmetic is in the way.
std::uint64_t sum_of(const std::uint64_t* words, std::size_t count) {
    std::uint64_t sums[8] = {};
    for (std::size_t i = 0; i + 8 <= count; i += 8)
        for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += words[i + lane];
    std::uint64_t sum = 0;
    for (const std::uint64_t part : sums) sum += part;
    return sum;
}

double flop_rate(unsigned threads, double (*peak)(long)) {
    // The first call shows how long a round takes; then about 20 ms a thread.
    constexpr long probe = 100000;
    const double seconds = best_seconds([&] { peak(probe); });
    const long rounds = std::max(probe, static_cast<long>(probe * 0.02 / seconds));
    const double flop = peak(1) * static_cast<double>(rounds) * threads;
    return flop / best_seconds([&] {
               for_each_block(threads, threads, [&](std::size_t) { peak(rounds); });
           });
}

/// Writes past the caches, as the evaluators do: memset first reads what it overwrites, up to a
/// size that differs from machine to machine.
void store_past_cache(std::uint64_t* words, std::size_t count, int value) {
#if defined(__SSE2__)
    const __m128i filled = _mm_set1_epi32(value);
    auto* to = reinterpret_cast<__m128i*>(words);
    for (std::size_t i = 0; i < count / 2; ++i) _mm_stream_si128(to + i, filled);
    _mm_sfence();
#else
    std::memset(words, value, count * sizeof(std::uint64_t));
#endif
}

/// Blocks of memory that stay what they are until written.
struct Blocks {
    explicit Blocks(std::size_t bytes)
        : count(std::max<std::size_t>(bytes / block_bytes, 1)),
          memory(static_cast<std::uint64_t*>(std::aligned_alloc(64, count * block_bytes))) {
        if (!memory) throw std::bad_alloc();
    }
    std::uint64_t* block(std::size_t index) const { return memory.get() + index * words; }
    double bytes() const { return static_cast<double>(count * block_bytes); }

    static constexpr std::size_t words = block_bytes / sizeof(std::uint64_t);
    struct Free {
        void operator()(std::uint64_t* at) const { std::free(at); }
    };
    std::size_t count;
    std::unique_ptr<std::uint64_t[], Free> memory;
};

/// The better of both ways to write.
double store_rate(unsigned threads, std::size_t bytes) {
    const Blocks blocks(bytes);
    int value = 0;
    const auto seconds = [&](auto store) {
        return best_seconds([&] {
            ++value;
            for_each_block(threads, blocks.count,
                           [&](std::size_t i) { store(blocks.block(i), Blocks::words, value); });
        });
    };
    const double through = seconds([](std::uint64_t* to, std::size_t count, int with) {
        std::memset(to, with, count * sizeof(std::uint64_t));
    });
    return blocks.bytes() / std::min(through, seconds(store_past_cache));
}

double read_rate(unsigned threads, std::size_t bytes) {
    const Blocks blocks(bytes);
    for_each_block(threads, blocks.count,
                   [&](std::size_t i) { std::memset(blocks.block(i), 1, block_bytes); });
    std::atomic<std::uint64_t> sum{0};
    return blocks.bytes() / best_seconds([&] {
               for_each_block(threads, blocks.count, [&](std::size_t i) {
                   sum += sum_of(blocks.block(i), Blocks::words);
               });
           });
}

struct AboutLimit {
    std::string_view name;
    bool memory;  // bytes/s, else flop/s
    double (*value)(const Limits&);
};

/// In the order of LimitKind.
constexpr AboutLimit all_limits[] = {
    {"none", false, [](const Limits&) { return 0.0; }},
    {"store", true, [](const Limits& l) { return l.store; }},
    {"read", true, [](const Limits& l) { return l.read; }},
    {"FMA f32", false, [](const Limits& l) { return l.flop_f32; }},
    {"FMA f64", false, [](const Limits& l) { return l.flop_f64; }},
    {"link", true, [](const Limits& l) { return l.device.from_device; }},
    {"GPU FMA f32", false, [](const Limits& l) { return l.device.flop_f32; }},
    {"GPU FMA f64", false, [](const Limits& l) { return l.device.flop_f64; }},
};
const AboutLimit& about(LimitKind kind) { return all_limits[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view name_of(LimitKind kind) { return about(kind).name; }
double value_of(const Limits& limits, LimitKind kind) { return about(kind).value(limits); }
bool is_memory(LimitKind kind) { return about(kind).memory; }

Limits measure_limits(unsigned threads, std::size_t bytes) {
    Limits limits;
    for (const LimitKind kind :
         {LimitKind::store, LimitKind::read, LimitKind::flop_f32, LimitKind::flop_f64})
        limits = with_measured(limits, kind, threads, bytes);
    limits.device = device_limits().value_or(DeviceLimits{});
    return limits;
}

Limits with_measured(Limits limits, LimitKind kind, unsigned threads, std::size_t bytes) {
    if (kind == LimitKind::store) limits.store = store_rate(threads, bytes);
    if (kind == LimitKind::read) limits.read = read_rate(threads, bytes);
    if (kind == LimitKind::flop_f32) limits.flop_f32 = flop_rate(threads, fma_peak().f32);
    if (kind == LimitKind::flop_f64) limits.flop_f64 = flop_rate(threads, fma_peak().f64);
    return limits;
}

Limits larger(const Limits& a, const Limits& b) {
    const DeviceLimits &d = a.device, &e = b.device;
    return {std::max(a.store, b.store),
            std::max(a.read, b.read),
            std::max(a.flop_f32, b.flop_f32),
            std::max(a.flop_f64, b.flop_f64),
            {std::max(d.store, e.store), std::max(d.read, e.read),
             std::max(d.to_device, e.to_device), std::max(d.from_device, e.from_device),
             std::max(d.flop_f32, e.flop_f32), std::max(d.flop_f64, e.flop_f64)}};
}

}  // namespace gradscape::bench
