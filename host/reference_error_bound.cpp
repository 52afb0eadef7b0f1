// Running error analysis of one backpropagation through time (Higham, Accuracy and Stability of
// Numerical Algorithms, section 3.3): every value carries a bound of its absolute error, and every
// operation, with inputs rounded to the type too, adds u·|result|. Second-order terms that matter
// near the minimum (the square of the output's error) are kept.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <vector>

#include "gradscape/reference.hpp"

namespace gradscape {
namespace {

/// A value and the bound of its error.
struct Approximate {
    double value = 0, error = 0;
};

class Rounding {
public:
    explicit Rounding(double u) : u_(u) {}

    Approximate input(double value) const { return {value, u_ * std::abs(value)}; }
    Approximate add(Approximate a, Approximate b) const {
        return rounded(a.value + b.value, a.error + b.error);
    }
    Approximate multiply(Approximate a, Approximate b) const {
        return rounded(a.value * b.value, std::abs(a.value) * b.error +
                                              std::abs(b.value) * a.error + a.error * b.error);
    }
    Approximate rounded(double value, double error, double ulps = 1) const {
        return {value, error + ulps * u_ * std::abs(value)};
    }

    Approximate activation(Cell cell, Approximate a) const;
    Approximate slope(Cell cell, Approximate S) const;

private:
    double u_;
};

/// S = f(a): the error of a times the largest slope that it can meet, and f's own few ulp.
Approximate Rounding::activation(Cell cell, Approximate a) const {
    constexpr double elementary = 8;  // 4 ulp, in units of u
    const double nearest = std::max(0.0, std::abs(a.value) - a.error);
    if (cell == Cell::tanh) {
        const double S = std::tanh(nearest);
        return rounded(std::tanh(a.value), (1 - S * S + u_) * a.error, elementary);
    }
    if (cell == Cell::sigmoid) {
        const double S = 1 / (1 + std::exp(-nearest));
        return rounded(1 / (1 + std::exp(-a.value)), (S * (1 - S) + u_) * a.error, elementary);
    }
    if (cell == Cell::relu) return {std::max(a.value, 0.0), a.value < -a.error ? 0 : a.error};
    return a;
}

/// f'(a) from S; at relu's kink anything between 0 and 1.
Approximate Rounding::slope(Cell cell, Approximate S) const {
    if (cell == Cell::tanh) {
        const double square = S.value * S.value;
        return rounded(1 - square,
                       2 * std::abs(S.value) * S.error + S.error * S.error + u_ * square);
    }
    if (cell == Cell::sigmoid)
        return rounded(S.value * (1 - S.value),
                       std::abs(1 - 2 * S.value) * S.error + S.error * S.error + u_ * S.value);
    if (cell == Cell::relu)
        return {S.value > 0 ? 1.0 : 0.0, S.error > 0 && S.value <= S.error ? 1.0 : 0.0};
    return {1, 0};
}

/// A sum of many terms: whatever the order, each addition errs by at most u times the sum of
/// |terms|.
struct Sum {
    double error = 0, magnitude = 0, count = 0;

    void add(Approximate term) {
        error += term.error;
        magnitude += std::abs(term.value) + term.error;
        count += 1;
    }
    double bound(double u, double M) const { return (error + (count + 1) * u * magnitude) / M; }
};

struct Sums {
    Sum loss, wx, wrec;
};

void add_sequence(const Problem& problem, std::size_t i, Approximate w_x, Approximate w_rec,
                  const Rounding& round, Sums& sums) {
    const auto x = problem.sequences.inputs_of(i);
    std::vector<Approximate> S(x.size() + 1);
    for (std::size_t k = 1; k <= x.size(); ++k)
        S[k] = round.activation(problem.cell, round.add(round.multiply(w_x, round.input(x[k - 1])),
                                                        round.multiply(w_rec, S[k - 1])));
    const Approximate m = round.input(problem.sequences.weights[i]);
    const Approximate error = round.add(S.back(), round.input(-problem.sequences.targets[i]));
    sums.loss.add(round.multiply(m, round.multiply(error, error)));
    Approximate G = round.multiply({2, 0}, error);
    for (std::size_t k = x.size(); k >= 1; --k) {
        const Approximate D = round.multiply(G, round.slope(problem.cell, S[k]));
        sums.wx.add(round.multiply(m, round.multiply(D, round.input(x[k - 1]))));
        sums.wrec.add(round.multiply(m, round.multiply(D, S[k - 1])));
        G = round.multiply(D, w_rec);
    }
}

}  // namespace

PointGradient reference_error_bound(const Problem& problem, double wx, double wrec,
                                    double unit_roundoff) {
    const double u = unit_roundoff, M = problem.sequences.total_weight();
    const Rounding round(u);
    Sums sums;
    for (std::size_t i = 0; i < problem.sequences.count; ++i)
        add_sequence(problem, i, round.input(wx), round.input(wrec), round, sums);
    return {sums.loss.bound(u, M), sums.wx.bound(u, M), sums.wrec.bound(u, M)};
}

}  // namespace gradscape
