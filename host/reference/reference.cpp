// The reference evaluator's mathematics. One sequence at a time, in the notation of the formulas:
//
//     a_k = w_x·x_k + w_rec·S_k-1    S_k = f(a_k)    y = S_T    L = (1/M) Σ_i m_i (y_i − t_i)²
//     G_T = 2(y − t)    D_k = G_k·f'(a_k)    G_k-1 = D_k·w_rec
//     dL/dw_x = (1/M) Σ_i m_i Σ_k D_k·x_k    dL/dw_rec = (1/M) Σ_i m_i Σ_k D_k·S_k-1
//
// Deliberately includes nothing of the fast evaluators. `Number` is double or, where double
// overflows, Scaled. Memory: the T+1 states of one sequence.
// SPDX-License-Identifier: MIT
#include "gradscape/reference.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "host/evaluate/scaled.hpp"

namespace gradscape {
namespace {

bool is_finite(double value) { return std::isfinite(value); }
bool is_finite(Scaled) { return true; }
bool is_positive(double value) { return value > 0; }
bool is_positive(Scaled value) { return value.positive(); }

/// S = f(a)
template <class Number>
Number activation(Cell cell, Number a) {
    switch (cell) {
        case Cell::linear:
            return a;
        case Cell::relu:
            return is_positive(a) ? a : Number(0);
        case Cell::tanh:
            return Number(std::tanh(static_cast<double>(a)));
        case Cell::sigmoid:
            return Number(1 / (1 + std::exp(-static_cast<double>(a))));
    }
    return a;
}

/// f'(a), given S = f(a)
template <class Number>
Number slope(Cell cell, Number S) {
    switch (cell) {
        case Cell::linear:
            return Number(1);
        case Cell::relu:
            return is_positive(S) ? Number(1) : Number(0);
        case Cell::tanh:
            return Number(1) - S * S;
        case Cell::sigmoid:
            return S * (Number(1) - S);
    }
    return S;
}

/// S_0 … S_T of one sequence. False as soon as a state leaves the range of Number.
template <class Number>
bool forward(const Problem& problem, std::size_t i, Number w_x, Number w_rec,
             std::vector<Number>& S) {
    const auto x = problem.sequences.inputs_of(i);
    S.assign(x.size() + 1, Number(0));
    for (std::size_t k = 1; k <= x.size(); ++k) {
        const Number a = w_x * Number(x[k - 1]) + w_rec * S[k - 1];
        if (!is_finite(a)) return false;
        S[k] = activation(problem.cell, a);
    }
    return true;
}

/// The sums over the sequences, not yet divided by M.
template <class Number>
struct Sums {
    Number loss{}, wx{}, wrec{};
    std::vector<Number> by_state;  // Σ m G_k, k = 0…T
    bool in_range = true;
};

/// Adds one sequence with its m, t and states S to the sums.
template <class Number>
void backward(const Problem& problem, std::size_t i, Number w_rec, const std::vector<Number>& S,
              Sums<Number>& sums) {
    const auto x = problem.sequences.inputs_of(i);
    const std::size_t T = x.size();
    const Number m(problem.sequences.weights[i]);
    const Number error = S[T] - Number(problem.sequences.targets[i]);
    sums.loss += m * (error * error);
    Number G = Number(2) * error;
    sums.by_state[T] += m * G;
    Number wx{}, wrec{};
    for (std::size_t k = T; k >= 1; --k) {
        const Number D = G * slope(problem.cell, S[k]);
        wx += D * Number(x[k - 1]);
        wrec += D * S[k - 1];
        G = D * w_rec;
        sums.by_state[k - 1] += m * G;
        sums.in_range = sums.in_range && is_finite(G);
    }
    sums.wx += m * wx;
    sums.wrec += m * wrec;
}

template <class Number>
Sums<Number> sums_at(const Problem& problem, double wx, double wrec) {
    Sums<Number> sums;
    sums.by_state.resize(problem.sequences.length + 1);
    std::vector<Number> S;
    for (std::size_t i = 0; i < problem.sequences.count && sums.in_range; ++i) {
        sums.in_range = forward(problem, i, Number(wx), Number(wrec), S);
        if (sums.in_range) backward(problem, i, Number(wrec), S, sums);
    }
    sums.in_range =
        sums.in_range && is_finite(sums.loss) && is_finite(sums.wx) && is_finite(sums.wrec);
    for (const Number& sum : sums.by_state) sums.in_range = sums.in_range && is_finite(sum);
    return sums;
}

/// Calls `use(sums)` with the sums in double, or in Scaled where double does not hold them.
template <class Use>
auto with_sums_at(const Problem& problem, double wx, double wrec, Use use) {
    const auto plain = sums_at<double>(problem, wx, wrec);
    return plain.in_range ? use(plain) : use(sums_at<Scaled>(problem, wx, wrec));
}

template <class Number>
double mean(const Number& sum, double M) {
    if constexpr (std::is_same_v<Number, double>) return sum / M;
    return static_cast<double>(sum * Number(1 / M));
}

}  // namespace

PointGradient reference_gradient(const Problem& problem, double wx, double wrec) {
    const double M = problem.sequences.total_weight();
    return with_sums_at(problem, wx, wrec, [M](const auto& sums) {
        return PointGradient{mean(sums.loss, M), mean(sums.wx, M), mean(sums.wrec, M)};
    });
}

double reference_log10_loss(const Problem& problem, double wx, double wrec) {
    const double M = problem.sequences.total_weight();
    const auto plain = sums_at<double>(problem, wx, wrec);
    // Squares of tiny errors underflow as those of large ones overflow.
    if (plain.in_range && plain.loss / M >= std::numeric_limits<double>::min())
        return std::log10(plain.loss / M);
    return sums_at<Scaled>(problem, wx, wrec).loss.log10() - std::log10(M);
}

std::vector<double> reference_state_gradients(const Problem& problem, double wx, double wrec) {
    return with_sums_at(problem, wx, wrec, [](const auto& sums) {
        std::vector<double> gradients;
        for (const auto& sum : sums.by_state) gradients.push_back(static_cast<double>(sum));
        return gradients;
    });
}

ScaledStateGradients reference_scaled_state_gradients(const Problem& problem, double wx,
                                                      double wrec) {
    ScaledStateGradients gradients;
    for (const Scaled& sum : sums_at<Scaled>(problem, wx, wrec).by_state) {
        gradients.values.push_back(static_cast<double>(sum));
        gradients.log10_magnitudes.push_back(sum.log10());
    }
    return gradients;
}

std::vector<double> reference_outputs(const Problem& problem, double wx, double wrec) {
    std::vector<double> y, S;
    std::vector<Scaled> wide;
    for (std::size_t i = 0; i < problem.sequences.count; ++i) {
        if (forward(problem, i, wx, wrec, S)) {
            y.push_back(S.back());
        } else {
            forward(problem, i, Scaled(wx), Scaled(wrec), wide);
            y.push_back(static_cast<double>(wide.back()));
        }
    }
    return y;
}

}  // namespace gradscape
