// tools/cluster: the model of one coordinating rank, and, where there is MPI, what it is held
// against.
// SPDX-License-Identifier: MIT
#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

using test::ProgramResult;
using test::TemporaryFolder;
using ::testing::HasSubstr;

const std::string cluster_folder = "'" GRADSCAPE_SOURCE_DIR "/tools/cluster/'";  // in a shell

ProgramResult shell(const std::string& command) {
    return test::run_program({"/bin/sh", "-c", command});
}

TEST(ClusterModel, SaysWhereOneRankIsSaturated) {
    const ProgramResult run =
        shell("/usr/bin/python3 " + cluster_folder + "model.py --size 2048 --threads 4");
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("2048 x 2048 cells, 64 strips, 4 threads a rank"));
    EXPECT_THAT(run.out, HasSubstr("more threads than strips have nothing to do: 16 ranks"));
    EXPECT_THAT(run.out, HasSubstr("tanh, plain: 25 ranks;"));
}

TEST(ClusterModel, ALeaseGivesWhatAStragglerHasToOthers) {
    const ProgramResult run =
        shell("cd " + cluster_folder +
              " && /usr/bin/python3 -B -c 'from model import simulate\n"
              "whole = simulate(4, 1, 200, 0.1)\n"
              "slow = simulate(4, 1, 200, 0.1, slow=200)\n"
              "leased = simulate(4, 1, 200, 0.1, slow=200, lease=0.5)\n"
              "assert whole.again == slow.again == 0 and leased.again > 0\n"
              "assert 5 <= whole.seconds < 5.1 and slow.seconds > 4 * whole.seconds\n"
              "assert leased.seconds < 1.5 * whole.seconds, leased.seconds\n'");
    EXPECT_EQ(run.status, 0) << run.err;
}

TEST(ClusterModel, FitsRealMessages) {
    if (shell("command -v mpicxx && mpirun --version | grep -q 'Open MPI'").status != 0)
        GTEST_SKIP() << "no Open MPI";
    const TemporaryFolder built;
    const ProgramResult compiled =
        shell("mpicxx -O2 " + cluster_folder + "protocol.cpp -o " + built / "protocol");
    ASSERT_EQ(compiled.status, 0) << compiled.err;
    const ProgramResult run = shell(
        "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 timeout 120 "
        "/usr/bin/python3 " +
        cluster_folder + "model.py --check " + built / "protocol");
    EXPECT_EQ(run.status, 0) << run.out << run.err;
    EXPECT_THAT(run.out, HasSubstr("4 working ranks: measured "));
}

}  // namespace
}  // namespace gradscape::cli
