// The GPUs that can run the kernels: found once, by asking whether one of them can.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "kernels/cuda/runtime.cuh"
#include "kernels/device_fitness.hpp"

namespace gradscape::kernels::cuda_backend {
namespace {

__global__ void any_kernel() {}

struct Devices {
    std::vector<int> fit;            ///< by the driver's numbers
    std::vector<std::string> names;  ///< of all, the reason behind those that are not fit
    std::string missing;             ///< why none is fit
};

/// In nvcc's list of what it made code for, 750 stands for compute capability 7.5.
int oldest_capability() {
    constexpr std::array architectures{__CUDA_ARCH_LIST__};
    return *std::min_element(architectures.begin(), architectures.end()) / 10;
}

int attribute(cudaDeviceAttr which, int device) {
    int value = 0;
    cuda_check(cudaDeviceGetAttribute(&value, which, device), "ask for a device's attribute");
    return value;
}

DeviceAnswer ask(int device) {
    cudaDeviceProp properties;
    cuda_check(cudaGetDeviceProperties(&properties, device), "ask for a device's name");
    DeviceAnswer answer;
    answer.name = properties.name;
    answer.capability = 10 * attribute(cudaDevAttrComputeCapabilityMajor, device) +
                        attribute(cudaDevAttrComputeCapabilityMinor, device);
    answer.oldest = oldest_capability();
    answer.prohibited = attribute(cudaDevAttrComputeMode, device) == cudaComputeModeProhibited;
    if (answer.prohibited) return answer;
    cudaFuncAttributes of_kernel;
    cudaError_t error = cudaSetDevice(device);
    if (error == cudaSuccess) error = cudaFuncGetAttributes(&of_kernel, any_kernel);
    answer.error = error;
    answer.text = cudaGetErrorString(error);
    return answer;
}

Devices find_devices() {
    Devices found;
    DriverAnswer driver;
    driver.error = cudaGetDeviceCount(&driver.devices);
    driver.text = cudaGetErrorString(static_cast<cudaError_t>(driver.error));
    driver.needed = CUDART_VERSION;
    if (cudaDriverGetVersion(&driver.version) != cudaSuccess) driver.version = 0;
    found.missing = why_no_driver(driver);
    if (!found.missing.empty()) return found;
    for (int device = 0; device < driver.devices; ++device) {
        const DeviceAnswer answer = ask(device);
        const std::string why = why_unfit(answer);
        if (why.empty()) found.fit.push_back(device);
        found.names.push_back(why.empty() ? answer.name : "left out: " + why);
        found.missing += (device == 0 ? "" : "; ") + why;
    }
    found.fit = devices_of(launch_environment(), found.fit);
    if (!found.fit.empty()) {
        found.missing.clear();
        cuda_check(cudaSetDevice(found.fit.front()), "select the device");
    }
    cudaGetLastError();  // what an unfit device left behind is no error of the next call
    return found;
}

const Devices& devices() {
    static const Devices found = find_devices();
    return found;
}

}  // namespace

std::string device_missing() { return devices().missing; }
int device_count() { return static_cast<int>(devices().fit.size()); }
std::vector<std::string> device_names() { return devices().names; }
void use_device(int device) {
    cuda_check(cudaSetDevice(devices().fit.at(static_cast<std::size_t>(device))),
               "select the device");
}

}  // namespace gradscape::kernels::cuda_backend
