// The reader of data sets: what it accepts is a whole table of finite numbers.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "gradscape/sequences.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    const std::string& path = test::input_file(test::text_of(bytes, size));
    test::read_or_refuse([&] {
        const Sequences data = read_sequences_csv(path);
        const auto finite = [](const auto& values) {
            return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
        };
        test::expect(data.length > 0 && data.count > 0);
        test::expect(data.inputs.size() == data.count * data.length);
        test::expect(finite(data.inputs) && finite(data.targets) && finite(data.weights));
    });
    return 0;
}
