// Running error analysis of one backpropagation through time (Higham, Accuracy and Stability of
// Numerical Algorithms, section 3.3; docs/numerics.md): every value carries a bound of its absolute
// error, and every operation, with inputs rounded to the type too, adds u·|result|. Second-order
// terms are kept: near the minimum, where the loss is 0, the square of the output's error is all.
// Number is double or, where that overflows, Scaled.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <vector>

#include "gradscape/error_bound.hpp"
#include "host/evaluate/scaled.hpp"

namespace gradscape {
namespace {

using std::abs;

/// A value and the bound of its error.
template <class Number>
struct Approximate {
    Number value{}, error{};

    bool is_exact_zero() const { return value == Number{} && error == Number{}; }
};

template <class Number>
class Rounding {
public:
    using Value = Approximate<Number>;

    /// Below the normal numbers the smallest subnormal bounds the error.
    explicit Rounding(double u) : u_(u), smallest_(u > 0x1p-40 ? 0x1p-149 : 0x1p-1074) {}

    Value input(double value) const { return value == 0 ? Value{} : rounded(Number(value), {}); }
    Value add(Value a, Value b) const {
        if (a.is_exact_zero()) return b;
        if (b.is_exact_zero()) return a;
        return rounded(a.value + b.value, a.error + b.error);
    }
    Value multiply(Value a, Value b) const {
        if (a.is_exact_zero() || b.is_exact_zero()) return {};
        return rounded(a.value * b.value,
                       abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error);
    }
    /// The computed value errs by u times itself, which may be off by `error` already.
    Value rounded(Number value, Number error, double ulps = 1) const {
        return {value, error + Number(ulps) * u_ * (abs(value) + error) + smallest_};
    }

    Value activation(Cell cell, Value a) const;
    Value slope(Cell cell, Value S) const;

private:
    Number u_, smallest_;
};

/// S = f(a): the error of a times the largest slope that it can meet, at most all of f's range, and
/// f's own few ulp.
template <class Number>
Approximate<Number> Rounding<Number>::activation(Cell cell, Value a) const {
    constexpr double elementary = 8;  // 4 ulp, in units of u
    const Number distance = abs(a.value) - a.error;
    const double nearest = distance < Number{} ? 0 : static_cast<double>(distance);
    const auto at = static_cast<double>(a.value);
    if (cell == Cell::tanh) {
        if (a.is_exact_zero()) return {};
        const double sech = 1 / std::cosh(nearest);
        return rounded(Number(std::tanh(at)), std::min(Number(sech * sech) * a.error, Number(2)),
                       elementary);
    }
    if (cell == Cell::sigmoid) {
        const double e = std::exp(-nearest), slope = e / ((1 + e) * (1 + e));
        return rounded(Number(1 / (1 + std::exp(-at))),
                       std::min(Number(slope) * a.error, Number(1)), elementary);
    }
    if (cell == Cell::relu)
        return {a.value < Number{} ? Number{} : a.value, a.value < -a.error ? Number{} : a.error};
    return a;
}

/// f'(a) from S, never off by more than 1; at relu's kink anything between 0 and 1.
template <class Number>
Approximate<Number> Rounding<Number>::slope(Cell cell, Value S) const {
    const Number one(1), two(2);
    if (cell == Cell::tanh) {
        const Number square = S.value * S.value;
        const Number carried = (two * abs(S.value) + S.error) * S.error + u_ * square;
        return rounded(one - square, std::min(carried, one));
    }
    if (cell == Cell::sigmoid) {
        const Number carried = (abs(one - two * S.value) + S.error) * S.error + u_ * S.value;
        return rounded(S.value * (one - S.value), std::min(carried, one));
    }
    if (cell == Cell::relu) {
        const bool kink = Number{} < S.error && !(S.error < S.value);
        return {Number{} < S.value ? one : Number{}, kink ? one : Number{}};
    }
    return {one, Number{}};
}

/// A sum of many terms: whatever the order, each addition errs by at most u times the sum of
/// |terms|.
template <class Number>
struct Sum {
    Number error{}, magnitude{};
    double count = 0;

    void add(Approximate<Number> term) {
        error += term.error;
        magnitude += abs(term.value) + term.error;
        count += 1;
    }
    Number bound(double u) const { return error + Number((count + 1) * u) * magnitude; }
};

template <class Number>
struct ErrorSums {
    Sum<Number> loss, wx, wrec;
    Number loss_value{};
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
    auto G = round.multiply({Number(2), Number{}}, error);
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
    // M is a sum in double, too, and of n weights errs by n·2⁻⁵³ of itself.
    const double M = problem.sequences.total_weight();
    const auto n = static_cast<double>(problem.sequences.count);
    const auto total = [&](const Sum<Number>& sum) {
        return sum.bound(u) + Number(n * 0x1p-53) * sum.magnitude;
    };
    const auto mean = [&](const Sum<Number>& sum) {
        return static_cast<double>(total(sum) / Number(M));
    };
    return {{mean(sums.loss), mean(sums.wx), mean(sums.wrec)},
            static_cast<double>(total(sums.loss) / sums.loss_value)};
}

}  // namespace

PointErrorBound bptt_error_bound(const Problem& problem, double wx, double wrec,
                                 double unit_roundoff) {
    const auto bound = bound_at<double>(problem, wx, wrec, unit_roundoff);
    return bound.is_finite() ? bound : bound_at<Scaled>(problem, wx, wrec, unit_roundoff);
}

PointGradient reference_error_bound(const Problem& problem, double wx, double wrec,
                                    double unit_roundoff) {
    return bptt_error_bound(problem, wx, wrec, unit_roundoff).absolute;
}

}  // namespace gradscape
