// Suite train: a training run from every cell of a grid.
// SPDX-License-Identifier: MIT
#include "tools/bench/surface_case.hpp"

namespace gradscape::bench {

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

}  // namespace gradscape::bench
