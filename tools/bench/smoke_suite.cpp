// Suite smoke: one small case of each kind, to see that the tool works; its times mean nothing.
// SPDX-License-Identifier: MIT
#include "tools/bench/file_case.hpp"
#include "tools/bench/surface_case.hpp"

namespace gradscape::bench {

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
    if (!options.program.empty())
        cases.push_back(program_case("smoke", {.size = 64}, options.program));
    return cases;
}

}  // namespace gradscape::bench
