// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "gradscape/evaluate.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(CompareCommand, HoldsTheCpuAgainstTheReferenceByDefault) {
    const TemporaryFolder folder;
    const auto run = gradscape({"compare", "--size", "40x30", "-o", folder / "diff.png", "--figure",
                                folder / "diff.svg", "--json", folder / "diff.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("A = cpu:rows:f32, B = reference:bptt:f64, 1200 cells"));
    EXPECT_THAT(run.out, HasSubstr("within tolerance\n"));
    const auto facts = nlohmann::json::parse(test::read_all(folder / "diff.json"));
    EXPECT_EQ(facts["beyond"], 0);
    EXPECT_EQ(facts["fields"].size(), 5u);
    const auto& loss = facts["fields"]["loss"];
    EXPECT_EQ(loss["classes"]["finite"]["finite"], 1200);
    EXPECT_GT(loss["largest"]["tolerance"]["error"], 0);
    EXPECT_LE(loss["largest"]["tolerance"]["error"], 1);
    EXPECT_LE(loss["ulp_percentiles"]["50"], loss["ulp_percentiles"]["99.9"]);
    std::uint64_t counted = 0;
    for (const auto& count : loss["ulp_octaves"]) counted += count.get<std::uint64_t>();
    EXPECT_EQ(counted, 1200u);
    const auto picture = test::parse_png(test::read_all(folder / "diff.png"));
    EXPECT_EQ(picture.width, 40u);
    EXPECT_EQ(picture.height, 30u);
    EXPECT_THAT(test::read_all(folder / "diff.png"), HasSubstr("gradscape:parameters"));
    EXPECT_THAT(test::read_all(folder / "diff.svg"), HasSubstr("</svg>"));
}

TEST(CompareCommand, EndsWithStatus1BeyondTolerance) {
    const TemporaryFolder folder;
    const auto run = gradscape({"compare", "--size", "20", "--rtol", "1e-12", "--fields", "loss",
                                "--json", folder / "c.json"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("gradscape: error: --a cpu:rows:f32 --b reference:bptt:f64: "));
    EXPECT_THAT(run.out, HasSubstr("first beyond tolerance at ("));
    EXPECT_THAT(run.out, HasSubstr("\nbeyond tolerance\n"));
    const auto facts = nlohmann::json::parse(test::read_all(folder / "c.json"));
    EXPECT_GT(facts["beyond"], 0);
    EXPECT_EQ(facts["tolerance"]["rtol"], 1e-12);
    EXPECT_EQ(gradscape({"compare", "--size", "20", "--rtol", "1e-5", "--fields", "loss"}).status,
              0);
    const auto one_value = gradscape({"compare", "--size", "1", "--wx", "0.3:1", "--wrec", "0.7:1",
                                      "--rtol", "0", "--fields", "loss"});
    EXPECT_EQ(one_value.status, 1);
    EXPECT_THAT(one_value.err, HasSubstr("1 values are beyond tolerance"));
}

/// L = w_x² in every row of (x = 1, t = 0).
TEST(CompareCommand, SaysWhereTheLargestErrorIs) {
    const TemporaryFolder folder;
    std::ofstream(folder / "d.csv") << "x1,target\n1,0\n";
    gradscape({"compare", "--data", folder / "d.csv", "--wx", "0.1:0.7", "--size", "7x3",
               "--fields", "loss", "--rtol", "0", "--json", folder / "c.json"});
    const auto facts = nlohmann::json::parse(test::read_all(folder / "c.json"));
    const auto& loss = facts["fields"]["loss"];
    for (const auto& at : {loss["largest"]["abs"], loss["largest"]["ulp"], loss["first_beyond"]}) {
        const double wx = at["w_x"];
        EXPECT_NEAR(at["a"].get<double>(), wx * wx, 1e-6 * wx * wx);
        EXPECT_NEAR(at["b"].get<double>(), wx * wx, 1e-12 * wx * wx);
    }
}

TEST(CompareCommand, ColoursErrorsAlikeWhicheverSideIsCoarse) {
    const TemporaryFolder folder;
    const auto picture = [&](const std::string& a, const std::string& b) {
        const auto run = gradscape({"compare", "--a", a, "--b", b, "--size", "20", "--fields",
                                    "loss", "--measure", "abs", "-o", folder / "x.png"});
        EXPECT_EQ(run.status, 0) << run.err;
        return test::parse_png(test::read_all(folder / "x.png"));
    };
    const auto one = picture("cpu:bptt:f32", "cpu:bptt:f64");
    const auto other = picture("cpu:bptt:f64", "cpu:bptt:f32");
    EXPECT_EQ(one.indices, other.indices);
    EXPECT_EQ(one.palette, other.palette);
}

TEST(CompareCommand, AsksForTheSameBitsOfAlikeSides) {
    const auto same = gradscape({"compare", "--a", "cpu:bptt:f64", "--b", "cpu:bptt:f64", "--size",
                                 "9", "--fields", "loss,train-loss,train-steps"});
    EXPECT_EQ(same.status, 0) << same.err;
    EXPECT_THAT(same.out, HasSubstr("tolerance: same bits"));
    const auto other =
        gradscape({"compare", "--a", "cpu:bptt:f64", "--b", "cpu:rows:f32", "--size", "9"});
    EXPECT_EQ(other.status, 0) << other.err;
    EXPECT_THAT(other.out, HasSubstr("tolerance: error bounds"));
}

TEST(CompareCommand, ReportsWhatIsNotFinite) {
    const auto run = gradscape(
        {"compare", "--length", "1000", "--wrec", "-2:2", "--size", "5x4", "--fields", "loss"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("positive_infinite in A and positive_infinite in B: "));
}

TEST(CompareCommand, TakesAnAbsoluteToleranceAlone) {
    const TemporaryFolder folder;
    const auto with = [&](const std::string& atol) {
        return gradscape({"compare", "--size", "20", "--fields", "loss", "--atol", atol, "--json",
                          folder / "c.json"});
    };
    EXPECT_EQ(with("1").status, 1);  // of 10⁹ in f32
    const auto run = with("1e3");
    EXPECT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "c.json"));
    EXPECT_EQ(facts["tolerance"]["atol"], 1e3);
    EXPECT_EQ(facts["tolerance"]["rtol"], 0);
    EXPECT_EQ(facts["verdict"], "within tolerance");
}

/// tanh saturates, and computed slopes are 0: their errors times w_rec⁴ are beyond double.
TEST(CompareCommand, CountsWhatItCannotJudgeBesideTheVerdict) {
    const TemporaryFolder folder;
    const auto run = gradscape({"compare", "--a", "cpu:bptt:f64", "--cell", "tanh", "--length", "6",
                                "--wx", "1:2", "--wrec", "0.5:1e200", "--size", "3x2", "--fields",
                                "loss,grad-wrec", "--json", folder / "c.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("within tolerance; 3 of 12 values not judged\n"));
    EXPECT_THAT(run.out, HasSubstr("grad-wrec:\n"));
    EXPECT_THAT(run.out,
                HasSubstr("not judged, since no error bound is known there: 3 of 6 cells\n"));
    const auto facts = nlohmann::json::parse(test::read_all(folder / "c.json"));
    EXPECT_EQ(facts["verdict"], "within tolerance");
    EXPECT_EQ(facts["not_judged"], 3);
    EXPECT_EQ(facts["values"], 12);
    EXPECT_EQ(facts["fields"]["loss"]["not_judged"], 0);
    EXPECT_EQ(facts["fields"]["grad-wrec"]["not_judged"], 3);
    EXPECT_EQ(facts["fields"]["grad-wrec"]["cells"], 6);
}

/// S(1 − S) is 0 in double where the reference's long double still has a number.
TEST(CompareCommand, HoldsTheConditionOfASaturatedCell) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"compare", "--cell", "sigmoid", "--fields", "sharpness,curvature-min,condition",
                   "--wx", "5:6", "--wrec", "60:61", "--size", "3", "--json", folder / "c.json"});
    EXPECT_EQ(run.status, 0) << run.err << run.out;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "c.json"));
    EXPECT_EQ(facts["fields"]["condition"]["one_sided"], 9);
}

TEST(CompareCommand, IsNotWithinToleranceWhereNothingCouldBeJudged) {
    const TemporaryFolder folder;
    const auto run = gradscape({"compare", "--a", "cpu:bptt:f64", "--cell", "tanh", "--length", "6",
                                "--wx", "1:2", "--wrec", "1e200:2e200", "--size", "3x2", "--fields",
                                "loss,grad-wrec", "--json", folder / "c.json"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("no error bound is known in any cell of grad-wrec"));
    EXPECT_THAT(run.out, HasSubstr("\nnot judged; 6 of 12 values not judged\n"));
    EXPECT_THAT(run.out, Not(HasSubstr("within tolerance")));
    EXPECT_EQ(nlohmann::json::parse(test::read_all(folder / "c.json"))["verdict"], "not judged");
}

TEST(CompareCommand, ResultsDoNotDependOnThreadsOrMemory) {
    const TemporaryFolder folder;
    const auto facts = [&](const std::string& name, std::vector<std::string> options) {
        options.insert(options.begin(),
                       {"compare", "--size", "300x90", "--quiet", "--cell", "tanh", "--sequences",
                        "2", "--length", "3", "-o", folder / "x.png", "--json", folder / name});
        EXPECT_EQ(gradscape(options).status, 0);
        return test::read_all(folder / name) + test::read_all(folder / "x.png");
    };
    const std::string one = facts("one", {"--threads", "1"});
    EXPECT_EQ(one, facts("three", {"--threads", "3"}));
    EXPECT_EQ(one, facts("small", {"--max-memory", "1M"}));
}

struct BadComparison {
    std::vector<std::string> options;
    std::string complaint;
};

TEST(CompareCommand, SaysInOneLineWhatIsWrong) {
    const TemporaryFolder folder;
    const BadComparison cases[] = {
        {{"--a", "abacus"}, "--a abacus: unknown"},
        {{"--b", "cpu:columns"}, "--b columns"},
        {{"--b", "cpu:rows:f16"}, "--b f16"},
        {{"--b", "cpu:rows:f32:x"}, "must be BACKEND[:METHOD[:PRECISION]]"},
        {{"--b", "reference:rows"}, "--b reference:rows"},
        {{"--a", "cpu:rows", "--cell", "tanh"}, "--a cpu:rows"},
        {{"--fields", "loss,height"}, "--fields height"},
        {{"--fields", "train-loss"}, "give --rtol and --atol"},
        {{"--rtol", "-1"}, "--rtol -1"},
        {{"-o", "x.jpg"}, "-o x.jpg"},
        {{"--figure", "x.gif"}, "x.gif"},
        {{"-o", "no/such/folder/x.png"}, "no/such/folder"},
        {{"-o", "x.png", "--field", "loss", "--fields", "grad-wx"}, "--field loss"},
    };
    for (const auto& [options, complaint] : cases) {
        std::vector<std::string> arguments{"compare", "--size", "4"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto run = gradscape(arguments, folder.path());
        EXPECT_EQ(run.status, 2) << complaint << run.err;
        EXPECT_THAT(run.err, ::testing::StartsWith("gradscape: error: ")) << complaint;
        EXPECT_THAT(run.err, HasSubstr(complaint));
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    }
}

}  // namespace
}  // namespace gradscape::cli
