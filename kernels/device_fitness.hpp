// Why a machine or one of its GPUs cannot run the kernels, in words. Decided here from what the
// driver answered and nothing else, so that it can be tested without a GPU.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/internal/launch_environment.hpp"

namespace gradscape::kernels {

/// cudaError_t's numbers, which do not change.
inline constexpr int cuda_success = 0, insufficient_driver = 35, no_device = 100,
                     invalid_device_function = 98, no_kernel_image = 209;

/// What asking for the number of devices gave.
struct DriverAnswer {
    int error = cuda_success;
    std::string text;  ///< of the error
    int version = 0;  ///< 1000·major + 10·minor of the newest CUDA it knows; 0: there is no driver
    int needed = 0;   ///< the same of the CUDA that this build is for
    int devices = 0;
};

/// Whether one of the kernels was found to run on a device.
struct DeviceAnswer {
    std::string name;
    int capability = 0;  ///< 10·major + minor
    int oldest = 0;      ///< the same of the oldest device that this build has code for
    bool prohibited = false;
    int error = cuda_success;
    std::string text;
};

namespace fitness {
inline std::string cuda_version(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}
inline std::string capability(int value) {
    return std::to_string(value / 10) + "." + std::to_string(value % 10);
}
}  // namespace fitness

/// Empty where the driver offers devices.
inline std::string why_no_driver(const DriverAnswer& driver) {
    if (driver.error == insufficient_driver && driver.version == 0) return "no NVIDIA driver found";
    if (driver.error == insufficient_driver)
        return "the NVIDIA driver knows CUDA up to " + fitness::cuda_version(driver.version) +
               ", this build needs " + fitness::cuda_version(driver.needed) +
               "; a newer driver would do";
    if (driver.error == no_device || (driver.error == cuda_success && driver.devices == 0))
        return "the NVIDIA driver finds no GPU";
    return driver.error == cuda_success ? std::string() : driver.text;
}

/// Empty where kernels can run on the device.
inline std::string why_unfit(const DeviceAnswer& device) {
    if (device.prohibited)
        return device.name +
               ": its compute mode is Prohibited; `nvidia-smi --compute-mode=0` as "
               "root lets programs in again";
    if (device.error == cuda_success) return {};
    const bool no_code = device.error == no_kernel_image || device.error == invalid_device_function;
    if (no_code && device.capability < device.oldest)
        return device.name + ": has compute capability " + fitness::capability(device.capability) +
               ", and this build code for " + fitness::capability(device.oldest) + " and newer";
    return device.name + ": " + device.text;
}

/// Where a launcher started several processes on this machine (mpirun, srun), one device each, in
/// turn where there are fewer; else all.
inline std::vector<int> devices_of(const Launch& launch, const std::vector<int>& fit) {
    if (launch.local_count < 2 || fit.size() < 2) return fit;
    return {fit[static_cast<std::size_t>(launch.local_rank) % fit.size()]};
}

}  // namespace gradscape::kernels
