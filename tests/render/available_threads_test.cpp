// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "gradscape/context.hpp"
#include "host/render/cpu_quota.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::rendering {
namespace {

using test::TemporaryFolder;

void put(const TemporaryFolder& root, const std::string& path, const std::string& content) {
    const std::filesystem::path file = root / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

TEST(AvailableThreadsS3, AreTheCpusOfTheAffinity) {
    unsigned found = 0;
    std::thread([&] {  // affinity is a thread's own
        cpu_set_t one, all;
        ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
        CPU_ZERO(&one);
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &all)) {
                CPU_SET(cpu, &one);
                break;
            }
        ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
        found = available_threads();
    })
        .join();
    EXPECT_EQ(found, 1u);
}

TEST(CpuQuotaS3, IsThatOfVersion2) {
    const TemporaryFolder root;
    put(root, "proc/self/cgroup", "0::/box/inner\n");
    put(root, "sys/fs/cgroup/box/inner/cpu.max", "max 100000\n");
    EXPECT_FALSE(cpu_quota(root / ""));
    put(root, "sys/fs/cgroup/box/cpu.max", "250000 100000\n");  // of a group above
    EXPECT_EQ(cpu_quota(root / ""), 2.5);
    put(root, "sys/fs/cgroup/box/inner/cpu.max", "50000 100000\n");
    EXPECT_EQ(cpu_quota(root / ""), 0.5);
}

TEST(CpuQuotaS3, IsThatOfTheContainersOwnRoot) {
    const TemporaryFolder root;  // as a container sees it: its group is mounted as the root
    put(root, "proc/self/cgroup", "0::/\n");
    put(root, "sys/fs/cgroup/cpu.max", "150000 100000\n");
    EXPECT_EQ(cpu_quota(root / ""), 1.5);
}

TEST(CpuQuotaS3, IsThatOfVersion1) {
    const TemporaryFolder root;
    put(root, "proc/self/cgroup", "4:memory:/box\n3:cpu,cpuacct:/box\n");
    put(root, "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
    put(root, "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
    EXPECT_FALSE(cpu_quota(root / ""));
    put(root, "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "300000\n");
    EXPECT_EQ(cpu_quota(root / ""), 3);
}

TEST(CpuQuotaS3, IsNoneWhereThereAreNoGroups) { EXPECT_FALSE(cpu_quota(TemporaryFolder() / "")); }

}  // namespace
}  // namespace gradscape::rendering
