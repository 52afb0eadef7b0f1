// Running error analysis of one backpropagation through time (Higham, Accuracy and Stability of
// Numerical Algorithms, section 3.3; docs/numerics.md): every value carries a bound of its absolute
// error, and every operation, with inputs rounded to the type too, adds u·|result|. Second-order
// terms are kept: near the minimum, where the loss is 0, the square of the output's error is all.
// Number is double; where that overflows, long double; where that does, or where the evaluators are
// careful (careful_cell.hpp), Scaled.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <vector>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "host/evaluate/scaled.hpp"

namespace gradscape::compare {
namespace {

using std::abs, std::exp, std::max, std::min, std::tanh;

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
    Rounding(double u, bool subnormals)
        : u_(u),
          smallest_(!subnormals   ? 0
                    : u > 0x1p-40 ? 0x1p-149
                                  : 0x1p-1074) {}

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
    Value rounded(Number value, Number error, Number ulps = Number(1)) const {
        return {value, error + ulps * u_ * (abs(value) + error) + smallest_};
    }

    Value activation(Activation activation, Value a) const;
    Value slope(Activation activation, Value S) const;

private:
    Number u_, smallest_;
};

/// The logistic function, with all its digits wherever it is small.
template <class Number>
Number logistic(Number a) {
    return Number(1) / (Number(1) + exp(-a));
}

/// S = f(a): the error of a times the largest slope that it can meet, at most all of f's range, and
/// f's own few ulp.
template <class Number>
Approximate<Number> Rounding<Number>::activation(Activation activation, Value a) const {
    const Number elementary(5);  // 2.5 ulp, in units of u
    const Number nearest = max(Number(0), abs(a.value) - a.error);
    const Number one(1), few_ulp(1 + 0x1p-48);
    switch (activation) {
        case Activation::tanh: {
            if (a.is_exact_zero()) return {};
            const Number S = logistic(Number(-2) * nearest);  // 1 − tanh² = 4·σ(2a)·σ(−2a)
            const Number steepest = Number(4) * S * (one - S) * few_ulp;
            return rounded(tanh(a.value), min(steepest * a.error, Number(2)), elementary);
        }
        case Activation::sigmoid: {
            const Number S = logistic(-nearest);
            return rounded(logistic(a.value), min(S * (one - S) * few_ulp * a.error, one),
                           elementary);
        }
        case Activation::relu:
            return {max(a.value, Number(0)), a.value < -a.error ? Number(0) : a.error};
        case Activation::linear:
            break;
    }
    return a;
}

/// f'(a) from S, never off by more than 1; at relu's kink anything between 0 and 1.
template <class Number>
Approximate<Number> Rounding<Number>::slope(Activation activation, Value S) const {
    const Number one(1), two(2);
    switch (activation) {
        case Activation::tanh: {
            const Number square = S.value * S.value;
            const Number carried = two * abs(S.value) * S.error + S.error * S.error + u_ * square;
            return rounded(one - square, min(carried, one));
        }
        case Activation::sigmoid: {
            const Number carried =
                abs(one - two * S.value) * S.error + S.error * S.error + u_ * S.value;
            return rounded(S.value * (one - S.value), min(carried, one));
        }
        case Activation::relu:
            return {Number(S.value > Number(0)), Number(S.error > Number(0) && S.value <= S.error)};
        case Activation::linear:
            break;
    }
    return {one, Number(0)};
}

/// A sum of many terms: whatever the order, each addition errs by at most u times the sum of
/// |terms|.
template <class Number>
struct Sum {
    Number error{}, magnitude{}, count{};

    void add(Approximate<Number> term) {
        error += term.error;
        magnitude += abs(term.value) + term.error;
        count += Number(1);
    }
    Number bound(double u) const { return error + (count + Number(1)) * Number(u) * magnitude; }
};

template <class Number>
struct ErrorSums {
    Sum<Number> loss, wx, wrec;
    Number loss_value{}, M{};
};

template <class Number>
void add_sequence(const Model& model, std::size_t i, Approximate<Number> w_x,
                  Approximate<Number> w_rec, const Rounding<Number>& round, ErrorSums<Number>& sums,
                  std::vector<Approximate<Number>>& S) {
    const auto x = model.sequences.inputs_of(i);
    StopCheck check(1024);
    S.assign(x.size() + 1, {});
    for (std::size_t k = 1; k <= x.size(); ++k) {
        check();
        S[k] = round.activation(
            model.activation,
            round.add(round.multiply(w_x, round.input(x[k - 1])), round.multiply(w_rec, S[k - 1])));
    }
    const auto m = round.input(model.sequences.weights[i]);
    const auto error = round.add(S.back(), round.input(-model.sequences.targets[i]));
    const auto loss = round.multiply(m, round.multiply(error, error));
    sums.loss.add(loss);
    sums.loss_value += loss.value;
    sums.M += m.value;
    auto G = round.multiply({Number(2), Number(0)}, error);
    for (std::size_t k = x.size(); k >= 1; --k) {
        check();
        const auto D = round.multiply(G, round.slope(model.activation, S[k]));
        sums.wx.add(round.multiply(m, round.multiply(D, round.input(x[k - 1]))));
        sums.wrec.add(round.multiply(m, round.multiply(D, S[k - 1])));
        G = round.multiply(D, w_rec);
    }
}

struct BoundAndLoss {
    PointErrorBound bound;
    double loss;
};

template <class Number>
BoundAndLoss bound_at(const Model& model, double wx, double wrec, double u, bool subnormals) {
    const Rounding<Number> round(u, subnormals);
    ErrorSums<Number> sums;
    std::vector<Approximate<Number>> S;
    for (std::size_t i = 0; i < model.sequences.count; ++i)
        add_sequence(model, i, round.input(wx), round.input(wrec), round, sums, S);
    // M is a sum in double, too, and of n weights errs by n·2⁻⁵³ of itself.
    const Number of_total(static_cast<double>(model.sequences.count) * 0x1p-53);
    const auto total = [&](const Sum<Number>& sum) {
        return sum.bound(u) + of_total * sum.magnitude;
    };
    const auto mean = [&](const Sum<Number>& sum) {
        return static_cast<double>(total(sum) / sums.M);
    };
    return {{{mean(sums.loss), mean(sums.wx), mean(sums.wrec)},
             static_cast<double>(total(sums.loss) / sums.loss_value)},
            static_cast<double>(sums.loss_value / sums.M)};
}

bool has_nan(const PointErrorBound& b) {
    return std::isnan(b.absolute.loss) || std::isnan(b.absolute.grad_wx) ||
           std::isnan(b.absolute.grad_wrec);
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

PointErrorBound bptt_error_bound(const Model& model, double wx, double wrec, double unit_roundoff,
                                 bool plain) {
    const auto careful = [&](double u) {
        return compare::bound_at<evaluate::Scaled>(model, wx, wrec, u, false).bound;
    };
    if (!plain) return careful(unit_roundoff);
    auto [bound, loss] = compare::bound_at<double>(model, wx, wrec, unit_roundoff, true);
    if (!bound.is_finite()) {
        bound = compare::bound_at<long double>(model, wx, wrec, unit_roundoff, true).bound;
        const bool known = std::isfinite(bound.relative_loss) && !compare::has_nan(bound);
        return bound.is_finite() || known ? bound : careful(unit_roundoff);
    }
    // The computed loss is below the threshold for certain, and so the cell is evaluated carefully.
    const double least =
        unit_roundoff > 0x1p-40 ? least_plain_loss<float> : least_plain_loss<double>;
    return loss + bound.absolute.loss < least ? careful(0x1p-53) : bound;
}

PointGradient reference_error_bound(const Model& model, double wx, double wrec,
                                    double unit_roundoff) {
    return bptt_error_bound(model, wx, wrec, unit_roundoff).absolute;
}

}  // namespace gradscape
