// Suite evaluate: surfaces to memory, every evaluator, method, cell, precision and set of fields.
// SPDX-License-Identifier: MIT
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

}  // namespace

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

}  // namespace gradscape::bench
