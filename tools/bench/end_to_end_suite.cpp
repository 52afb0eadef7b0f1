// Suite end-to-end: from parameters to the finished file, by `gradscape surface` as a process; the
// first also by the library in this process, as peers are timed.
// SPDX-License-Identifier: MIT
#include "gradscape/error.hpp"
#include "tools/bench/file_case.hpp"

namespace gradscape::bench {

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

}  // namespace gradscape::bench
