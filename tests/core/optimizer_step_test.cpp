// SPDX-License-Identifier: MIT
#include "gradscape/core/optimizer_step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradscape/train.hpp"
#include "tests/golden.hpp"

namespace gradscape {
namespace {

Optimizer optimizer_named(const std::string& name) {
    const auto found = std::find(optimizer_names.begin(), optimizer_names.end(), name);
    if (found == optimizer_names.end()) throw std::invalid_argument(name);
    return static_cast<Optimizer>(found - optimizer_names.begin());
}

/// Paths of an independent numpy transcription of each optimiser; irprop-minus is torch's Rprop.
TEST(OptimizerStep, FollowsTheGoldenPathsOfEveryOptimizer) {
    const Model model{golden::article()};
    std::map<std::pair<std::string, double>, Trajectory> runs;
    for (const auto& row : golden::csv(golden::path("article_optimizers.csv"))) {
        TrainingOptions options;
        options.optimizer = optimizer_named(row.at("optimizer"));
        options.clip_norm = golden::number(row, "clip_norm");
        options.learning_rate = 0.001;
        options.iterations = 300;
        auto& run = runs[{row.at("optimizer"), options.clip_norm}];
        if (run.iterates.empty()) run = train(model, {0.4, 0.7}, options);
        const auto& at = run.iterates.at(std::stoul(row.at("iteration")));
        EXPECT_NEAR(at.wx, golden::number(row, "w_x"), 1e-11) << row.at("optimizer");
        EXPECT_NEAR(at.wrec, golden::number(row, "w_rec"), 1e-11) << row.at("optimizer");
        EXPECT_NEAR(at.loss, golden::number(row, "loss"), 1e-9) << row.at("optimizer");
    }
    EXPECT_EQ(runs.size(), 4u + 2 * 5);
}

/// All of a family step alike until a sign changes; what they do then tells them apart.
TEST(OptimizerStep, TellsTheRpropFamilyApartWhereTheSignChanges) {
    const auto second_change = [](Optimizer optimizer, double second_loss) {
        TrainingOptions options;
        options.optimizer = optimizer;
        options.delta0 = 1;
        return with_descent<double>(options, [&](const auto& descent) {
            auto state = descent.start();
            double wx = 0, wrec = 0;
            descent.step(state, 10.0, -1.0, 0.0, wx, wrec);
            const double first = wx;
            descent.step(state, second_loss, 1.0, 0.0, wx, wrec);
            return std::pair{first, wx - first};
        });
    };
    const double grew = 11, fell = 9, same = 10;
    EXPECT_EQ(second_change(Optimizer::rprop, fell), (std::pair{0.5, -0.25}));
    EXPECT_EQ(second_change(Optimizer::rprop_minus, fell), (std::pair{1.0, -0.5}));
    EXPECT_EQ(second_change(Optimizer::rprop_plus, fell), (std::pair{1.0, -1.0}));
    EXPECT_EQ(second_change(Optimizer::irprop_minus, grew), (std::pair{1.0, 0.0}));
    EXPECT_EQ(second_change(Optimizer::irprop_plus, fell), (std::pair{1.0, 0.0}));
    EXPECT_EQ(second_change(Optimizer::irprop_plus, same), (std::pair{1.0, 0.0}));
    EXPECT_EQ(second_change(Optimizer::irprop_plus, grew), (std::pair{1.0, -1.0}));
}

TEST(OptimizerStep, KeepsDeltaWithinItsBounds) {
    TrainingOptions options;
    options.optimizer = Optimizer::rprop_minus;
    options.delta_max = 0.0011;
    options.delta_min = 0.0009;
    with_descent<double>(options, [](const auto& descent) {
        auto state = descent.start();
        double wx = 0, wrec = 0;
        descent.step(state, 1.0, -1.0, -1.0, wx, wrec);
        descent.step(state, 1.0, -1.0, 1.0, wx, wrec);
        EXPECT_DOUBLE_EQ(wx, 0.001 + 0.0011);
        EXPECT_DOUBLE_EQ(wrec, 0.001 - 0.0009);
    });
}

TEST(ClipNorm, ShortensOnlyWhatIsTooLong) {
    double x = 3, rec = -4;
    clip_norm(x, rec, 5.5);
    EXPECT_EQ(x, 3);
    EXPECT_EQ(rec, -4);
    clip_norm(x, rec, 1.0);
    EXPECT_DOUBLE_EQ(x, 0.6);
    EXPECT_DOUBLE_EQ(rec, -0.8);
    double zero = 0, also_zero = 0;
    clip_norm(zero, also_zero, 1.0);
    EXPECT_EQ(zero, 0);
}

/// The bits of a gradient that is exactly as long as the threshold.
TEST(ClipNorm, LeavesWhatIsNotLonger) {
    for (int i = 1; i <= 40; ++i) {
        const double larger = 1, smaller = i / 41.0;  // scaled by 1: no rounding but the norm's
        double x = larger, rec = smaller;
        clip_norm(x, rec, std::sqrt(std::fma(larger, larger, smaller * smaller)));
        EXPECT_EQ(x, larger) << i;
        EXPECT_EQ(rec, smaller) << i;
    }
}

/// 1e30² overflows float.
TEST(ClipNorm, HandlesGradientsWhoseSquareOverflows) {
    float x = 3e30f, rec = 4e30f;
    clip_norm(x, rec, 1.0f);
    EXPECT_FLOAT_EQ(x, 0.6f);
    EXPECT_FLOAT_EQ(rec, 0.8f);
}

}  // namespace
}  // namespace gradscape
