// Training where it is easily wrong: gradients that are exactly 0, or whose squares leave the
// range.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "gradscape/core/optimizer_step.hpp"
#include "gradscape/optimizer_study.hpp"
#include "gradscape/train.hpp"
#include "tests/article_model.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/slowdown.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::training {
namespace {

constexpr std::array<Optimizer, 10> all_optimizers{
    Optimizer::rprop,       Optimizer::rprop_minus, Optimizer::rprop_plus, Optimizer::irprop_minus,
    Optimizer::irprop_plus, Optimizer::gd,          Optimizer::momentum,   Optimizer::nesterov,
    Optimizer::rmsprop,     Optimizer::adam};

TrainingOptions options_of(Optimizer optimizer, int iterations) {
    TrainingOptions options;
    options.optimizer = optimizer;
    options.iterations = iterations;
    return options;
}

/// The changes that a rule makes of a list of gradients.
template <class V>
std::vector<V> changes(const TrainingOptions& options, const std::vector<V>& gradients) {
    return with_descent<V>(options, [&](const auto& descent) {
        auto state = descent.start();
        std::vector<V> all;
        for (const V g : gradients) {
            V wx(0), wrec(0);
            descent.step(state, V(1), g, V(0), wx, wrec);
            EXPECT_EQ(wrec, 0);
            all.push_back(wx);
        }
        return all;
    });
}

/// Δ grew while sign(0) = sign(0), until 0·∞ was NaN.
TEST(TrainCorners, N1AMinimumStaysAMinimumHoweverLongItIsTrained) {
    for (const Optimizer optimizer : all_optimizers) {
        SCOPED_TRACE(name_of(optimizer));
        const Trajectory run = train(article_model(), {1, 1}, options_of(optimizer, 4000));
        EXPECT_FALSE(run.diverged);
        EXPECT_EQ(run.iterates.size(), 4001u);
        EXPECT_EQ(run.iterates.back(), (Iterate{1, 1, 0, 0, 0}));
    }
}

TEST(TrainCorners, N1ASaturatedCellKeepsTheWeightsThatItReached) {
    const Model model{article_model().sequences, Activation::tanh};
    const Trajectory run = train(model, {-1.5, 2}, options_of(Optimizer::rprop, 5000));
    EXPECT_FALSE(run.diverged);
    EXPECT_EQ(run.iterates.back(), (Iterate{14.296871788198157, 19.149106430099085, 19.05, 0, 0}));
}

TEST(TrainCorners, N1AFieldOfTrainingIsFiniteWhereEveryStartHasConverged) {
    for (const char* backend : {"cpu", "emulated"})
        for (const Optimizer optimizer : all_optimizers) {
            SCOPED_TRACE(name_of(optimizer));
            const View view{{{1, 2, 1}, {1, 2, 1}},
                            {Field::train_loss, Field::train_steps},
                            Method::automatic,
                            Precision::f32,
                            options_of(optimizer, 700)};
            const Evaluator& evaluator = find_evaluator(backend);
            const auto f32 = surface_values<float>(evaluator, article_model(), view);
            EXPECT_EQ(f32[Field::train_loss][0], 0);
            EXPECT_EQ(f32[Field::train_steps][0], 0);
        }
}

/// relu: starts that have converged, or died, stayed what they were until Δ had overflowed.
TEST(TrainCorners, N1NothingDivergesLateThatHadConverged) {
    const Model model{article_model().sequences, Activation::relu};
    View view{{{-3, 3, 8}, {-3, 3, 8}},
              {Field::train_loss},
              Method::automatic,
              Precision::f64,
              options_of(Optimizer::rprop, 500)};
    const Evaluator& cpu = find_evaluator("cpu");
    const auto early = surface_values<double>(cpu, model, view);
    view.training.iterations = 5000;
    const auto late = surface_values<double>(cpu, model, view);
    for (std::size_t cell = 0; cell < 64; ++cell)
        if (std::isfinite(early[Field::train_loss][cell])) {
            EXPECT_TRUE(std::isfinite(late[Field::train_loss][cell])) << cell;
        }
}

TEST(TrainCorners, N1AGradientOfZeroMovesNothingAndGrowsNothing) {
    for (const Optimizer optimizer : all_optimizers) {
        if (has_learning_rate(optimizer)) continue;
        SCOPED_TRACE(name_of(optimizer));
        TrainingOptions options = options_of(optimizer, 0);
        options.delta0 = 1;
        std::vector<double> gradients(4000, 0.0);
        gradients.push_back(-1);
        const auto steps = changes(options, gradients);
        for (std::size_t i = 0; i + 1 < steps.size(); ++i) ASSERT_EQ(steps[i], 0) << i;
        EXPECT_EQ(steps.back(), optimizer == Optimizer::rprop ? 0.5 : 1);
    }
    // A sign that is kept for long enough makes Δ infinite; what is then exactly 0 still rests.
    std::vector<double> kept(5000, -1.0);
    kept.push_back(0);
    EXPECT_EQ(changes(options_of(Optimizer::rprop, 0), kept).back(), 0);
    // without ε the adaptive rules would divide 0 by 0
    for (const Optimizer optimizer : {Optimizer::rmsprop, Optimizer::adam}) {
        TrainingOptions options = options_of(optimizer, 0);
        options.epsilon = 0;
        EXPECT_EQ(changes<double>(options, {0, 0}), (std::vector<double>{0, 0}));
    }
}

/// g·g overflows, or underflows where there is no ε; the rules do not depend on the unit of g.
template <class V>
void expect_the_same_steps_at_any_size(Optimizer optimizer, const std::vector<int>& exponents) {
    SCOPED_TRACE(name_of(optimizer));
    TrainingOptions options = options_of(optimizer, 0);
    options.epsilon = 0;
    std::mt19937 random(3);
    std::uniform_real_distribution<V> uniform(-1, 1);
    std::vector<V> gradients;
    for (int i = 0; i < 50; ++i) gradients.push_back(uniform(random));
    const auto expected = changes(options, gradients);
    for (const int exponent : exponents) {
        std::vector<V> scaled;
        for (const V g : gradients) scaled.push_back(std::ldexp(g, exponent));
        EXPECT_EQ(changes(options, scaled), expected) << exponent;
    }
}

TEST(TrainCorners, N14AdaptiveRatesStepByAnyFiniteGradient) {
    for (const Optimizer optimizer : {Optimizer::rmsprop, Optimizer::adam}) {
        expect_the_same_steps_at_any_size<double>(
            optimizer, {-900, -600, -451, -450, -449, -300, 300, 449, 450, 451, 510, 1000});
        expect_the_same_steps_at_any_size<float>(
            optimizer, {-90, -60, -46, -45, -44, 30, 44, 45, 46, 64, 90, 120});
    }
}

/// From 1e200 the mean of squares comes back into the range while it decays.
TEST(TrainCorners, N14TheMeanSquareForgetsAHugeGradient) {
    TrainingOptions options = options_of(Optimizer::rmsprop, 0);
    options.epsilon = 0;
    options.learning_rate = 1;
    std::vector<double> gradients{1e200};
    gradients.resize(9000, 1.0);
    EXPECT_NEAR(changes(options, gradients).back(), -1, 1e-12);
    options.rms_decay = 0;  // each square alone: any size after any other
    EXPECT_EQ(changes<double>(options, {1e300, 1e-300, 1e300, 1, 1e-300, 0, 1}),
              (std::vector<double>{-1, -1, -1, -1, -1, 0, -1}));
}

TEST(TrainCorners, N14TheOrdinaryBitsAreThoseOfTheFormula) {
    TrainingOptions options = options_of(Optimizer::rmsprop, 0);
    std::mt19937 random(5);
    std::uniform_real_distribution<double> exponent(-15, 15);
    double q = 0;
    std::vector<double> gradients, expected;
    for (int i = 0; i < 1000; ++i) {
        const double g = (i % 2 ? 1 : -1) * std::pow(10, exponent(random));
        gradients.push_back(g);
        q = std::fma(options.rms_decay, q, (1 - options.rms_decay) * (g * g));
        expected.push_back(-options.learning_rate * (g / (std::sqrt(q) + options.epsilon)));
    }
    EXPECT_EQ(changes(options, gradients), expected);
}

TEST(TrainCorners, N14TrainingFromAHugeGradientMoves) {
    const Model model{make_counting_data(1, 20, 300, 0).train, Activation::linear};
    for (const Optimizer optimizer : {Optimizer::rmsprop, Optimizer::adam}) {
        const Trajectory run = train(model, {-1.5, 2}, options_of(optimizer, 1000));
        EXPECT_FALSE(run.diverged);
        EXPECT_LT(run.iterates.back().wrec, 1.95) << name_of(optimizer);  // from 2
        EXPECT_LT(run.iterates.back().loss, 1e-5 * run.iterates.front().loss);
    }
}

TEST(TrainCorners, N23ParametersOutOfTheirRangesAreRefused) {
    const test::TemporaryFolder folder;
    const auto refuse = [&](const std::vector<std::string>& options, const std::string& complaint) {
        for (const std::string command : {"train", "surface", "compare"}) {
            if (test::slowdown > 1 && command != "train") continue;
            std::vector<std::string> arguments{command};
            arguments.insert(arguments.end(), options.begin(), options.end());
            test::expect_refusal(folder, arguments, complaint);
        }
    };
    for (const std::string text : {"0.5", "1", "-2", "nan"})
        refuse({"--eta-plus", text}, "--eta-plus " + text + ": a number above 1 is wanted");
    for (const std::string text : {"1.5", "1", "0", "-0.5"})
        refuse({"--eta-minus", text},
               "--eta-minus " + text + ": a number from 0 to 1, both excluded, is wanted");
    for (const std::string option : {"--beta1", "--beta2", "--rms-decay"})
        for (const std::string text : {"1", "-0.1", "1.1"})
            refuse({option, text}, option + " " + text + ": a number from 0 to 1, the latter");
    for (const std::string option : {"--learning-rate", "--delta0", "--delta-min", "--delta-max"})
        for (const std::string text : {"0", "-1", "inf"})
            refuse({option, text}, option + " " + text + ": a number above 0 is wanted");
    for (const std::string option : {"--epsilon", "--clip-norm", "--tolerance"})
        refuse({option, "-1"}, option + " -1: a number from 0 is wanted");
    refuse({"--momentum", "1.1"}, "--momentum 1.1: a number from 0 to 1 is wanted");
    test::expect_refusal(
        folder, {"train", "--optimizer", "irprop-minus", "--delta-min", "2", "--delta-max", "1"},
        "must not be above the largest");
    test::expect_refusal(folder, {"train", "--optimizer", "nesterov", "--momentum", "0"},
                         "--momentum 0: nesterov");
}

TEST(SimdSet, N22AnUnknownNameIsRefused) {
    const test::TemporaryFolder folder;
    setenv("GRADSCAPE_SIMD", "nonsense", 1);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"info"},
          {"surface", "--backend", "cpu", "--size", "4"},
          {"surface", "--backend", "cpu", "--cell", "tanh", "--size", "4", "-o", "a.npy"},
          {"surface", "--backend", "cpu", "--field", "train-loss", "--size", "4"}})
        test::expect_refusal(folder, arguments,
                             "GRADSCAPE_SIMD=nonsense: unknown; choose one of baseline, avx2, "
                             "avx512");
    setenv("GRADSCAPE_SIMD", "", 1);
    EXPECT_EQ(test::gradscape({"info"}, folder.path()).status, 0);
    unsetenv("GRADSCAPE_SIMD");
}

}  // namespace
}  // namespace gradscape::training
