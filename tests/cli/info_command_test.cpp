// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;

TEST(InfoCommand, ListsTheBackendsAndTheMachine) {
    const TemporaryFolder folder;
    const auto run = gradscape({"info", "--json", folder / "info.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("  reference: available\n  cpu: available\n"));
    const auto facts = nlohmann::json::parse(test::read_all(folder / "info.json"));
    EXPECT_GE(facts["threads"], 1);
    EXPECT_GE(facts["simd"]["lanes_f32"], 1);
    EXPECT_THAT(run.out, HasSubstr("  drawing (figures): available\n  hdf5 (.nc and .h5): "));
    EXPECT_THAT(run.out, HasSubstr("\n  openmpi (ranks by mpirun of Open MPI): "));
    EXPECT_THAT(run.out, HasSubstr("\n  mpich (ranks by mpirun of MPICH): "));
    EXPECT_EQ(facts["modules"][0]["name"], "drawing");
    EXPECT_EQ(facts["modules"][1]["available"].get<bool>(),
              facts["modules"][1]["missing"].get<std::string>().empty());
    for (const auto& backend : facts["backends"])
        EXPECT_EQ(backend["available"].get<bool>(), backend["missing"].get<std::string>().empty());
}

}  // namespace
}  // namespace gradscape::cli
