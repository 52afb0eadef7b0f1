// Which CPUs the ranks may use, and which of them they share with others on their machine.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bitset>
#include <span>
#include <string>
#include <vector>

#include "gradscape/ranks.hpp"

namespace gradscape::cluster {

using CpuSet = std::bitset<4096>;

/// What a rank says of itself and its machine.
struct RankPlace {
    std::string host;       ///< for people
    std::string machine;    ///< the same for processes of one machine
    std::string processes;  ///< the same for those that see each other's numbers
    int process = 0;
    CpuSet cpus;             ///< that the rank may use
    unsigned available = 1;  ///< threads that may run at once on them, by its control group, too
    std::size_t launcher_cpus = 0;  ///< that its parent may use; 0: not known, or no launcher

    /// Of equal length for all.
    std::string packed() const;
    static RankPlace unpacked(const std::string& bytes);
};

RankPlace own_place();

/// Threads for a rank: its CPUs, those that k ranks may use counted as a k-th, and at least one.
/// The ranks of a machine get all that they have together.
unsigned threads_of(std::span<const RankPlace> ranks, std::size_t rank);

/// Machines whose ranks together may use fewer CPUs than their launcher.
std::vector<BoundRanks> bound_of(std::span<const RankPlace> ranks);

}  // namespace gradscape::cluster
