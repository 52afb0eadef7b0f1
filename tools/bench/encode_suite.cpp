// Suite encode: float values in memory to finished files.
// SPDX-License-Identifier: MIT
#include "tools/bench/file_case.hpp"

namespace gradscape::bench {

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

}  // namespace gradscape::bench
