// Suite scaling: the same case with one thing varied: cells, sequences, time steps, threads.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "tools/bench/surface_case.hpp"

namespace gradscape::bench {
namespace {

SurfaceSpec rows_of(std::size_t size, unsigned threads) {
    SurfaceSpec spec;
    spec.method = Method::rows;
    spec.size = size;
    spec.threads = threads;
    return spec;
}

SurfaceSpec bptt_of(std::size_t size, unsigned threads) {
    SurfaceSpec spec;
    spec.fields = loss_and_gradients;
    spec.size = size;
    spec.threads = threads;
    return spec;
}

}  // namespace

std::vector<Case> scaling_cases(const SuiteOptions& options) {
    std::vector<Case> cases;
    const auto add = [&](const SurfaceSpec& spec, const char* what, std::size_t value) {
        cases.push_back(surface_case("scaling", spec, fmt::format("/{}:{}", what, value)));
    };
    for (const std::size_t size : {2048u, 4096u, 8192u, 16384u})
        add(rows_of(size, options.threads), "cells", size * size);
    for (const std::size_t size : {512u, 1024u, 2048u})
        add(bptt_of(size, options.threads), "cells", size * size);
    for (const std::size_t N : {20u, 1000u, 1'000'000u}) {
        SurfaceSpec spec = rows_of(4096, options.threads);
        spec.sequences = N;
        spec.real_inputs = true;  // so that none are identical
        add(spec, "sequences", N);
    }
    for (const std::size_t N : {20u, 80u, 320u}) {
        SurfaceSpec spec = bptt_of(512, options.threads);
        spec.sequences = N;
        spec.real_inputs = true;
        add(spec, "sequences", N);
    }
    for (const std::size_t T : {10u, 20u, 40u, 80u}) {
        SurfaceSpec spec = bptt_of(512, options.threads);
        spec.length = T;
        spec.real_inputs = true;
        add(spec, "steps", T);
    }
    for (unsigned threads = 1; threads <= options.threads; ++threads) {
        add(bptt_of(1024, threads), "threads", threads);
        add(rows_of(8192, threads), "threads", threads);
    }
    return cases;
}

}  // namespace gradscape::bench
