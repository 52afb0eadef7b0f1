// SPDX-License-Identifier: MIT
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "gradscape/context.hpp"
#include "host/render/cpu_quota.hpp"

namespace gradscape::rendering {
namespace {

/// The CPUs that the scheduler may put this process on.
unsigned allowed_cpus() {
    // The kernel's set may be larger than cpu_set_t: it refuses with EINVAL until there is room.
    for (int cpus = CPU_SETSIZE; cpus <= 1 << 20; cpus *= 2) {
        const std::size_t size = CPU_ALLOC_SIZE(cpus);
        const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(
            CPU_ALLOC(cpus), [](cpu_set_t* all) { CPU_FREE(all); });
        if (set && sched_getaffinity(0, size, set.get()) == 0)
            return static_cast<unsigned>(CPU_COUNT_S(size, set.get()));
    }
    return std::thread::hardware_concurrency();
}

/// The folder of this process in a control group hierarchy: `controller` is empty for version 2.
std::string group_folder(const std::string& root, const std::string& controller) {
    std::ifstream groups(root + "/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {  // ID:CONTROLLERS:PATH
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string names = ',' + line.substr(first + 1, second - first - 1) + ',';
        const bool found = controller.empty()
                               ? names == ",,"
                               : names.find(',' + controller + ',') != std::string::npos;
        if (found) return line.substr(second + 1);
    }
    return {};
}

/// quota / period, both in microseconds, of one group; none where it has no limit.
std::optional<double> version_2_quota(const std::string& folder) {
    std::ifstream file(folder + "/cpu.max");
    double quota = 0, period = 0;  // "max PERIOD" does not read as a number
    return file >> quota >> period && period > 0 ? std::optional(quota / period) : std::nullopt;
}

std::optional<double> version_1_quota(const std::string& folder) {
    double quota = 0, period = 0;  // -1: no limit
    std::ifstream quota_file(folder + "/cpu.cfs_quota_us"),
        period_file(folder + "/cpu.cfs_period_us");
    return quota_file >> quota && period_file >> period && quota > 0 && period > 0
               ? std::optional(quota / period)
               : std::nullopt;
}

/// The least quota of a group and of those above it: each limits all that is below.
template <class Quota>
std::optional<double> least_quota(const std::string& mount, std::string group, Quota quota_of) {
    std::optional<double> least;
    while (true) {
        if (const auto quota = quota_of(mount + group); quota && (!least || *quota < *least))
            least = quota;
        if (group.empty() || group == "/") return least;
        const std::size_t parent = group.rfind('/');
        if (parent == std::string::npos) return least;
        group.resize(parent);
    }
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

std::optional<double> rendering::cpu_quota(const std::string& root) {
    const std::string mount = root + "/sys/fs/cgroup";
    auto least = rendering::least_quota(mount, rendering::group_folder(root, ""),
                                        rendering::version_2_quota);
    for (const char* folder : {"/cpu", "/cpu,cpuacct"})
        if (const auto quota = rendering::least_quota(
                mount + folder, rendering::group_folder(root, "cpu"), rendering::version_1_quota);
            quota && (!least || *quota < *least))
            least = quota;
    return least;
}

unsigned available_threads() {
    const unsigned cpus = std::max(rendering::allowed_cpus(), 1u);
    const auto quota = rendering::cpu_quota("");
    if (!quota) return cpus;
    return std::clamp(static_cast<unsigned>(std::ceil(std::min(*quota, 1e6))), 1u, cpus);
}

}  // namespace gradscape
