// What a launcher of parallel programs (Open MPI's mpirun, MPICH's, srun) tells each process by its
// environment. Read before any library is loaded, by host and kernels alike.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace gradscape {

struct Launch {
    enum class Mpi { none, open_mpi, mpich };

    Mpi mpi = Mpi::none;                  ///< whose messages the processes can use
    int rank = 0, count = 1;              ///< of all processes
    int local_rank = 0, local_count = 1;  ///< of those on this machine

    bool is_first() const { return rank == 0; }
    bool is_several() const { return mpi != Mpi::none && count > 1; }
};

namespace launching {

/// -1 where it is no number.
template <class Environment>
int number(const Environment& environment, const char* name) {
    const char* const text = environment(name);
    if (!text || *text < '0' || *text > '9') return -1;
    return static_cast<int>(std::strtol(text, nullptr, 10));
}

/// Slurm's `4(x2),3`: how many tasks the node of this index has; 1 where that is not told.
inline int tasks_of_node(std::string_view counts, int node) {
    while (!counts.empty()) {
        const std::string group(counts.substr(0, counts.find(',')));
        counts.remove_prefix(std::min(counts.size(), group.size() + 1));
        const int tasks = std::atoi(group.c_str());
        const std::size_t times = group.find("(x");
        node -= times == std::string::npos ? 1 : std::atoi(group.c_str() + times + 2);
        if (node < 0) return tasks > 0 ? tasks : 1;
    }
    return 1;
}

}  // namespace launching

/// `environment(name)` is a variable's text or null. GRADSCAPE_MPI, `openmpi` or `mpich`, says
/// whose messages it is where the launcher is that of another.
template <class Environment>
Launch launch_of(const Environment& environment) {
    using launching::number;
    const auto first_of = [&](int one, int other) { return one >= 0 ? one : other; };
    Launch launch;
    const int step_tasks =
        first_of(number(environment, "SLURM_STEP_NUM_TASKS"), number(environment, "SLURM_NTASKS"));
    if (number(environment, "OMPI_COMM_WORLD_SIZE") > 0) {
        launch.mpi = Launch::Mpi::open_mpi;
        launch.rank = number(environment, "OMPI_COMM_WORLD_RANK");
        launch.count = number(environment, "OMPI_COMM_WORLD_SIZE");
    } else if (number(environment, "PMI_SIZE") > 0) {
        launch.mpi = Launch::Mpi::mpich;
        launch.rank = number(environment, "PMI_RANK");
        launch.count = number(environment, "PMI_SIZE");
    } else if (number(environment, "PMIX_RANK") >= 0 && step_tasks > 0) {  // srun
        launch.mpi = Launch::Mpi::open_mpi;
        launch.rank = number(environment, "PMIX_RANK");
        launch.count = step_tasks;
    }
    launch.local_rank = first_of(number(environment, "OMPI_COMM_WORLD_LOCAL_RANK"),
                                 number(environment, "MPI_LOCALRANKID"));
    launch.local_count = first_of(number(environment, "OMPI_COMM_WORLD_LOCAL_SIZE"),
                                  number(environment, "MPI_LOCALNRANKS"));
    if (const char* const tasks = environment("SLURM_STEP_TASKS_PER_NODE");
        tasks && launch.local_rank < 0) {
        launch.local_rank = number(environment, "SLURM_LOCALID");
        launch.local_count =
            launching::tasks_of_node(tasks, first_of(number(environment, "SLURM_NODEID"), 0));
    }
    if (launch.rank < 0 || launch.rank >= launch.count) launch = {};
    if (launch.local_rank < 0 || launch.local_rank >= launch.local_count)
        launch.local_rank = 0, launch.local_count = 1;
    const char* const wanted = environment("GRADSCAPE_MPI");
    if (wanted && launch.mpi != Launch::Mpi::none) {
        if (std::string_view(wanted) == "openmpi") launch.mpi = Launch::Mpi::open_mpi;
        if (std::string_view(wanted) == "mpich") launch.mpi = Launch::Mpi::mpich;
    }
    return launch;
}

/// This process's.
inline Launch launch_environment() {
    return launch_of([](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace gradscape
