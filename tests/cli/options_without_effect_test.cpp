// Options that do nothing for what is asked are refused, or said.
// SPDX-License-Identifier: MIT
#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

using test::expect_refusal;
using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;

TEST(OptionsWithoutEffect, W4AreRefused) {
    const TemporaryFolder folder;
    const auto refused = [&folder](std::vector<std::string> arguments, const std::string& option) {
        if (arguments[0] != "trace") arguments.push_back("--quiet");
        expect_refusal(folder, arguments, "error: " + option + ": has no effect ");
    };
    refused({"train", "--learning-rate", "0.1"}, "--learning-rate");
    refused({"train", "--optimizer", "adam", "--eta-plus", "1.1"}, "--eta-plus");
    refused({"train", "--optimizer", "gd", "--momentum", "0.5"}, "--momentum");
    refused({"train", "--optimizer", "rprop", "--delta-max", "1"}, "--delta-max");
    refused({"train", "--wx", "0:1"}, "--wx");
    refused({"surface", "--size", "4", "--optimizer", "adam"}, "--optimizer");
    refused({"surface", "--size", "4", "--iterations", "5"}, "--iterations");
    refused({"surface", "--size", "4", "--field", "train-loss", "--tolerance", "1"}, "--tolerance");
    refused({"surface", "--size", "4", "--field", "train-loss", "--beta1", "0.5"}, "--beta1");
    refused({"surface", "--size", "4", "-o", "x.npy", "--palette", "magma"}, "--palette");
    refused({"surface", "--size", "4", "-o", "x.npz", "x.csv", "--range", "1:2"}, "--range");
    refused({"surface", "--size", "4", "--style", "smooth", "--levels", "9"}, "--levels");
    refused({"surface", "--size", "4", "--histogram"}, "--histogram");
    refused({"surface", "--size", "4", "--figure", "f.svg", "--resume"}, "--resume");
    refused({"surface", "--size", "4", "--backend", "reference", "--method", "rows"}, "--method");
    refused({"compare", "--size", "4", "--measure", "ulp"}, "--measure");
    refused({"compare", "--size", "4", "--palette", "magma"}, "--palette");
    refused({"compare", "--size", "4", "--optimizer", "adam"}, "--optimizer");
}

TEST(OptionsWithoutEffect, W4ThoseWithOneAreNot) {
    const TemporaryFolder folder;
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"train", "--optimizer", "nesterov", "--learning-rate", "1e-6", "--momentum", "0.5",
              "--iterations", "2"},
             {"train", "--optimizer", "irprop-plus", "--delta-max", "1", "--iterations", "2"},
             {"surface", "--size", "4", "--field", "train-steps", "--tolerance", "1"},
             {"surface", "--size", "4", "-o", "x.npy", "x.png", "--palette", "magma"},
             {"surface", "--size", "4", "--palette", "magma"},
             {"surface", "--size", "4", "--histogram", "--json", "x.json"}}) {
        const auto run = gradscape(arguments, folder.path());
        EXPECT_EQ(run.status, 0) << run.err;
    }
}

TEST(OptionsWithoutEffect, W4AMarkOutsideTheFigureIsSaid) {
    const TemporaryFolder folder;
    const std::vector<std::string> figure{"surface",  "--backend", "cpu",    "--size", "4",
                                          "--figure", "f.svg",     "--mark", "1,1",    "5,-1"};
    EXPECT_EQ(gradscape(figure, folder.path()).err,
              "gradscape: --mark 5,-1: lies outside the figure, which is -3:3 by -3:3\n");
}

}  // namespace
}  // namespace gradscape::cli
