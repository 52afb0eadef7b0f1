// The table of suites and the cases of each.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/error.hpp"
#include "tools/bench/file_case.hpp"
#include "tools/bench/surface_case.hpp"

namespace gradscape::bench {
namespace {

/// Sizes that take tens of milliseconds on two cores, far beyond the caches for the row form.
std::size_t size_of(const SurfaceSpec& spec) {
    if (spec.evaluator == "reference" || spec.evaluator == "emulated") return 64;
    if (spec.method == Method::bptt) return spec.activation == Activation::linear ? 2048 : 1024;
    return spec.fields == loss_only ? 8192 : 4096;
}

void add_methods(std::vector<Case>& cases, SurfaceSpec spec) {
    for (const Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const Method method : {Method::bptt, Method::rows})
            for (const Precision precision : {Precision::f32, Precision::f64})
                for (const FieldSet& fields : {loss_only, loss_and_gradients}) {
                    if (method == Method::rows && activation != Activation::linear) continue;
                    spec.activation = activation;
                    spec.method = method;
                    spec.precision = precision;
                    spec.fields = fields;
                    spec.size = size_of(spec);
                    cases.push_back(surface_case("evaluate", spec));
                }
}

/// Surfaces to memory, every evaluator, method, cell, precision and set of fields.
std::vector<Case> evaluate_cases(const SuiteOptions& options) {
    std::vector<Case> cases;
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        SurfaceSpec spec;
        spec.evaluator = evaluator.name;
        // Only what is meant to be fast is timed on all threads and in every combination.
        const bool for_checking = evaluator.name == "reference" || evaluator.name == "emulated";
        spec.threads = for_checking ? 1 : options.threads;
        if (!for_checking) {
            add_methods(cases, spec);
            continue;
        }
        spec.precision = Precision::f64;
        spec.fields = loss_and_gradients;
        spec.size = size_of(spec);
        cases.push_back(surface_case("evaluate", spec));
    }
    SurfaceSpec spec;
    spec.threads = options.threads;
    spec.size = 2048;
    spec.real_inputs = true;
    spec.fields = loss_and_gradients;
    cases.push_back(surface_case("evaluate", spec, "/real-inputs"));
    spec.real_inputs = false;
    spec.method = Method::rows;
    spec.in_cache = true;
    spec.size = 8192;
    for (const FieldSet& fields : {loss_only, loss_and_gradients}) {
        spec.fields = fields;
        cases.push_back(surface_case("evaluate", spec, "/in-cache"));
    }
    // View after view of one model costs the same, however many its sequences.
    spec = {};
    spec.method = Method::rows;
    spec.real_inputs = spec.new_view = true;
    for (const std::size_t sequences : {20, 1'000'000}) {
        spec.sequences = sequences;
        cases.push_back(
            surface_case("evaluate", spec, "/next-view-of-" + std::to_string(sequences)));
    }
    return cases;
}

/// A training run from every cell of a grid.
std::vector<Case> train_cases(const SuiteOptions& options) {
    std::vector<Case> cases;
    SurfaceSpec spec;
    spec.threads = options.threads;
    spec.precision = Precision::f64;
    spec.fields = training_outcome;
    spec.size = 1000;  // a million starts
    cases.push_back(surface_case("train", spec, "/1e6-starts"));
    spec.size = 128;
    for (const Activation activation : {Activation::tanh, Activation::relu, Activation::sigmoid}) {
        spec.activation = activation;
        cases.push_back(surface_case("train", spec));
    }
    return cases;
}

/// Float values in memory to finished files.
std::vector<Case> encode_cases(const SuiteOptions& options) {
    std::vector<Case> cases;
    FileSpec spec;
    spec.threads = options.threads;
    spec.size = 8192;
    for (const ColorStyle style : {ColorStyle::bands, ColorStyle::smooth}) {
        spec.style = style;
        cases.push_back(encode_case("encode", spec));
    }
    spec.extension = "npy";
    cases.push_back(encode_case("encode", spec));
    return cases;
}

/// From parameters to the finished file, by `gradscape surface` as a process; the first also by
/// the library in this process, as peers are timed.
std::vector<Case> end_to_end_cases(const SuiteOptions& options) {
    if (options.program.empty())
        throw InputError("--suite end-to-end: no gradscape beside gradscape-bench; give --program");
    std::vector<Case> cases;
    FileSpec spec;
    spec.threads = options.threads;
    const auto add = [&](std::size_t size, ColorStyle style, Activation activation,
                         const char* extension) {
        spec.size = size;
        spec.style = style;
        spec.activation = activation;
        spec.extension = extension;
        cases.push_back(program_case("end-to-end", spec, options.program));
    };
    add(8192, ColorStyle::bands, Activation::linear, "png");
    cases.push_back(picture_case("end-to-end", spec));
    cases.push_back(view_case("end-to-end", 1920, 1080));
    add(8192, ColorStyle::smooth, Activation::linear, "png");
    add(32768, ColorStyle::bands, Activation::linear, "png");
    add(4096, ColorStyle::bands, Activation::tanh, "png");
    add(8192, ColorStyle::bands, Activation::linear, "npy");
    return cases;
}

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

/// The same case with one thing varied: cells, sequences, time steps, threads.
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

/// One small case of each kind, to see that the tool works; its times mean nothing.
std::vector<Case> smoke_cases(const SuiteOptions& options) {
    std::vector<Case> cases;
    SurfaceSpec spec;
    spec.threads = options.threads;
    spec.size = 37;
    spec.fields = loss_and_gradients;
    for (const Evaluator& evaluator : evaluators()) {
        if (!evaluator.missing().empty()) continue;
        spec.evaluator = evaluator.name;
        cases.push_back(surface_case("smoke", spec));
    }
    spec.evaluator = "cpu";
    spec.method = Method::rows;
    cases.push_back(surface_case("smoke", spec));
    spec.in_cache = true;
    cases.push_back(surface_case("smoke", spec, "/in-cache"));
    spec.in_cache = false;
    spec.method = Method::bptt;
    spec.activation = Activation::tanh;
    cases.push_back(surface_case("smoke", spec));
    spec.activation = Activation::linear;
    spec.precision = Precision::f64;
    spec.fields = training_outcome;
    spec.size = 7;
    spec.iterations = 20;
    cases.push_back(surface_case("smoke", spec));
    cases.push_back(encode_case("smoke", {.size = 64, .threads = options.threads}));
    cases.push_back(view_case("smoke", 64, 48));
    if (!options.program.empty()) {
        cases.push_back(program_case("smoke", {.size = 64}, options.program));
        cases.push_back(
            program_case("smoke", {.activation = Activation::tanh, .size = 64}, options.program));
        cases.push_back(program_case("smoke", {.extension = "npy", .size = 64}, options.program));
    }
    return cases;
}

constexpr Suite table[] = {
    {"evaluate", "surfaces to memory: evaluator, method, cell, precision, fields", evaluate_cases},
    {"train", "training runs from every cell of a grid", train_cases},
    {"encode", "values in memory to finished png and npy files", encode_cases},
    {"end-to-end", "the program from its parameters to its file", end_to_end_cases},
    {"scaling", "cells, sequences, time steps, threads varied", scaling_cases},
    {"smoke", "one small case of each kind; its times mean nothing", smoke_cases},
};

}  // namespace

std::span<const Suite> suites() { return table; }

}  // namespace gradscape::bench
