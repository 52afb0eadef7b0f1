// SPDX-License-Identifier: MIT
#include "host/cluster/cpu_shares.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "gradscape/context.hpp"
#include "host/io/byte_record.hpp"

namespace gradscape::cluster {
namespace {

constexpr std::size_t name_bytes = 128;

CpuSet cpus_of(pid_t process) {
    std::array<unsigned long, CpuSet{}.size() / (8 * sizeof(unsigned long))> words{};
    CpuSet cpus;
    if (sched_getaffinity(process, sizeof words, reinterpret_cast<cpu_set_t*>(words.data())) != 0)
        return cpus;
    for (std::size_t cpu = 0; cpu < cpus.size(); ++cpu)
        cpus[cpu] = (words[cpu / (8 * sizeof(unsigned long))] >> cpu % (8 * sizeof(unsigned long)) &
                     1) != 0;
    return cpus;
}

std::string first_line(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

/// Slurm's own daemon may use all of a machine, and its jobs only what they asked for.
std::size_t cpus_of_launcher() {
    const pid_t parent = getppid();
    const std::string name = first_line("/proc/" + std::to_string(parent) + "/comm");
    return name == "slurmstepd" ? 0 : cpus_of(parent).count();
}

std::string cut(std::string text) {
    text.resize(name_bytes);
    return text;
}

std::string uncut(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

/// CPUs in parts of which as many belong to a rank as share them, by its control group's time, too.
double share_of(std::span<const RankPlace> ranks, const RankPlace& own) {
    double share = 0;
    for (std::size_t cpu = 0; cpu < own.cpus.size(); ++cpu) {
        if (!own.cpus[cpu]) continue;
        share += 1.0 / static_cast<double>(std::ranges::count_if(ranks, [&](const RankPlace& rank) {
                     return rank.machine == own.machine && rank.cpus[cpu];
                 }));
    }
    const auto cpus = static_cast<double>(std::max<std::size_t>(own.cpus.count(), 1));
    return share * std::min(own.available / cpus, 1.0);
}

}  // namespace

RankPlace own_place() {
    RankPlace place;
    char host[name_bytes] = "";
    gethostname(host, sizeof host - 1);
    std::error_code none;
    place.host = host;
    // Containers of one machine may have different names, machines of one image the same.
    place.machine = place.host + ' ' + first_line("/proc/sys/kernel/random/boot_id");
    place.processes = std::filesystem::read_symlink("/proc/self/ns/pid", none).string();
    place.process = static_cast<int>(getpid());
    place.cpus = cpus_of(0);
    place.available = available_threads();
    place.launcher_cpus = cpus_of_launcher();
    return place;
}

std::string RankPlace::packed() const {
    io::ByteWriter bytes;
    for (const std::string* text : {&host, &machine, &processes}) {
        const std::string fixed = cut(*text);
        bytes.put_bytes(fixed.data(), fixed.size());
    }
    return std::move(bytes.put(process).put(cpus).put(available).put(launcher_cpus)).bytes();
}

RankPlace RankPlace::unpacked(const std::string& bytes) {
    io::ByteReader reader(bytes);
    RankPlace place;
    for (std::string* text : {&place.host, &place.machine, &place.processes})
        *text = uncut(reader.get_bytes(name_bytes));
    place.process = reader.get<int>();
    place.cpus = reader.get<CpuSet>();
    place.available = reader.get<unsigned>();
    place.launcher_cpus = reader.get<std::size_t>();
    return place;
}

unsigned threads_of(std::span<const RankPlace> ranks, std::size_t rank) {
    // Parts of a CPU go to whom they make a whole one: rounded sums, from the first of the machine.
    double before = 0;
    for (std::size_t other = 0; other < rank; ++other)
        if (ranks[other].machine == ranks[rank].machine) before += share_of(ranks, ranks[other]);
    const double end = before + share_of(ranks, ranks[rank]);
    constexpr double rounding = 1e-6;
    const double threads = std::floor(end + rounding) - std::floor(before + rounding);
    return static_cast<unsigned>(std::max(threads, 1.0));
}

std::vector<BoundRanks> bound_of(std::span<const RankPlace> ranks) {
    std::vector<BoundRanks> bound;
    std::vector<std::string> seen;
    for (const RankPlace& first : ranks) {
        if (std::ranges::find(seen, first.machine) != seen.end()) continue;
        seen.push_back(first.machine);
        CpuSet cpus;
        BoundRanks here{first.host, 0, 0, first.launcher_cpus};
        for (const RankPlace& rank : ranks) {
            if (rank.machine != first.machine) continue;
            cpus |= rank.cpus;
            ++here.ranks;
        }
        here.cpus = cpus.count();
        if (here.cpus < here.of_cpus) bound.push_back(here);
    }
    return bound;
}

}  // namespace gradscape::cluster
