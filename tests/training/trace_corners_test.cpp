// Gradients over time that leave the range of double, and come from nothing.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gradscape/article.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/loaded_model.hpp"
#include "tests/figure/layout.hpp"
#include "tests/golden.hpp"
#include "tests/run_program.hpp"
#include "tools/article/plots.hpp"

namespace gradscape::training {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

Model of_length(std::size_t length) { return {make_counting_data(1, 20, length, 0).train}; }

TEST(TraceCorners, N17TheArticlesPointsDoTheSameAtAnyLength) {
    const char* expected[] = {"explodes ×2 a step",
                              "constant",
                              "explodes ×2 a step",
                              "zero",
                              "vanishes at once",
                              "vanishes ×0.5 a step",
                              "vanishes ×0.5 a step, alternating",
                              "explodes ×2 a step, alternating"};
    for (const std::size_t length : {10u, 600u, 1100u, 2000u, 5000u}) {
        const Model model = of_length(length);
        for (const char* backend : {"reference", "cpu", "emulated"}) {
            const auto traces = find_evaluator(backend).load(model)->traces(article_points);
            for (std::size_t i = 0; i < article_points.size(); ++i)
                EXPECT_EQ(describe(behaviour_of(traces[i])), expected[i])
                    << backend << ' ' << length << " point " << i;
        }
    }
}

TEST(TraceCorners, N17LogarithmsSurviveWhereDoublesEnd) {
    const Model model{{1, 2000, std::vector<double>(2000, 1.0), {3}, {1}}};
    for (const char* backend : {"reference", "cpu", "emulated"}) {
        const Weights points[] = {{1, 1.5}, {1, 0.25}, {1, -1.5}};
        const auto traces = find_evaluator(backend).load(model)->traces(points);
        // G_T = 2(S_T − 3), S_T = (1.5^2000 − 1)/0.5
        EXPECT_EQ(traces[0].sums[2000], INFINITY);
        EXPECT_NEAR(traces[0].log10_value(2000, Reduction::sum),
                    2000 * std::log10(1.5) + std::log10(4), 1e-9);
        EXPECT_NEAR(traces[0].log10_value(0, Reduction::sum),
                    4000 * std::log10(1.5) + std::log10(4), 1e-9);
        // S_T = 4/3, G_T = −10/3, each step back a quarter of it
        EXPECT_EQ(traces[1].sums[0], 0);
        EXPECT_NEAR(traces[1].log10_value(0, Reduction::sum),
                    std::log10(10.0 / 3) - 2000 * std::log10(4), 1e-9);
        EXPECT_TRUE(behaviour_of(traces[2]).alternates);
        EXPECT_EQ(traces[0].text(2000, Reduction::sum), "6.08945e+352");
        EXPECT_EQ(traces[1].text(0, Reduction::sum), "-2.52869e-1204");
    }
}

TEST(TraceCorners, N17WhatDiesAfterSomeStepsIsSaid) {
    // relu, w = (1, 1): the state is 0 up to step 2, so that the gradient ends there
    const Model model{{1, 5, {-1, -1, 1, 1, 1}, {0}, {1}}, Activation::relu};
    for (const char* backend : {"reference", "cpu"}) {
        const Weights at{1, 1};
        EXPECT_EQ(describe(behaviour_of(find_evaluator(backend).load(model)->trace(at))),
                  "vanishes after 4 steps");
    }
}

TEST(TraceCorners, N17FiguresBeyondDoubleShowLogarithms) {
    const Trace traces[] = {trace_at(of_length(2000), {1, 1.5}), trace_at(of_length(2000), {2, -2}),
                            trace_at(of_length(2000), {1, 0.5}), trace_at(of_length(2000), {1, 0})};
    const LineFigure drawn = cli::traces_figure(traces, Reduction::sum);
    const LinePanel& panel = drawn.panels.at(0);
    EXPECT_EQ(panel.y.scale, Scale::linear);
    EXPECT_THAT(panel.y.label, HasSubstr("log<sub>10</sub> |<i>g</i>|"));
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k <= 2000; ++k) {
            const double y = panel.series[i].points[k].y;
            EXPECT_EQ(y, traces[i].log10_value(2000 - k, Reduction::sum));
            EXPECT_TRUE(y > panel.y.from && y < panel.y.to);
        }
    EXPECT_TRUE(std::isnan(panel.series[3].points[1].y));  // 0 has no logarithm
    figure::expect_tidy(figure::compose(drawn));
    // the ordinary ones are as they were
    const Trace ordinary[] = {trace_at(of_length(10), {2, 2})};
    EXPECT_EQ(cli::traces_figure(ordinary, Reduction::sum).panels.at(0).y.scale, Scale::symlog);
}

TEST(TraceCorners, N17TheCommandSaysSo) {
    const TemporaryFolder folder;
    const auto run = gradscape({"trace", "--at", "1,1.5", "2,2", "--length", "2000", "-o",
                                folder / "t.png", folder / "t.csv", "--json", folder / "t.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("explodes ×1.5 a step"));
    EXPECT_THAT(run.out, HasSubstr("e+"));
    EXPECT_THAT(run.out, Not(HasSubstr("nan")));
    EXPECT_THAT(run.out, Not(HasSubstr("inf")));
    const auto facts = nlohmann::json::parse(test::read_all(folder / "t.json"));
    EXPECT_NEAR(facts["traces"][1]["factor_per_step"].get<double>(), 2, 1e-9);
    EXPECT_GT(facts["traces"][1]["log10_magnitude"][0].get<double>(), 1200);
    EXPECT_EQ(facts["method"], "bptt");
    EXPECT_EQ(facts["precision"], "f64");
    EXPECT_EQ(golden::csv(folder / "t.csv")[0].at("grad_sum"), "inf");
}

}  // namespace
}  // namespace gradscape::training
