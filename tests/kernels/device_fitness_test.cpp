// What is said where no kernel can run, decided from the driver's answers.
// SPDX-License-Identifier: MIT
#include "kernels/device_fitness.hpp"

#include <gtest/gtest.h>

namespace gradscape::kernels {
namespace {

TEST(DeviceFitness, W6NoDriverIsCalledThat) {
    EXPECT_EQ(why_no_driver({insufficient_driver, "driver version is insufficient", 0, 12040, 0}),
              "no NVIDIA driver found");
    EXPECT_EQ(
        why_no_driver({insufficient_driver, "driver version is insufficient", 11020, 12040, 0}),
        "the NVIDIA driver knows CUDA up to 11.2, this build needs 12.4; a newer driver would "
        "do");
    EXPECT_EQ(why_no_driver({no_device, "no CUDA-capable device", 12040, 12040, 0}),
              "the NVIDIA driver finds no GPU");
    EXPECT_EQ(why_no_driver({cuda_success, "no error", 12040, 12040, 0}),
              "the NVIDIA driver finds no GPU");
    EXPECT_EQ(why_no_driver({3, "initialization error", 12040, 12040, 0}), "initialization error");
    EXPECT_EQ(why_no_driver({cuda_success, "no error", 12040, 12040, 2}), "");
}

TEST(DeviceFitness, W12AGpuThatCannotRunAKernelIsMissingWithItsReason) {
    EXPECT_EQ(why_unfit({"GeForce", 75, 75, false, cuda_success, "no error"}), "");
    EXPECT_EQ(why_unfit({"GeForce", 61, 75, false, no_kernel_image, "no kernel image"}),
              "GeForce: has compute capability 6.1, and this build code for 7.5 and newer");
    EXPECT_EQ(why_unfit({"GeForce", 61, 75, false, invalid_device_function, "invalid"}),
              "GeForce: has compute capability 6.1, and this build code for 7.5 and newer");
    // A new one without code is not called old.
    EXPECT_EQ(why_unfit({"H300", 130, 75, false, no_kernel_image, "no kernel image"}),
              "H300: no kernel image");
    EXPECT_EQ(why_unfit({"A100", 80, 75, true, cuda_success, "no error"}),
              "A100: its compute mode is Prohibited; `nvidia-smi --compute-mode=0` as root lets "
              "programs in again");
    EXPECT_EQ(why_unfit({"A100", 80, 75, false, 46, "devices are busy or unavailable"}),
              "A100: devices are busy or unavailable");
}

}  // namespace
}  // namespace gradscape::kernels
