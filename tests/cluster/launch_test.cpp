// What launchers say by the environment, and what follows for threads and GPUs.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "gradscape/internal/launch_environment.hpp"
#include "host/cluster/cpu_shares.hpp"
#include "kernels/device_fitness.hpp"

namespace gradscape::cluster {
namespace {

using ::testing::ElementsAre;

Launch launch(const std::map<std::string, std::string>& variables) {
    return launch_of([&](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

void expect_launch(const Launch& found, Launch::Mpi mpi, int rank, int count, int local_rank,
                   int local_count) {
    EXPECT_EQ(found.mpi, mpi);
    EXPECT_EQ(found.rank, rank);
    EXPECT_EQ(found.count, count);
    EXPECT_EQ(found.local_rank, local_rank);
    EXPECT_EQ(found.local_count, local_count);
}

TEST(LaunchEnvironment, KnowsTheLaunchers) {
    expect_launch(launch({}), Launch::Mpi::none, 0, 1, 0, 1);
    expect_launch(launch({{"OMPI_COMM_WORLD_SIZE", "8"},
                          {"OMPI_COMM_WORLD_RANK", "5"},
                          {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                          {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
                          {"PMIX_RANK", "5"}}),
                  Launch::Mpi::open_mpi, 5, 8, 1, 4);
    expect_launch(launch({{"PMI_SIZE", "3"},
                          {"PMI_RANK", "2"},
                          {"MPI_LOCALRANKID", "0"},
                          {"MPI_LOCALNRANKS", "1"}}),
                  Launch::Mpi::mpich, 2, 3, 0, 1);
    expect_launch(launch({{"PMIX_RANK", "3"},
                          {"SLURM_STEP_NUM_TASKS", "4"},
                          {"SLURM_LOCALID", "1"},
                          {"SLURM_STEP_TASKS_PER_NODE", "2(x2)"},
                          {"SLURM_NODEID", "1"}}),
                  Launch::Mpi::open_mpi, 3, 4, 1, 2);
}

/// A batch script's own environment, and shards that srun starts without MPI.
TEST(LaunchEnvironment, TasksOfSlurmAloneAreNoRanks) {
    EXPECT_FALSE(launch({{"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "0"}}).is_several());
    expect_launch(launch({{"SLURM_STEP_NUM_TASKS", "5"},
                          {"SLURM_LOCALID", "2"},
                          {"SLURM_STEP_TASKS_PER_NODE", "2,3"},
                          {"SLURM_NODEID", "1"}}),
                  Launch::Mpi::none, 0, 1, 2, 3);
}

TEST(LaunchEnvironment, MakesNothingOfNonsense) {
    expect_launch(launch({{"OMPI_COMM_WORLD_SIZE", "x"}}), Launch::Mpi::none, 0, 1, 0, 1);
    expect_launch(launch({{"PMI_SIZE", "2"}, {"PMI_RANK", "7"}}), Launch::Mpi::none, 0, 1, 0, 1);
    EXPECT_EQ(launch({{"OMPI_COMM_WORLD_LOCAL_RANK", "3"}}).local_rank, 0);
    EXPECT_EQ(launching::tasks_of_node("", 0), 1);
    EXPECT_EQ(launching::tasks_of_node("4(x0)", 5), 1);
}

TEST(LaunchEnvironment, TheUserKnowsBetter) {
    EXPECT_EQ(launch({{"PMI_SIZE", "2"}, {"PMI_RANK", "1"}, {"GRADSCAPE_MPI", "openmpi"}}).mpi,
              Launch::Mpi::open_mpi);
    EXPECT_EQ(launch({{"GRADSCAPE_MPI", "openmpi"}}).mpi, Launch::Mpi::none);
}

TEST(LaunchEnvironment, EachProcessOfAMachineGetsAGpu) {
    Launch alone, second;
    second.local_rank = 1, second.local_count = 3;
    EXPECT_THAT(kernels::devices_of(alone, {0, 2, 3}), ElementsAre(0, 2, 3));
    EXPECT_THAT(kernels::devices_of(second, {0, 2, 3}), ElementsAre(2));
    second.local_rank = 2;
    EXPECT_THAT(kernels::devices_of(second, {0, 2}), ElementsAre(0));
    EXPECT_THAT(kernels::devices_of(second, {4}), ElementsAre(4));
    EXPECT_THAT(kernels::devices_of(second, {}), ElementsAre());
}

RankPlace place(const std::string& machine, const std::string& cpus, unsigned available,
                std::size_t launcher_cpus = 8) {
    RankPlace one;
    one.host = one.machine = machine;
    one.cpus = CpuSet(cpus);
    one.available = available;
    one.launcher_cpus = launcher_cpus;
    return one;
}

std::vector<unsigned> all_threads(const std::vector<RankPlace>& ranks) {
    std::vector<unsigned> threads;
    for (std::size_t rank = 0; rank < ranks.size(); ++rank)
        threads.push_back(threads_of(ranks, rank));
    return threads;
}

TEST(CpuShares, ThreadsAreThoseOfTheMachineTogether) {
    EXPECT_THAT(all_threads({place("a", "11111111", 8)}), ElementsAre(8u));
    EXPECT_THAT(all_threads({place("a", "11111111", 8), place("b", "11111111", 8)}),
                ElementsAre(8u, 8u));
    EXPECT_THAT(all_threads({place("a", "11111111", 8), place("a", "11111111", 8),
                             place("a", "11111111", 8)}),
                ElementsAre(2u, 3u, 3u));
    EXPECT_THAT(all_threads({place("a", "00001111", 4), place("a", "11110000", 4)}),
                ElementsAre(4u, 4u));
    EXPECT_THAT(all_threads({place("a", "1", 1), place("a", "1", 1), place("a", "1", 1)}),
                ElementsAre(1u, 1u, 1u));
    EXPECT_THAT(all_threads({place("a", "11111111", 4), place("a", "11111111", 4)}),
                ElementsAre(2u, 2u))
        << "a control group has time for four";
}

TEST(CpuShares, BindingIsWhatTheLauncherHasAndTheRanksHaveNot) {
    EXPECT_TRUE(bound_of(std::vector{place("a", "11111111", 8), place("a", "11", 2)}).empty());
    EXPECT_TRUE(bound_of(std::vector{place("a", "11", 2, 0)}).empty()) << "not known";
    const auto bound =
        bound_of(std::vector{place("a", "01", 1), place("b", "11111111", 8), place("a", "10", 1)});
    ASSERT_EQ(bound.size(), 1u);
    EXPECT_EQ(bound[0].host, "a");
    EXPECT_EQ(bound[0].ranks, 2u);
    EXPECT_EQ(bound[0].cpus, 2u);
    EXPECT_EQ(bound[0].of_cpus, 8u);
}

TEST(CpuShares, APlaceTravels) {
    const RankPlace own = own_place();
    const RankPlace read = RankPlace::unpacked(own.packed());
    EXPECT_EQ(read.machine, own.machine);
    EXPECT_EQ(read.processes, own.processes);
    EXPECT_EQ(read.process, own.process);
    EXPECT_EQ(read.cpus, own.cpus);
    EXPECT_GT(own.cpus.count(), 0u);
    RankPlace longer = own;
    longer.host = std::string(300, 'x');
    EXPECT_EQ(longer.packed().size(), own.packed().size());
}

}  // namespace
}  // namespace gradscape::cluster
