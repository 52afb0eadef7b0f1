// Running error analysis of one backpropagation through time (Higham, Accuracy and Stability of
// Numerical Algorithms, section 3.3; docs/numerics.md): every value carries a bound of its absolute
// error, and every operation, with inputs rounded to the type too, adds u·|result|. Second-order
// terms are kept: near the minimum, where the loss is 0, the square of the output's error is all.
// Number is double or, where that overflows, long double.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <vector>

#include "gradscape/error_bound.hpp"

namespace gradscape {
namespace {

/// A value and the bound of its error.
template <class Number>
struct Approximate {
    Number value = 0, error = 0;
};

template <class Number>
class Rounding {
public:
    using Value = Approximate<Number>;

    /// Below the normal numbers the smallest subnormal bounds the error.
    explicit Rounding(double u) : u_(u), smallest_(u > 0x1p-40 ? 0x1p-149 : 0x1p-1074) {}

    Value input(double value) const { return rounded(value, 0); }
    Value add(Value a, Value b) const { return rounded(a.value + b.value, a.error + b.error); }
    Value multiply(Value a, Value b) const {
        return rounded(a.value * b.value, std::abs(a.value) * b.error +
                                              std::abs(b.value) * a.error + a.error * b.error);
    }
    /// The computed value errs by u times itself, which may be off by `error` already.
    Value rounded(Number value, Number error, Number ulps = 1) const {
        if (value == 0 && error == 0) return {};
        return {value, error + ulps * u_ * (std::abs(value) + error) + smallest_};
    }

    Value activation(Cell cell, Value a) const;
    Value slope(Cell cell, Value S) const;

private:
    Number u_, smallest_;
};

/// S = f(a): the error of a times the largest slope that it can meet, and f's own few ulp.
template <class Number>
Approximate<Number> Rounding<Number>::activation(Cell cell, Value a) const {
    constexpr Number elementary = 8;  // 4 ulp, in units of u
    const Number nearest = std::max<Number>(0, std::abs(a.value) - a.error);
    if (cell == Cell::tanh) {
        const Number S = std::tanh(nearest);
        return rounded(std::tanh(a.value), (1 - S * S + u_) * a.error, elementary);
    }
    if (cell == Cell::sigmoid) {
        const Number S = 1 / (1 + std::exp(-nearest));
        return rounded(1 / (1 + std::exp(-a.value)), (S * (1 - S) + u_) * a.error, elementary);
    }
    if (cell == Cell::relu) return {std::max<Number>(a.value, 0), a.value < -a.error ? 0 : a.error};
    return a;
}

/// f'(a) from S; at relu's kink anything between 0 and 1.
template <class Number>
Approximate<Number> Rounding<Number>::slope(Cell cell, Value S) const {
    if (cell == Cell::tanh) {
        const Number square = S.value * S.value;
        return rounded(1 - square,
                       2 * std::abs(S.value) * S.error + S.error * S.error + u_ * square);
    }
    if (cell == Cell::sigmoid)
        return rounded(S.value * (1 - S.value),
                       std::abs(1 - 2 * S.value) * S.error + S.error * S.error + u_ * S.value);
    if (cell == Cell::relu) return {Number(S.value > 0), Number(S.error > 0 && S.value <= S.error)};
    return {1, 0};
}

/// A sum of many terms: whatever the order, each addition errs by at most u times the sum of
/// |terms|.
template <class Number>
struct Sum {
    Number error = 0, magnitude = 0, count = 0;

    void add(Approximate<Number> term) {
        error += term.error;
        magnitude += std::abs(term.value) + term.error;
        count += 1;
    }
    Number bound(double u) const { return error + (count + 1) * Number(u) * magnitude; }
};

template <class Number>
struct ErrorSums {
    Sum<Number> loss, wx, wrec;
    Number loss_value = 0;
};

template <class Number>
void add_sequence(const Problem& problem, std::size_t i, Approximate<Number> w_x,
                  Approximate<Number> w_rec, const Rounding<Number>& round, ErrorSums<Number>& sums,
                  std::vector<Approximate<Number>>& S) {
    const auto x = problem.sequences.inputs_of(i);
    S.assign(x.size() + 1, {});
    for (std::size_t k = 1; k <= x.size(); ++k)
        S[k] = round.activation(problem.cell, round.add(round.multiply(w_x, round.input(x[k - 1])),
                                                        round.multiply(w_rec, S[k - 1])));
    const auto m = round.input(problem.sequences.weights[i]);
    const auto error = round.add(S.back(), round.input(-problem.sequences.targets[i]));
    const auto loss = round.multiply(m, round.multiply(error, error));
    sums.loss.add(loss);
    sums.loss_value += loss.value;
    auto G = round.multiply({2, 0}, error);
    for (std::size_t k = x.size(); k >= 1; --k) {
        const auto D = round.multiply(G, round.slope(problem.cell, S[k]));
        sums.wx.add(round.multiply(m, round.multiply(D, round.input(x[k - 1]))));
        sums.wrec.add(round.multiply(m, round.multiply(D, S[k - 1])));
        G = round.multiply(D, w_rec);
    }
}

template <class Number>
PointErrorBound bound_at(const Problem& problem, double wx, double wrec, double u) {
    const Rounding<Number> round(u);
    ErrorSums<Number> sums;
    std::vector<Approximate<Number>> S;
    for (std::size_t i = 0; i < problem.sequences.count; ++i)
        add_sequence(problem, i, round.input(wx), round.input(wrec), round, sums, S);
    const Number M = problem.sequences.total_weight();
    const auto mean = [&](const Sum<Number>& sum) { return static_cast<double>(sum.bound(u) / M); };
    return {{mean(sums.loss), mean(sums.wx), mean(sums.wrec)},
            static_cast<double>(sums.loss.bound(u) / sums.loss_value)};
}

}  // namespace

PointErrorBound bptt_error_bound(const Problem& problem, double wx, double wrec,
                                 double unit_roundoff) {
    const auto bound = bound_at<double>(problem, wx, wrec, unit_roundoff);
    return bound.is_finite() ? bound : bound_at<long double>(problem, wx, wrec, unit_roundoff);
}

PointGradient reference_error_bound(const Problem& problem, double wx, double wrec,
                                    double unit_roundoff) {
    return bptt_error_bound(problem, wx, wrec, unit_roundoff).absolute;
}

}  // namespace gradscape
