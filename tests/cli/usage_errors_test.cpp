// SPDX-License-Identifier: MIT
#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

using test::expect_refusal;
using test::TemporaryFolder;

TEST(UsageErrors, UnknownNames) {
    const TemporaryFolder folder;
    expect_refusal(folder, {}, "no subcommand given; choose one of reproduce, surface");
    expect_refusal(folder, {"plot"}, "plot: no such subcommand; choose one of");
    expect_refusal(folder, {"--feild", "loss"}, "no such subcommand");
    for (const std::string command : {"reproduce", "surface", "compare", "trace", "ravine", "cliff",
                                      "basins", "train", "data", "info"}) {
        const std::string help = "`gradscape " + command + " --help` says what is right";
        expect_refusal(folder, {command, "--feild", "loss"}, "--feild: no such option");
        expect_refusal(folder, {command, "--xyz", "loss"}, "--xyz: no such option; " + help);
        expect_refusal(folder, {command, "extra"}, "extra: ");
        expect_refusal(folder, {command, "--json"}, "--json: ");
        expect_refusal(folder, {command, "--quiet", "--verbose"}, "excludes");
    }
    expect_refusal(folder, {"surface", "--cell", "lstm"},
                   "--cell lstm: unknown; choose one of linear, tanh, relu, sigmoid");
    for (const std::string option :
         {"--field", "--palette", "--style", "--scale", "--method", "--precision", "--optimizer"})
        expect_refusal(folder, {"surface", option, "jet"},
                       option + " jet: unknown; choose one of ");
    expect_refusal(folder, {"trace", "--reduction", "jet"}, "--reduction jet: unknown");
    expect_refusal(folder, {"reproduce", "--also", "jpg"}, "--also jpg: unknown");
}

TEST(UsageErrors, AnEvaluatorThatIsNotThere) {
    const TemporaryFolder folder;
    expect_refusal(folder, {"surface", "--quiet", "--backend", "abacus"},
                   "--backend abacus: unknown; choose one of auto, reference, cpu");
    expect_refusal(folder, {"reproduce", "--quiet", "--backend", "abacus", "-o", "out"},
                   "--backend abacus: unknown");
}

TEST(UsageErrors, Ranges) {
    const TemporaryFolder folder;
    for (const std::string text :
         {"3", "a:b", "1:2:3", ":", "nan:3", "-3:nan", "-inf:3", "-3:inf", "0:1e999", "1,2"})
        expect_refusal(folder, {"surface", "--wx", text},
                       "--wx " + text + ": a range LOW:HIGH of finite numbers is wanted");
    for (const std::string option : {"--wx", "--wrec", "--range"}) {
        expect_refusal(folder, {"surface", option + "=-3:nan"}, option + " -3:nan: a range");
        for (const std::string text : {"3:-3", "3:3"})
            expect_refusal(folder, {"surface", option, text},
                           option + " " + text + ": the low end must be less than the high end");
    }
    expect_refusal(folder, {"surface", "--wx=-1e308:1e308"}, "further apart");
    expect_refusal(folder, {"surface", "--wx="}, "--wx: 1 required LOW:HIGH missing");
}

TEST(UsageErrors, Sizes) {
    const TemporaryFolder folder;
    for (const std::string text : {"0", "0x5", "5x0", "-5", "5x-5", "1.5", "5x", "x", "x5", "5xx5",
                                   "k", "1e3", "nan", "2147483648", "99999999999999999999999"})
        expect_refusal(folder, {"surface", "--size", text},
                       "--size " + text + ": COLSxROWS or N is wanted");
    expect_refusal(folder, {"surface", "--size", "2147483647"}, "fewer columns and rows would fit");
}

TEST(UsageErrors, Counts) {
    const TemporaryFolder folder;
    for (const std::string text :
         {"0", "-1", "1.5", "1e3", "many", "nan", "99999999999999999999999"})
        expect_refusal(folder, {"data", "--sequences", text},
                       "--sequences " + text + ": a whole number from 1 to ");
    for (const std::string option : {"--length", "--threads", "--levels"})
        expect_refusal(folder, {"surface", option, "0"}, option + " 0: a whole number from ");
    expect_refusal(folder, {"data", "--sequences", "1099511627776", "--length", "1099511627776"},
                   "fewer or shorter ones would fit");
    expect_refusal(folder, {"data", "--seed", "4294967296"}, "--seed 4294967296: a whole number");
    expect_refusal(folder, {"train", "--iterations", "-1"}, "--iterations -1: a whole number");
}

TEST(UsageErrors, Numbers) {
    const TemporaryFolder folder;
    for (const std::string text : {"nan", "-nan", "inf", "-inf", "1e999", "-1", "0", "x"})
        expect_refusal(folder, {"train", "--learning-rate", text},
                       "--learning-rate " + text + ": a number above 0 is wanted");
    for (const std::string option :
         {"--delta0", "--eta-plus", "--eta-minus", "--delta-min", "--delta-max", "--momentum",
          "--rms-decay", "--beta1", "--beta2", "--clip-norm", "--tolerance", "--epsilon"})
        expect_refusal(folder, {"train", option, "nan"}, option + " nan: a number ");
    for (const std::string text : {"nan,1", "-1,inf", "1", "1,2,3", "a,b"})
        expect_refusal(folder, {"train", "--start", text}, "--start " + text + ": a point");
    expect_refusal(folder, {"trace", "--at", "1,1", "-nan,1"}, "--at -nan,1: a point");
    expect_refusal(folder, {"surface", "--figure", "f.png", "--mark", "nan,1"}, "--mark nan,1");
}

}  // namespace
}  // namespace gradscape::cli
