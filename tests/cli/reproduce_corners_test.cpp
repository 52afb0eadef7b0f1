// `reproduce` and `train` where the article's story does not hold: long sequences, own data, runs
// that diverge.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gradscape/loaded_model.hpp"
#include "gradscape/train.hpp"
#include "tests/article_model.hpp"
#include "tests/run_program.hpp"
#include "tools/article/plots.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json facts_in(const std::string& path) {
    return nlohmann::json::parse(test::read_all(path));
}

TEST(ReproduceCorners, N17ReproducesAtLengthsBeyondDouble) {
    const TemporaryFolder folder;
    for (const char* length : {"600", "1100"}) {
        const auto run =
            gradscape({"reproduce", "--length", length, "-o", folder / length, "--quiet"});
        EXPECT_EQ(run.status, 0) << run.err;
        const std::string report = test::read_all(folder / (std::string(length) + "/report.md"));
        EXPECT_THAT(report, AllOf(HasSubstr("Where does the gradient explode? (2, 2), (1, 2), (-2, "
                                            "-2)."),
                                  HasSubstr("Where does it vanish? (1, 0), (1, 0.5), (1, -0.5)."),
                                  HasSubstr("alternate? (1, -0.5), (-2, -2)."), HasSubstr("Why?")));
        EXPECT_THAT(report, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("×inf")),
                                  Not(HasSubstr("never iterations"))));
        const auto facts = facts_in(folder / (std::string(length) + "/report.json"));
        EXPECT_NEAR(facts["gradients"][0]["factor_per_step"].get<double>(), 2, 1e-9);
    }
}

TEST(ReproduceCorners, N18APlaneBeyondTheRangeIsAboveTheLastLevel) {
    for (const std::size_t length : {10u, 60u, 600u, 1100u}) {
        const Model model{make_counting_data(1, 20, length, 0).train, Activation::linear};
        const ColorMap map;
        const auto panel =
            loss_panel(*find_evaluator("cpu").load(model), {{-3, 3, 1}, {-3, 3, 1}}, map, {});
        const auto count = [&](std::uint8_t index) {
            return std::ranges::count(panel.indices, index);
        };
        EXPECT_EQ(count(map.non_finite()), 0) << length;
        if (length > 10) {
            EXPECT_GT(count(map.above()), static_cast<long>(panel.indices.size() / 2));
        }
    }
}

TEST(ReproduceCorners, W7TheReportAssertsOnlyWhatHoldsForOwnData) {
    const TemporaryFolder folder;
    std::ofstream(folder / "own.csv") << "x1,x2,x3,target\n0.5,-1,2,0.3\n1,1,-0.5,-2\n0,2,1,1\n";
    auto run = gradscape({"reproduce", "--data", folder / "own.csv", "-o", folder / "own"});
    EXPECT_EQ(run.status, 0) << run.err;
    std::string report = test::read_all(folder / "own/report.md");
    EXPECT_THAT(report, AllOf(HasSubstr("the target is given with each sequence"),
                              HasSubstr("0 test sequences"), HasSubstr("never below 1e-3")));
    EXPECT_THAT(report, AllOf(Not(HasSubstr("number of ones")), Not(HasSubstr("never iterations")),
                              Not(HasSubstr("count")), Not(HasSubstr("(1, 1), which"))));
    EXPECT_THAT(run.out, Not(HasSubstr("counted right")));

    std::ofstream(folder / "sums.csv") << "x1,x2\n0.5,-1\n1,2\n";  // the target is the row sum
    run = gradscape({"reproduce", "--data", folder / "sums.csv", "-o", folder / "sums"});
    report = test::read_all(folder / "sums/report.md");
    EXPECT_THAT(report, AllOf(HasSubstr("the target is the sum of the inputs"),
                              HasSubstr("training sequences of length 2")));

    std::ofstream(folder / "one.csv") << "x1,target\n1,1\n";
    run = gradscape({"reproduce", "--data", folder / "one.csv", "-o", folder / "one"});
    report = test::read_all(folder / "one/report.md");
    EXPECT_THAT(report, HasSubstr("1 training sequence of length 1"));
}

TEST(ReproduceCorners, W7TheArticlesOwnReportSaysWhatItSaid) {
    const TemporaryFolder folder;
    EXPECT_EQ(gradscape({"reproduce", "-o", folder / "out", "--quiet"}).status, 0);
    EXPECT_THAT(
        test::read_all(folder / "out/report.md"),
        AllOf(HasSubstr("20 training sequences of length 10 (20 distinct), 5 test sequences; the "
                        "target is the number of ones.\n"),
              HasSubstr("Is it well trained? Yes"), HasSubstr("Does it count well? Yes"),
              HasSubstr("How far does it count? A sequence of ones only is counted right up to")));
    const auto facts = facts_in(folder / "out/report.json");
    EXPECT_EQ(facts["backend"], "cpu");
    EXPECT_EQ(facts["method"], "rows");
    EXPECT_EQ(facts["precision"], "f64");
}

TEST(TrainCorners, W9ADivergingRunNamesTheLargestStableRate) {
    const TemporaryFolder folder;
    const auto run = gradscape({"train", "--optimizer", "gd", "--json", folder / "t.json"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, HasSubstr("--learning-rate 0.01 is above "));
    const auto facts = facts_in(folder / "t.json");
    const double limit = facts["largest_stable_rate_at_start"];
    EXPECT_THAT(run.out,
                HasSubstr(fmt::format("{:.3g}, the largest stable one at the start", limit)));
    EXPECT_THAT(gradscape({"train"}).out, Not(HasSubstr("at the start")));
    EXPECT_THAT(gradscape({"train", "--length", "700"}).out,
                HasSubstr("The start itself is beyond"));
}

/// At the minimum the loss is a parabola: rates below the limit come back to it, others leave.
TEST(TrainCorners, W9TheLargestStableRateIsWhereStepsStartToGrow) {
    for (const Optimizer optimizer : {Optimizer::gd, Optimizer::momentum, Optimizer::nesterov}) {
        SCOPED_TRACE(name_of(optimizer));
        TrainingOptions options;
        options.optimizer = optimizer;
        options.iterations = 3000;
        const double limit = *largest_stable_rate(article_model(), {1, 1}, options);
        const auto distance_at = [&](double rate) {
            options.learning_rate = rate;
            const auto run = train(article_model(), {1 + 1e-9, 1 + 1e-9}, options);
            const Iterate& last = run.iterates.back();
            return std::hypot(last.wx - 1, last.wrec - 1);
        };
        EXPECT_LT(distance_at(0.99 * limit), 2e-9);
        EXPECT_GT(distance_at(1.01 * limit), 1e-8);
    }
    EXPECT_FALSE(largest_stable_rate(article_model(), {1, 1}, {}));  // rprop has no rate
}

}  // namespace
}  // namespace gradscape::cli
