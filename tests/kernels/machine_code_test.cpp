// The kernels' machine code, as this build has it, beside the PTX that it was made of: no product
// became part of an fma on the way, and nothing lives in local memory. tools/count-instructions.py
// reads both.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string_view>

#include "tests/python.hpp"
#include "tests/run_program.hpp"

namespace gradscape {
namespace {

TEST(MachineCode, MultipliesAsOftenAsItsPtxAndUsesNoLocalMemory) {
    if (std::string_view(GRADSCAPE_PTX).empty()) GTEST_SKIP() << "built without CUDA";
    if (!test::has_python_modules("csv")) GTEST_SKIP() << "no Python";
    const auto checked =
        test::run_program({"/usr/bin/env", test::python_program(),
                           GRADSCAPE_SOURCE_DIR "/tools/count-instructions.py", "--ptx",
                           GRADSCAPE_PTX, "--check", GRADSCAPE_CUDA_OBJECTS});
    constexpr int program_is_missing = 77;
    if (checked.status == program_is_missing) GTEST_SKIP() << checked.err;
    EXPECT_EQ(checked.status, 0) << checked.err;
}

}  // namespace
}  // namespace gradscape
