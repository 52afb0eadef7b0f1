// The reader of training paths.
// SPDX-License-Identifier: MIT
#include "gradscape/train.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    const std::string& path = test::input_file(test::text_of(bytes, size));
    test::read_or_refuse([&] { test::expect(!read_trajectory_csv(path).empty()); });
    return 0;
}
