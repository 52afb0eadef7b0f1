// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/golden.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::set<std::string> files_in(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().filename());
    return names;
}

class ReproduceCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryFolder;
        run_ = new test::ProgramResult(gradscape({"reproduce", "-o", out("")}));
    }
    static void TearDownTestSuite() {
        delete run_;
        delete folder_;
    }
    static std::string out(const std::string& name) { return *folder_ / ("out/" + name); }

    static inline TemporaryFolder* folder_;
    static inline test::ProgramResult* run_;
};

TEST_F(ReproduceCommand, WritesEveryFileAndNothingElse) {
    EXPECT_EQ(run_->status, 0) << run_->err;
    EXPECT_THAT(run_->out, HasSubstr("Final weights are: wx = 1.0014,  wRec = 0.9997\n"));
    const std::set<std::string> expected{
        "dataset.csv",     "test.csv",       "surface.png",    "surface.npz",    "gradients.csv",
        "gradients.png",   "trajectory.csv", "trajectory.png", "optimizers.csv", "optimizers.png",
        "predictions.csv", "report.json",    "report.md"};
    EXPECT_EQ(files_in(out("")), expected);
    for (const char* name : {"surface.png", "gradients.png", "trajectory.png", "optimizers.png"})
        EXPECT_TRUE(read_all(out(name)).starts_with("\x89PNG\r\n")) << name;
}

TEST_F(ReproduceCommand, HasTheArticlesNumbers) {
    EXPECT_EQ(read_sequences_csv(out("dataset.csv")), golden::article());
    EXPECT_EQ(read_sequences_csv(out("test.csv")), golden::article("article_test.csv"));
    const auto path = golden::csv(out("trajectory.csv"));
    const auto expected = golden::csv(golden::path("article_rprop.csv"));
    ASSERT_EQ(path.size(), 501u);
    for (std::size_t i = 0; i < path.size(); ++i)
        for (const char* column : {"w_x", "w_rec"})
            EXPECT_NEAR(golden::number(path[i], column), golden::number(expected[i], column), 1e-9);
    EXPECT_EQ(golden::csv(out("gradients.csv")).size(), 8u * 11);
    const auto predictions = golden::csv(out("predictions.csv"));
    ASSERT_EQ(predictions.size(), 5u);
    for (const auto& row : predictions) EXPECT_EQ(row.at("rounded"), row.at("target"));
}

TEST_F(ReproduceCommand, AnswersTheArticlesQuestions) {
    const auto facts = nlohmann::json::parse(read_all(out("report.json")));
    EXPECT_EQ(facts["gradients"].size(), 8u);
    EXPECT_EQ(facts["gradients"][0]["grad_sum_first_state"], 36431872);
    EXPECT_EQ(facts["on_test"]["counted_right"], 5);
    EXPECT_LT(facts["optimizers"]["largest_stable_gd_rate"].get<double>(), 1e-6);
    const std::string report = read_all(out("report.md"));
    EXPECT_THAT(report, HasSubstr("explode? (2, 2), (1, 2), (-2, -2)."));
    EXPECT_THAT(report, HasSubstr("alternate? (1, -0.5), (-2, -2)."));
    EXPECT_THAT(report, HasSubstr("Does it count well? Yes: 25 of 25"));
    EXPECT_THAT(report, HasSubstr("How significant is Rprop? Very"));
}

/// Other data, other answers: too short for gradients to explode, nothing that could diverge.
TEST(ReproduceOtherData, AnswersFromWhatWasComputed) {
    const TemporaryFolder folder;
    const std::string data = folder / "zeros.csv";
    std::ofstream(data) << "x1,x2,target\n0,0,1\n0,0,3\n";
    const auto run = gradscape({"reproduce", "--data", data, "-o", folder / "out"});
    EXPECT_EQ(run.status, 0) << run.err;
    const std::string report = read_all(folder / "out/report.md");
    EXPECT_THAT(report, HasSubstr("the target is given with each sequence"));
    EXPECT_THAT(report, ::testing::Not(HasSubstr("count well")));  // nothing is counted here
    EXPECT_THAT(report, ::testing::Not(HasSubstr("well trained")));
    EXPECT_THAT(report, HasSubstr("How significant is Rprop? Not"));
    EXPECT_THAT(report, HasSubstr("No rate up to 1 diverges"));
}

TEST_F(ReproduceCommand, TakesAnEvaluatorAndDrawsInOtherFormsToo) {
    const auto run = gradscape({"reproduce", "--backend", "cpu", "--method", "bptt", "--precision",
                                "f32", "--also", "svg", "pdf", "-o", *folder_ / "other"});
    EXPECT_EQ(run.status, 0) << run.err;
    for (const char* name : {"surface", "gradients", "trajectory", "optimizers"}) {
        const std::string base = *folder_ / (std::string("other/") + name);
        EXPECT_THAT(read_all(base + ".svg"), HasSubstr("<svg"));
        EXPECT_TRUE(read_all(base + ".pdf").starts_with("%PDF"));
        EXPECT_TRUE(read_all(base + ".png").starts_with("\x89PNG\r\n"));
    }
    EXPECT_LT(read_all(*folder_ / "other/surface.npz").size(), read_all(out("surface.npz")).size());
    EXPECT_EQ(read_all(*folder_ / "other/report.md"), read_all(out("report.md")));
}

TEST_F(ReproduceCommand, GivesTheSameBytesAgain) {
    EXPECT_EQ(gradscape({"reproduce", "-o", *folder_ / "again"}).status, 0);
    for (const auto& name : files_in(out("")))
        EXPECT_EQ(read_all(out(name)), read_all(*folder_ / ("again/" + name))) << name;
}

}  // namespace
}  // namespace gradscape::cli
