// The gradients of single sequences through time.
// SPDX-License-Identifier: MIT
#include "gradscape/trace_spread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/trace.hpp"
#include "tests/figure/layout.hpp"
#include "tests/golden.hpp"
#include "tests/run_program.hpp"
#include "tools/article/plots.hpp"

namespace gradscape::training {
namespace {

using test::gradscape;
using ::testing::HasSubstr;

/// Five sequences of one step, y = x, G_1 = 2(y − t), G_0 = w_rec G_1.
TEST(TraceSpread, HasTheQuartilesOfTheSequences) {
    const Model model{{5, 1, {1, 1, 1, 1, 1}, {0, 3, -4, 11, 101}, {1, 1, 1, 1, 1}}};
    const auto spread = trace_spread(model, {1, -10});  // |G_1| = 2, 4, 10, 20, 200
    ASSERT_EQ(spread.size(), 2u);
    const Quartiles expected{std::log10(2), std::log10(4), 1, std::log10(20), std::log10(200)};
    for (int step : {0, 1}) {
        const Quartiles& q = spread[static_cast<std::size_t>(1 - step)];
        EXPECT_NEAR(q.min, expected.min + step, 1e-12);
        EXPECT_NEAR(q.lower, expected.lower + step, 1e-12);
        EXPECT_NEAR(q.median, expected.median + step, 1e-12);
        EXPECT_NEAR(q.upper, expected.upper + step, 1e-12);
        EXPECT_NEAR(q.max, expected.max + step, 1e-12);
    }
}

TEST(TraceSpread, CountsASequenceAsOftenAsItsWeightSays) {
    const Model weighted{{2, 1, {1, 1}, {0, 6}, {3, 1}}};
    const Model repeated{{4, 1, {1, 1, 1, 1}, {0, 0, 0, 6}, {1, 1, 1, 1}}};
    EXPECT_EQ(trace_spread(weighted, {1, 0.5}), trace_spread(repeated, {1, 0.5}));
}

TEST(TraceSpread, AMeanMayVanishWhereEachExplodes) {
    const Model model{{2, 20, std::vector<double>(40, 0.0), {1, -1}, {1, 1}}};
    const Weights at{1, 2};
    EXPECT_EQ(describe(behaviour_of(trace_at(model, at))), "zero");
    const auto spread = trace_spread(model, at);
    EXPECT_NEAR(spread[0].min - spread[20].min, 20 * std::log10(2), 1e-9);
}

TEST(TraceSpread, HoldsBeyondDouble) {
    const Model model{{1, 3000, std::vector<double>(3000, 1.0), {3}, {1}}};
    const auto spread = trace_spread(model, {1, 1.5});
    EXPECT_NEAR(spread[0].median - spread[3000].median, 3000 * std::log10(1.5), 1e-6);
}

TEST(LongTraces, ShowBothSignsOfWhatAlternates) {
    const Model model{make_counting_data(1, 20, 1000, 0).train};
    const Trace traces[] = {trace_at(model, {1, -0.99}), trace_at(model, {1, 0.99})};
    const LineFigure figure = cli::traces_figure(traces, Reduction::sum);
    const LinePanel& panel = figure.panels.at(0);
    EXPECT_THAT(panel.y.label, HasSubstr("log<sub>10</sub>"));
    const LineSeries& alternating = panel.series[0];
    EXPECT_GE(alternating.positive.size(), 8u);
    EXPECT_GE(alternating.negative.size(), 8u);
    EXPECT_LE(alternating.positive.size() + alternating.negative.size(), 30u);
    EXPECT_TRUE(panel.series[1].positive.empty() != panel.series[1].negative.empty());
    figure::expect_tidy(figure::compose(figure));
    EXPECT_THAT(alternating.note, HasSubstr("vanishes ×0.99 a step, alternating"));
}

TEST(GradientBehaviour, WordsHoldInEveryRange) {
    EXPECT_EQ(factor_text(2), "2");
    EXPECT_EQ(factor_text(1.0004), "1.0004");
    EXPECT_EQ(factor_text(0.99999), "0.99999");
    EXPECT_EQ(factor_text(1), "1");
    std::vector<double> creeping;
    for (int k = 1000; k >= 0; --k) creeping.push_back(std::pow(1.0002, k));
    EXPECT_EQ(describe(behaviour_of({{}, 1, creeping})), "explodes ×1.0002 a step");
    EXPECT_EQ(describe(behaviour_of({{}, 1, {1, 50, 300, 2}})),
              "vanishes ×0.794 a step on average, largest 1 step back");
    EXPECT_EQ(behaviour_of({{}, 1, {1, 5, 2}}).largest_after, 0u);
}

TEST(TraceCommand, SpreadIsInFigureAndFacts) {
    const test::TemporaryFolder folder;
    const auto run = gradscape({"trace", "--cell", "tanh", "--length", "12", "--at", "0.5,1.5",
                                "--spread", "-o", "s.png", "s.svg", "--json", "s.json"},
                               folder.path());
    ASSERT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "s.json"));
    EXPECT_EQ(facts["reduction"], "mean");
    const auto& quartiles = facts["traces"][0]["log10_quartiles"];
    ASSERT_EQ(quartiles.size(), 13u);
    for (const auto& five : quartiles)
        for (std::size_t i = 1; i < 5; ++i) EXPECT_LE(five[i - 1], five[i]);
    EXPECT_THAT(test::read_all(folder / "s.svg"), HasSubstr("mean over sequences"));
    const auto refused = gradscape({"trace", "--spread", "--reduction", "sum"}, folder.path());
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("--reduction: has no effect beside --spread"));
    for (const char* option : {"--width=3in", "--values=signed", "--theme=dark"})
        EXPECT_EQ(gradscape({"trace", option}, folder.path()).status, 2) << option;
}

}  // namespace
}  // namespace gradscape::training
