// SPDX-License-Identifier: MIT
#include "gradscape/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "tests/golden.hpp"

namespace gradscape {
namespace {

Cell cell_named(const std::string& name) {
    for (std::size_t c = 0; c < cell_names.size(); ++c)
        if (cell_names[c] == name) return static_cast<Cell>(c);
    throw std::invalid_argument(name);
}

/// 1e-12 relative, plus 1e-12 of the largest term where terms cancel.
double tolerance(double expected, double largest_term = 0) {
    return 1e-12 * (std::abs(expected) + largest_term);
}

Problem random_problem(std::mt19937& random, std::size_t count, std::size_t length, Cell cell) {
    std::uniform_real_distribution<double> uniform(-1, 1);
    Problem problem{{count, length, {}, {}, {}}, cell};
    for (std::size_t v = 0; v < count * length; ++v)
        problem.sequences.inputs.push_back(uniform(random));
    for (std::size_t i = 0; i < count; ++i) {
        problem.sequences.targets.push_back(uniform(random));
        problem.sequences.weights.push_back(1.5 + uniform(random));
    }
    return problem;
}

TEST(Reference, AgreesWithTheGoldenPointsOfEveryCell) {
    for (const auto& row : golden::csv(golden::path("article_points.csv"))) {
        const Problem problem{golden::article(), cell_named(row.at("cell"))};
        const auto point =
            reference_gradient(problem, golden::number(row, "w_x"), golden::number(row, "w_rec"));
        EXPECT_NEAR(point.loss, golden::number(row, "loss"), tolerance(point.loss));
        EXPECT_NEAR(point.grad_wx, golden::number(row, "grad_wx"),
                    tolerance(point.grad_wx, point.loss));
        EXPECT_NEAR(point.grad_wrec, golden::number(row, "grad_wrec"),
                    tolerance(point.grad_wrec, point.loss));
    }
}

TEST(Reference, AgreesWithTheGoldenTraces) {
    const Problem problem{golden::article()};
    for (const auto& row : golden::csv(golden::path("article_traces.csv"))) {
        const auto gradients = reference_state_gradients(problem, golden::number(row, "w_x"),
                                                         golden::number(row, "w_rec"));
        ASSERT_EQ(gradients.size(), 11u);
        const double expected = golden::number(row, "grad_sum");
        EXPECT_NEAR(gradients[std::stoul(row.at("k"))], expected, tolerance(expected, 1));
    }
}

TEST(Reference, HoldsTheFactsOfTheGradientAtTheFirstState) {
    const Problem problem{golden::article()};
    const auto at = [&](double wx, double wrec) {
        return reference_state_gradients(problem, wx, wrec)[0];
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
    const Problem problem{golden::article()};
    const std::map<std::string, std::pair<double, double>> boxes{
        {"overview", {-3, 3}}, {"zoom", {-0.1, 2.1}}, {"trajectory", {0, 2}}};
    for (const auto& [name, box] : boxes) {
        const auto losses = golden::npy(golden::path("article_loss_" + name + ".npy"));
        ASSERT_EQ(losses.size(), 10000u);
        const Axis axis{box.first, box.second, 100};
        for (std::size_t i = 0; i < 100; ++i)
            for (std::size_t j = 0; j < 100; ++j) {
                const double loss = reference_gradient(problem, axis.at(j), axis.at(i)).loss;
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
        Problem problem{{4, static_cast<std::size_t>(T), {}, {}, {1, 2, 1, 4}},
                        round % 2 ? Cell::linear : Cell::relu};
        Integer loss = 0, grad_wx = 0, grad_wrec = 0;
        for (int i = 0; i < 4; ++i) {
            // y and its derivatives forward, in one sweep: another method than the reference's.
            Integer S = 0, dS_dwx = 0, dS_dwrec = 0;
            for (int k = 0; k < T; ++k) {
                const int x = draw(-3, 3);
                problem.sequences.inputs.push_back(x);
                const Integer a = wx * x + wrec * S;
                const Integer slope = problem.cell == Cell::linear || a > 0;
                dS_dwx = slope * (x + wrec * dS_dwx);
                dS_dwrec = slope * (S + wrec * dS_dwrec);
                S = slope * a;
            }
            const int target = draw(-20, 20);
            problem.sequences.targets.push_back(target);
            const int m = static_cast<int>(problem.sequences.weights[static_cast<std::size_t>(i)]);
            loss += m * (S - target) * (S - target);
            grad_wx += m * 2 * (S - target) * dS_dwx;
            grad_wrec += m * 2 * (S - target) * dS_dwrec;
        }
        const auto point = reference_gradient(problem, wx, wrec);
        EXPECT_EQ(point.loss, static_cast<double>(loss) / 8);
        EXPECT_EQ(point.grad_wx, static_cast<double>(grad_wx) / 8);
        EXPECT_EQ(point.grad_wrec, static_cast<double>(grad_wrec) / 8);
    }
}

TEST(Reference, AgreesWithCentralDifferences) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1.2, 1.2);
    for (const Cell cell : {Cell::linear, Cell::tanh, Cell::relu, Cell::sigmoid})
        for (int round = 0; round < 20; ++round) {
            const Problem problem = random_problem(random, 5, 1 + random() % 12, cell);
            const double wx = uniform(random), wrec = uniform(random), h = 1e-5;
            const auto loss = [&](double dx, double drec) {
                return reference_gradient(problem, wx + dx, wrec + drec).loss;
            };
            const auto point = reference_gradient(problem, wx, wrec);
            const double scale = 1 + std::abs(point.grad_wx) + std::abs(point.grad_wrec);
            EXPECT_NEAR(point.grad_wx, (loss(h, 0) - loss(-h, 0)) / (2 * h), 1e-7 * scale);
            EXPECT_NEAR(point.grad_wrec, (loss(0, h) - loss(0, -h)) / (2 * h), 1e-7 * scale);
        }
}

TEST(Reference, OfAWeightedSequenceIsThatOfItsCopies) {
    Problem weighted{{2, 2, {1, -2, 3, 0.5}, {1, 2}, {3, 1}}};
    Problem copies{{4, 2, {1, -2, 1, -2, 1, -2, 3, 0.5}, {1, 1, 1, 2}, {1, 1, 1, 1}}};
    const auto a = reference_gradient(weighted, 0.5, -1.5);
    const auto b = reference_gradient(copies, 0.5, -1.5);
    EXPECT_DOUBLE_EQ(a.loss, b.loss);
    EXPECT_DOUBLE_EQ(a.grad_wx, b.grad_wx);
    EXPECT_DOUBLE_EQ(a.grad_wrec, b.grad_wrec);
}

/// All inputs 1: y = Σ_j w_rec^j for w_x = 1, and log10 of the loss is known in closed form.
TEST(Reference, HasFiniteLogarithmsFarBeyondDouble) {
    const std::size_t T = 10000;
    const Problem problem{{1, T, std::vector<double>(T, 1.0), {3}, {1}}};
    for (const double r : {1.5, -1.5}) {
        const double exact = 2 * (T * std::log10(std::abs(r)) - std::log10(std::abs(r - 1)));
        EXPECT_NEAR(reference_log10_loss(problem, 1, r), exact, 1e-10 * exact);
    }
}

TEST(Reference, OverflowsToInfinityOfTheRightSignAndNeverToNan) {
    const std::size_t T = 10000;
    const Problem problem{{1, T, std::vector<double>(T, 1.0), {3}, {1}}};
    const auto up = reference_gradient(problem, 1, 1.5),
               down = reference_gradient(problem, 1, -1.5);
    EXPECT_EQ(up, (PointGradient{INFINITY, INFINITY, INFINITY}));
    EXPECT_EQ(down, (PointGradient{INFINITY, INFINITY, -INFINITY}));
    EXPECT_EQ(reference_state_gradients(problem, 1, 1.5)[0], INFINITY);
    EXPECT_EQ(reference_outputs(problem, 1, -1.5)[0], -INFINITY);
    // w_x = 0: the outputs are 0, though 0·∞ waits on the way to dL/dw_x.
    const auto silent = reference_gradient(problem, 0, 1.5);
    EXPECT_EQ(silent.loss, 9);
    EXPECT_EQ(silent.grad_wx, -INFINITY);
    EXPECT_EQ(silent.grad_wrec, 0);
}

/// A state beyond double that the next steps bring back: (1e200)² · 1e-300.
TEST(Reference, SurvivesIntermediatesBeyondDouble) {
    const Problem problem{{2, 3, {1e150, 0, 0, 1, 1, 1}, {0, 0}, {1, 1}}};
    EXPECT_TRUE(std::isfinite(reference_gradient(problem, 1e10, 1e-200).loss));
    const Problem tanh_problem{{1, 2, {1e300, 1}, {0}, {1}}, Cell::tanh};
    EXPECT_DOUBLE_EQ(reference_gradient(tanh_problem, 1e10, 0.5).loss, 1.0);
    const Problem relu_problem{{1, 2, {1e300, 1}, {0}, {1}}, Cell::relu};
    EXPECT_NEAR(reference_gradient(relu_problem, 1e10, 1e-300).loss, 4e20, 1e8);
}

TEST(Reference, KeepsTheLogarithmOfTinyLosses) {
    const Problem problem{{1, 1, {1e-200}, {0}, {1}}};
    EXPECT_NEAR(reference_log10_loss(problem, 1, 1), -400, 1e-12);
    EXPECT_EQ(reference_log10_loss(Problem{{1, 1, {1}, {1}, {1}}}, 1, 1), -INFINITY);
}

TEST(Reference, GivesTheOutputs) {
    const Problem problem{golden::article()};
    EXPECT_EQ(reference_outputs(problem, 1, 1), problem.sequences.targets);
}

/// The same formulas in float, rounding at every step: their errors stay within the bound, and the
/// bound is not idle: some error uses a fair part of it.
TEST(ReferenceErrorBound, HoldsForSinglePrecision) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> uniform(-1.5, 1.5);
    double most_used = 0;
    for (int round = 0; round < 200; ++round) {
        const Problem problem = random_problem(random, 1, 1 + random() % 12, Cell::tanh);
        const double wx = uniform(random), wrec = uniform(random);
        const auto x = problem.sequences.inputs_of(0);
        std::vector<float> S(x.size() + 1);
        const auto fx = static_cast<float>(wx), frec = static_cast<float>(wrec);
        for (std::size_t k = 1; k <= x.size(); ++k)
            S[k] = std::tanh(fx * static_cast<float>(x[k - 1]) + frec * S[k - 1]);
        const float error = S.back() - static_cast<float>(problem.sequences.targets[0]);
        float G = 2 * error, grad_wx = 0, grad_wrec = 0;
        for (std::size_t k = x.size(); k >= 1; --k) {
            const float D = G * (1 - S[k] * S[k]);
            grad_wx += D * static_cast<float>(x[k - 1]);
            grad_wrec += D * S[k - 1];
            G = D * frec;
        }
        const auto exact = reference_gradient(problem, wx, wrec);
        const auto bound = reference_error_bound(problem, wx, wrec, std::ldexp(1.0, -24));
        EXPECT_LE(std::abs(error * error - exact.loss), bound.loss);
        EXPECT_LE(std::abs(grad_wx - exact.grad_wx), bound.grad_wx);
        EXPECT_LE(std::abs(grad_wrec - exact.grad_wrec), bound.grad_wrec);
        most_used = std::max(most_used, std::abs(error * error - exact.loss) / bound.loss);
    }
    EXPECT_GT(most_used, 0.02);
}

}  // namespace
}  // namespace gradscape
