// The order in which BPTT takes the sequences, and that sharing states changes no bit.
// SPDX-License-Identifier: MIT
#include "host/evaluate/sequence_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>

#include "gradscape/core/activation.hpp"
#include "tests/random_model.hpp"

namespace gradscape::evaluate {
namespace {

Sequences with_inputs(std::size_t length, std::vector<double> inputs) {
    Sequences made;
    made.count = inputs.size() / length;
    made.length = length;
    made.inputs = std::move(inputs);
    made.targets.assign(made.count, 1);
    made.weights.assign(made.count, 1);
    return made;
}

std::vector<std::vector<int>> as_rows(const std::vector<SequencePlace>& order) {
    std::vector<std::vector<int>> rows;
    for (const SequencePlace& place : order)
        rows.push_back({place.sequence, place.zeros, place.shared});
    return rows;
}

/// Steps that the forward passes take, of N·T.
std::size_t forward_steps(const std::vector<SequencePlace>& order, std::size_t length) {
    std::size_t steps = 0;
    for (const SequencePlace& place : order)
        steps += length - static_cast<std::size_t>(place.zeros + place.shared);
    return steps;
}

TEST(SequenceOrder, SortsWhatIsLeftBehindTheZerosThatAreCut) {
    const Sequences data = with_inputs(4, {1, 0, 1, 1,  //
                                           0, 0, 0, 0,  //
                                           0, 1, 0, 1,  //
                                           0, 0, 1, 1});
    const std::vector<std::vector<int>> cut{{1, 4, 0}, {2, 1, 0}, {0, 0, 3}, {3, 2, 1}};
    EXPECT_EQ(as_rows(sequence_order(data, true)), cut);
    const std::vector<std::vector<int>> whole{{1, 0, 0}, {3, 0, 2}, {2, 0, 1}, {0, 0, 0}};
    EXPECT_EQ(as_rows(sequence_order(data, false)), whole);
    EXPECT_EQ(forward_steps(sequence_order(data, true), 4), 0u + 3 + 1 + 1);
}

TEST(SequenceOrder, AZeroIsAZeroWhateverItsSign) {
    const Sequences data = with_inputs(2, {-0.0, 2, 0.0, 2});
    EXPECT_EQ(as_rows(sequence_order(data, true)),
              (std::vector<std::vector<int>>{{0, 1, 0}, {1, 1, 1}}));
}

TEST(SequenceOrder, LeavesLongSequencesAsTheyCome) {
    std::vector<double> inputs(2 * 65, 0);
    inputs[3] = 2, inputs[65] = 1;
    EXPECT_EQ(as_rows(sequence_order(with_inputs(65, inputs), true)),
              (std::vector<std::vector<int>>{{0, 3, 0}, {1, 0, 0}}));
}

TEST(SequenceOrder, HalvesTheForwardStepsOfTheArticlesDataAndSparesMoreOfMany) {
    const auto share = [](std::size_t count, std::size_t length, bool zeros_stay) {
        const Sequences merged = merge_identical(make_counting_data(1, count, length, 0).train);
        const auto order = sequence_order(merged, zeros_stay);
        std::set<int> seen;
        for (const SequencePlace& place : order) seen.insert(place.sequence);
        EXPECT_EQ(seen.size(), merged.count);
        return static_cast<double>(count * length) /
               static_cast<double>(forward_steps(order, length));
    };
    EXPECT_NEAR(share(20, 10, true), 2.08, 0.01);
    EXPECT_NEAR(share(20, 10, false), 1.45, 0.01);
    EXPECT_GT(share(1000, 10, true), 7);
}

/// Against the same text with every sequence from its first step on.
template <class F, class Real>
void expect_the_bits_of_unshared_states(const OrderedSequences<Real>& data, Real wx, Real wrec) {
    std::vector<SequencePlace> alone(data.order, data.order + data.all.count);
    for (SequencePlace& place : alone) place.zeros = place.shared = 0;
    const auto of = [&](const SequencePlace* order) {
        return cell_loss_gradient<F, true, 64, RealInputs>(OrderedSequences<Real>{data.all, order},
                                                           wx, wrec, Checkpoints<Real>{nullptr});
    };
    const LossGradient<Real> shared = of(data.order), unshared = of(alone.data());
    EXPECT_EQ(std::memcmp(&shared, &unshared, sizeof shared), 0)
        << wx << ' ' << wrec << ": " << shared.loss << ' ' << unshared.loss;
}

TEST(SequenceOrder, SharedStatesAndCutZerosChangeNoBit) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> weight(-2, 2);
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid}) {
        const Sequences merged = merge_identical(make_counting_data(3, 50, 9, 0).train);
        with_activation(activation, [&](auto f) {
            using F = decltype(f);
            const auto order = sequence_order(merged, F::keeps_zero);
            const OrderedSequences<double> data{
                {merged.inputs.data(), merged.targets.data(), merged.weights.data(),
                 static_cast<int>(merged.count), 9, 1 / 50.0},
                order.data()};
            for (int i = 0; i < 100; ++i)
                expect_the_bits_of_unshared_states<F>(data, weight(random), weight(random));
        });
    }
}

}  // namespace
}  // namespace gradscape::evaluate
