// SPDX-License-Identifier: MIT
#include "gradscape/internal/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <string>

#include "gradscape/error.hpp"

namespace gradscape::data {
namespace {

/// What the kernel thinks can be had without swapping.
double free_bytes() {
    std::ifstream file("/proc/meminfo");
    std::string name, unit;
    for (double kib = 0; file >> name >> kib; std::getline(file, unit))
        if (name == "MemAvailable:") return kib * 1024;
    return static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
           static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What a container's limit leaves, version 2 or 1; infinite where there is none.
double left_by(const std::string& limit_file, const std::string& used_file) {
    double limit = 0, used = 0;  // "max" does not read as a number
    std::ifstream limit_text(limit_file), used_text(used_file);
    if (!(limit_text >> limit && used_text >> used)) return HUGE_VAL;
    return std::max(limit - used, 0.0);
}

}  // namespace
}  // namespace gradscape::data

namespace gradscape {

std::size_t available_memory() {
    const std::string groups = "/sys/fs/cgroup/";
    return static_cast<std::size_t>(std::min(
        {data::free_bytes(), data::left_by(groups + "memory.max", groups + "memory.current"),
         data::left_by(groups + "memory/memory.limit_in_bytes",
                       groups + "memory/memory.usage_in_bytes")}));
}

std::string memory_text(std::size_t bytes) {
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
    return fmt::format("{:.4g} {}", value, units[unit]);
}

void check_memory(std::string_view what, double needed, std::size_t allowed,
                  std::string_view instead) {
    if (needed <= static_cast<double>(allowed)) return;
    throw MemoryError(fmt::format("{} need {:.3g} GiB of memory, and {:.3g} GiB may be used: {}",
                                  what, needed / 0x1p30, static_cast<double>(allowed) / 0x1p30,
                                  instead));
}

double sequence_bytes(std::size_t count, std::size_t length) {
    return static_cast<double>(count) * (static_cast<double>(length) + 2) * sizeof(double);
}

}  // namespace gradscape
