// SPDX-License-Identifier: MIT
#include "gradscape/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "tests/golden.hpp"

namespace gradscape::reference {
namespace {

Activation cell_named(const std::string& name) {
    for (std::size_t c = 0; c < activation_names.size(); ++c)
        if (activation_names[c] == name) return static_cast<Activation>(c);
    throw std::invalid_argument(name);
}

/// 1e-12 relative, plus 1e-12 of the largest term where terms cancel.
double tolerance(double expected, double largest_term = 0) {
    return 1e-12 * (std::abs(expected) + largest_term);
}

Model random_model(std::mt19937& random, std::size_t count, std::size_t length,
                   Activation activation) {
    std::uniform_real_distribution<double> uniform(-1, 1);
    Model model{{count, length, {}, {}, {}}, activation};
    for (std::size_t v = 0; v < count * length; ++v)
        model.sequences.inputs.push_back(uniform(random));
    for (std::size_t i = 0; i < count; ++i) {
        model.sequences.targets.push_back(uniform(random));
        model.sequences.weights.push_back(1.5 + uniform(random));
    }
    return model;
}

TEST(Reference, AgreesWithTheGoldenPointsOfEveryCell) {
    for (const auto& row : golden::csv(golden::path("article_points.csv"))) {
        const Model model{golden::article(), cell_named(row.at("cell"))};
        const auto point =
            reference_gradient(model, golden::number(row, "w_x"), golden::number(row, "w_rec"));
        EXPECT_NEAR(point.loss, golden::number(row, "loss"), tolerance(point.loss));
        EXPECT_NEAR(point.grad_wx, golden::number(row, "grad_wx"),
                    tolerance(point.grad_wx, point.loss));
        EXPECT_NEAR(point.grad_wrec, golden::number(row, "grad_wrec"),
                    tolerance(point.grad_wrec, point.loss));
    }
}

TEST(Reference, AgreesWithTheGoldenTraces) {
    const Model model{golden::article()};
    for (const auto& row : golden::csv(golden::path("article_traces.csv"))) {
        const auto gradients = reference_state_gradients(model, golden::number(row, "w_x"),
                                                         golden::number(row, "w_rec"));
        ASSERT_EQ(gradients.size(), 11u);
        const double expected = golden::number(row, "grad_sum");
        EXPECT_NEAR(gradients[std::stoul(row.at("k"))], expected, tolerance(expected, 1));
    }
}

TEST(Reference, HoldsTheFactsOfTheGradientAtTheFirstState) {
    const Model model{golden::article()};
    const auto at = [&](double wx, double wrec) {
        return reference_state_gradients(model, wx, wrec)[0];
    };
    EXPECT_EQ(at(2, 2), 36431872);
    EXPECT_EQ(at(1, 2), 18110464);
    EXPECT_EQ(at(2, 1), 206);
    EXPECT_EQ(at(1, 1), 0);
    EXPECT_EQ(at(1, 0), 0);
    EXPECT_EQ(at(1, 0.5), -0.15197372436523438);
    EXPECT_EQ(at(1, -0.5), -0.18153762817382812);
    EXPECT_EQ(at(-2, -2), 6727680);
}

TEST(Reference, AgreesWithTheGoldenGrids) {
    const Model model{golden::article()};
    const std::map<std::string, std::pair<double, double>> boxes{
        {"overview", {-3, 3}}, {"zoom", {-0.1, 2.1}}, {"trajectory", {0, 2}}};
    for (const auto& [name, box] : boxes) {
        const auto losses = golden::npy(golden::path("article_loss_" + name + ".npy"));
        ASSERT_EQ(losses.size(), 10000u);
        const Axis axis{box.first, box.second, 100};
        for (std::size_t i = 0; i < 100; ++i)
            for (std::size_t j = 0; j < 100; ++j) {
                const double loss = reference_gradient(model, axis.at(j), axis.at(i)).loss;
                ASSERT_NEAR(loss, losses[i * 100 + j], tolerance(loss)) << name << i << ' ' << j;
            }
    }
}

/// Small whole numbers: every operation of the model is exact in 128-bit integers.
TEST(Reference, IsExactWhereIntegersAreExact) {
    __extension__ using Integer = __int128;
    std::mt19937 random(7);
    const auto draw = [&random](int lo, int hi) {
        return lo + static_cast<int>(random() % static_cast<unsigned>(hi - lo + 1));
    };
    for (int round = 0; round < 200; ++round) {
        const int T = draw(1, 8), wx = draw(-3, 3), wrec = draw(-3, 3);
        Model model{{4, static_cast<std::size_t>(T), {}, {}, {1, 2, 1, 4}},
                    round % 2 ? Activation::linear : Activation::relu};
        Integer loss = 0, grad_wx = 0, grad_wrec = 0;
        for (int i = 0; i < 4; ++i) {
            // y and its derivatives forward, in one sweep: another method than the reference's.
            Integer S = 0, dS_dwx = 0, dS_dwrec = 0;
            for (int k = 0; k < T; ++k) {
                const int x = draw(-3, 3);
                model.sequences.inputs.push_back(x);
                const Integer a = wx * x + wrec * S;
                const Integer slope = model.activation == Activation::linear || a > 0;
                dS_dwx = slope * (x + wrec * dS_dwx);
                dS_dwrec = slope * (S + wrec * dS_dwrec);
                S = slope * a;
            }
            const int target = draw(-20, 20);
            model.sequences.targets.push_back(target);
            const int m = static_cast<int>(model.sequences.weights[static_cast<std::size_t>(i)]);
            loss += m * (S - target) * (S - target);
            grad_wx += m * 2 * (S - target) * dS_dwx;
            grad_wrec += m * 2 * (S - target) * dS_dwrec;
        }
        const auto point = reference_gradient(model, wx, wrec);
        EXPECT_EQ(point.loss, static_cast<double>(loss) / 8);
        EXPECT_EQ(point.grad_wx, static_cast<double>(grad_wx) / 8);
        EXPECT_EQ(point.grad_wrec, static_cast<double>(grad_wrec) / 8);
    }
}

TEST(Reference, AgreesWithCentralDifferences) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1.2, 1.2);
    for (const Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (int round = 0; round < 20; ++round) {
            const Model model = random_model(random, 5, 1 + random() % 12, activation);
            const double wx = uniform(random), wrec = uniform(random), h = 1e-5;
            const auto loss = [&](double dx, double drec) {
                return reference_gradient(model, wx + dx, wrec + drec).loss;
            };
            const auto point = reference_gradient(model, wx, wrec);
            const double scale = 1 + std::abs(point.grad_wx) + std::abs(point.grad_wrec);
            EXPECT_NEAR(point.grad_wx, (loss(h, 0) - loss(-h, 0)) / (2 * h), 1e-7 * scale);
            EXPECT_NEAR(point.grad_wrec, (loss(0, h) - loss(0, -h)) / (2 * h), 1e-7 * scale);
        }
}

TEST(Reference, OfAWeightedSequenceIsThatOfItsCopies) {
    Model weighted{{2, 2, {1, -2, 3, 0.5}, {1, 2}, {3, 1}}};
    Model copies{{4, 2, {1, -2, 1, -2, 1, -2, 3, 0.5}, {1, 1, 1, 2}, {1, 1, 1, 1}}};
    const auto a = reference_gradient(weighted, 0.5, -1.5);
    const auto b = reference_gradient(copies, 0.5, -1.5);
    EXPECT_DOUBLE_EQ(a.loss, b.loss);
    EXPECT_DOUBLE_EQ(a.grad_wx, b.grad_wx);
    EXPECT_DOUBLE_EQ(a.grad_wrec, b.grad_wrec);
}

/// All inputs 1: y = Σ_j w_rec^j for w_x = 1, and log10 of the loss is known in closed form.
TEST(Reference, HasFiniteLogarithmsFarBeyondDouble) {
    const std::size_t T = 10000;
    const Model model{{1, T, std::vector<double>(T, 1.0), {3}, {1}}};
    for (const double r : {1.5, -1.5}) {
        const double exact = 2 * (T * std::log10(std::abs(r)) - std::log10(std::abs(r - 1)));
        EXPECT_NEAR(reference_log10_loss(model, 1, r), exact, 1e-10 * exact);
    }
}

TEST(Reference, OverflowsToInfinityOfTheRightSignAndNeverToNan) {
    const std::size_t T = 10000;
    const Model model{{1, T, std::vector<double>(T, 1.0), {3}, {1}}};
    const auto up = reference_gradient(model, 1, 1.5), down = reference_gradient(model, 1, -1.5);
    EXPECT_EQ(up, (PointGradient{INFINITY, INFINITY, INFINITY}));
    EXPECT_EQ(down, (PointGradient{INFINITY, INFINITY, -INFINITY}));
    EXPECT_EQ(reference_state_gradients(model, 1, 1.5)[0], INFINITY);
    EXPECT_EQ(reference_outputs(model, 1, -1.5)[0], -INFINITY);
    // w_x = 0: the outputs are 0, though 0·∞ waits on the way to dL/dw_x.
    const auto silent = reference_gradient(model, 0, 1.5);
    EXPECT_EQ(silent.loss, 9);
    EXPECT_EQ(silent.grad_wx, -INFINITY);
    EXPECT_EQ(silent.grad_wrec, 0);
}

/// A state beyond double that the next steps bring back: (1e200)² · 1e-300.
TEST(Reference, SurvivesIntermediatesBeyondDouble) {
    const Model model{{2, 3, {1e150, 0, 0, 1, 1, 1}, {0, 0}, {1, 1}}};
    EXPECT_TRUE(std::isfinite(reference_gradient(model, 1e10, 1e-200).loss));
    const Model tanh_model{{1, 2, {1e300, 1}, {0}, {1}}, Activation::tanh};
    EXPECT_DOUBLE_EQ(reference_gradient(tanh_model, 1e10, 0.5).loss, 1.0);
    const Model relu_model{{1, 2, {1e300, 1}, {0}, {1}}, Activation::relu};
    EXPECT_NEAR(reference_gradient(relu_model, 1e10, 1e-300).loss, 4e20, 1e8);
}

TEST(Reference, KeepsTheLogarithmOfTinyLosses) {
    const Model model{{1, 1, {1e-200}, {0}, {1}}};
    EXPECT_NEAR(reference_log10_loss(model, 1, 1), -400, 1e-12);
    EXPECT_EQ(reference_log10_loss(Model{{1, 1, {1}, {1}, {1}}}, 1, 1), -INFINITY);
}

TEST(Reference, GivesTheOutputs) {
    const Model model{golden::article()};
    EXPECT_EQ(reference_outputs(model, 1, 1), model.sequences.targets);
}

/// The same formulas in float, rounding at every step: their errors stay within the bound, and the
/// bound is not idle: some error uses a fair part of it.
TEST(ReferenceErrorBound, HoldsForSinglePrecision) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> uniform(-1.5, 1.5);
    double most_used = 0;
    for (int round = 0; round < 200; ++round) {
        const Model model = random_model(random, 1, 1 + random() % 12, Activation::tanh);
        const double wx = uniform(random), wrec = uniform(random);
        const auto x = model.sequences.inputs_of(0);
        std::vector<float> S(x.size() + 1);
        const auto fx = static_cast<float>(wx), frec = static_cast<float>(wrec);
        for (std::size_t k = 1; k <= x.size(); ++k)
            S[k] = std::tanh(fx * static_cast<float>(x[k - 1]) + frec * S[k - 1]);
        const float error = S.back() - static_cast<float>(model.sequences.targets[0]);
        float G = 2 * error, grad_wx = 0, grad_wrec = 0;
        for (std::size_t k = x.size(); k >= 1; --k) {
            const float D = G * (1 - S[k] * S[k]);
            grad_wx += D * static_cast<float>(x[k - 1]);
            grad_wrec += D * S[k - 1];
            G = D * frec;
        }
        const auto exact = reference_gradient(model, wx, wrec);
        const auto bound = reference_error_bound(model, wx, wrec, std::ldexp(1.0, -24));
        EXPECT_LE(std::abs(error * error - exact.loss), bound.loss);
        EXPECT_LE(std::abs(grad_wx - exact.grad_wx), bound.grad_wx);
        EXPECT_LE(std::abs(grad_wrec - exact.grad_wrec), bound.grad_wrec);
        most_used = std::max(most_used, std::abs(error * error - exact.loss) / bound.loss);
    }
    EXPECT_GT(most_used, 0.02);
}

}  // namespace
}  // namespace gradscape::reference
