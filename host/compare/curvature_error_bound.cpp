// How far rounding can move the eigenvalues of the Hessian. The entries' errors come from a running
// error analysis (rounding.hpp) of the recurrences of core/curvature.hpp, or, by the row form, from
// the norms of p, p' and p'' over the sequences; by Weyl's inequality no eigenvalue moves by more
// than the norm of the entries' errors.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "host/common/scaled.hpp"
#include "host/compare/rounding.hpp"

namespace gradscape::compare {
namespace {

constexpr double roundoff = 0x1p-53;  // curvature is in double everywhere
using std::sqrt;

/// Of any size: squares of double would leave its range.
template <class Number>
Number norm_of(std::initializer_list<Number> values) {
    Number largest{}, sum{};
    for (const Number& value : values) largest = max(largest, abs(value));
    if (!(Number(0) < largest)) return largest;
    for (const Number& value : values) sum += (value / largest) * (value / largest);
    return largest * sqrt(sum);
}

/// Entries of the symmetric matrix, or errors of them.
template <class Number>
struct Entries {
    Number wx_wx{}, wx_wrec{}, wrec_wrec{};

    Number norm() const { return norm_of<Number>({wx_wx, wx_wrec, wx_wrec, wrec_wrec}); }
};

/// Roundings of the eigenvalues themselves, in units of roundoff times the matrix norm.
constexpr double of_eigenvalues = 8;

template <class Number>
CurvatureErrorBound bound_of(const Entries<Number>& h, const Entries<Number>& errors) {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    const Number half(0.5), mean = half * (h.wx_wx + h.wrec_wrec),
                            difference = half * (h.wx_wx - h.wrec_wrec);
    const auto radius = norm_of<Number>({difference, h.wx_wrec});
    const Number larger = abs(mean) + radius, smaller = abs(abs(mean) - radius);
    const Number error = errors.norm() + Number(of_eigenvalues * roundoff) * h.norm();
    const Number twice = error + error, few(1 + 0x1p-20);
    // (a + e)/(b − e) − a/b
    const bool regular = twice < smaller;
    const Number off = regular ? error / smaller * ((larger + smaller) / (smaller - error)) : error;
    const bool known = error < larger;
    const Number least = known ? (larger - error) / (smaller + twice) : larger;
    return {static_cast<double>(error), static_cast<double>(larger),
            regular ? static_cast<double>(few * off) : infinite,
            // Where both may be 0, all that is known of a quotient is that it is no less than 1.
            known ? static_cast<double>(least / few) : 1 - 0x1p-20};
}

bool is_finite(const CurvatureErrorBound& bound) {
    return std::isfinite(bound.error) && std::isfinite(bound.size);
}

/// As StateDerivatives.
template <class Number>
struct RoundedDerivatives {
    Approximate<Number> state{}, wx{}, wrec{}, wx_wx{}, wx_wrec{}, wrec_wrec{};
};

/// f'' from the state and f'.
template <class Number>
Approximate<Number> bend_of(const Rounding<Number>& round, Activation activation,
                            Approximate<Number> S, Approximate<Number> slope) {
    const Approximate<Number> minus_two{Number(-2), Number(0)}, one{Number(1), Number(0)};
    switch (activation) {
        case Activation::tanh:
            return round.multiply(minus_two, round.multiply(S, slope));
        case Activation::sigmoid:
            return round.multiply(slope, round.add(one, round.multiply(minus_two, S)));
        case Activation::relu:
        case Activation::linear:
            break;
    }
    return {};
}

template <class Number>
void advance(const Rounding<Number>& round, Activation activation, RoundedDerivatives<Number>& s,
             Approximate<Number> x, Approximate<Number> w_x, Approximate<Number> w_rec) {
    const auto times_wrec = [&](Approximate<Number> a) { return round.multiply(w_rec, a); };
    const auto a_wx = round.add(times_wrec(s.wx), x);
    const auto a_wrec = round.add(times_wrec(s.wrec), s.state);
    const auto a_wx_wx = times_wrec(s.wx_wx);
    const auto a_wx_wrec = round.add(times_wrec(s.wx_wrec), s.wx);
    const auto a_wrec_wrec = round.add(times_wrec(s.wrec_wrec), round.add(s.wrec, s.wrec));
    s.state = round.activation(activation, round.add(round.multiply(w_x, x), times_wrec(s.state)));
    const auto slope = round.slope(activation, s.state);
    const auto bend = bend_of(round, activation, s.state, slope);
    const auto second = [&](auto first_a, auto first_b, auto second_ab) {
        return round.add(round.multiply(round.multiply(bend, first_a), first_b),
                         round.multiply(slope, second_ab));
    };
    s.wx_wx = second(a_wx, a_wx, a_wx_wx);
    s.wx_wrec = second(a_wx, a_wrec, a_wx_wrec);
    s.wrec_wrec = second(a_wrec, a_wrec, a_wrec_wrec);
    s.wx = round.multiply(slope, a_wx), s.wrec = round.multiply(slope, a_wrec);
}

template <class Number>
CurvatureErrorBound recurrence_bound(const Model& model, double wx, double wrec, bool subnormals) {
    const Rounding<Number> round(roundoff, subnormals);
    const auto w_x = round.input(wx), w_rec = round.input(wrec);
    Entries<Number> values;
    Sum<Number> wx_wx, wx_wrec, wrec_wrec;
    Number M{};
    StopCheck check(1024);
    for (std::size_t i = 0; i < model.sequences.count; ++i) {
        RoundedDerivatives<Number> y{round.input(model.initial_state)};
        for (double x : model.sequences.inputs_of(i)) {
            check();
            advance(round, model.activation, y, round.input(x), w_x, w_rec);
        }
        const auto m = round.input(model.sequences.weights[i]);
        const auto error = round.add(y.state, round.input(-model.sequences.targets[i]));
        const auto take = [&](auto by_a, auto by_b, auto second, Sum<Number>& sum, Number& value) {
            const auto term = round.multiply(
                m, round.add(round.multiply(by_a, by_b), round.multiply(error, second)));
            sum.add(term);
            value += term.value;
        };
        take(y.wx, y.wx, y.wx_wx, wx_wx, values.wx_wx);
        take(y.wx, y.wrec, y.wx_wrec, wx_wrec, values.wx_wrec);
        take(y.wrec, y.wrec, y.wrec_wrec, wrec_wrec, values.wrec_wrec);
        M += m.value;
    }
    // 2/M, and M errs as a sum of so many weights does.
    const Number scale = Number(2) / M;
    const Number of_total(static_cast<double>(model.sequences.count) * roundoff);
    const auto error_of = [&](const Sum<Number>& sum) {
        return scale * (sum.bound(roundoff) + of_total * sum.magnitude);
    };
    return bound_of<Number>(
        {scale * values.wx_wx, scale * values.wx_wrec, scale * values.wrec_wrec},
        {error_of(wx_wx), error_of(wx_wrec), error_of(wrec_wrec)});
}

/// The coefficients of one row (RowHessian) at w_rec = r, with their errors.
template <class Number>
struct RowBound {
    Approximate<Number> A, E, H, D, G;

    RowBound(const Sequences& s, double wrec);
    CurvatureErrorBound at(double wx) const;

private:
    void from_sequences(const Sequences& s, double wrec);
    void from_norms(const Sequences& s, double wrec);
};

/// As RowArrays does it.
bool is_compressed(const Sequences& s) { return s.count > 4 * (s.length + 1); }

template <class Number>
RowBound<Number>::RowBound(const Sequences& s, double wrec) {
    is_compressed(s) ? from_norms(s, wrec) : from_sequences(s, wrec);
}

/// Horner's rule and the sums, sequence by sequence.
template <class Number>
void RowBound<Number>::from_sequences(const Sequences& s, double wrec) {
    using Value = Approximate<Number>;
    const Rounding<Number> round(roundoff, false);  // coefficients have exponents of their own
    const auto r = round.input(wrec);
    Sum<Number> sums[5];
    Number values[5]{}, M{};
    StopCheck check(1024);
    for (std::size_t i = 0; i < s.count; ++i) {
        Value p, slope, bend;
        for (double x : s.inputs_of(i)) {
            check();
            bend = round.add(round.multiply(r, bend),
                             {slope.value + slope.value, slope.error + slope.error});
            slope = round.add(round.multiply(r, slope), p);
            p = round.add(round.multiply(r, p), round.input(x));
        }
        const Value m = round.input(s.weights[i]), t = round.input(s.targets[i]);
        const auto mean = [&](Value a, Value b) { return round.multiply(m, round.multiply(a, b)); };
        const Value terms[] = {mean(p, p), mean(p, slope), mean(t, slope),
                               round.add(mean(slope, slope), mean(p, bend)), mean(t, bend)};
        for (int k = 0; k < 5; ++k) sums[k].add(terms[k]), values[k] += terms[k].value;
        M += m.value;
    }
    const Number of_total(static_cast<double>(s.count) * roundoff);
    Value* const all[] = {&A, &E, &H, &D, &G};
    for (int k = 0; k < 5; ++k)
        *all[k] = {values[k] / M, (sums[k].bound(roundoff) + of_total * sums[k].magnitude) / M};
}

/// A value of each compressed sequence, its norm over them, and what rounding does to the norm.
template <class Number>
struct Normed {
    std::vector<Number> of;
    Number norm{}, error{};

    explicit Normed(std::size_t count) : of(count) {}

    /// Of mean a·b, each of whose `terms` rounds.
    Number product_error(const Normed& b, Number terms) const {
        return norm * b.error + b.norm * error + error * b.error + terms * norm * b.norm;
    }
};

/// p, p', p'' and t of compressed sequences at w_rec = r.
template <class Number>
struct HessianNorms {
    std::vector<Number> parts;  ///< of the whole weight, for each sequence
    Normed<Number> p, slope, bend, target;

    HessianNorms(const Sequences& s, double wrec);

private:
    Number sum_{}, derivative_{}, second_{};  ///< Σ_k ‖x_k‖·|r|^(T−k) and its derivatives

    void run(const Sequences& s, double wrec);
    void add_errors_of_maps(const Sequences& s);
};

template <class Number>
HessianNorms<Number>::HessianNorms(const Sequences& s, double wrec)
    : parts(s.count), p(s.count), slope(s.count), bend(s.count), target(s.count) {
    Number M{}, tt{};
    for (double m : s.weights) M += Number(m);
    for (std::size_t i = 0; i < s.count; ++i) {
        parts[i] = Number(s.weights[i]) / M;
        target.of[i] = Number(s.targets[i]);
        tt += parts[i] * target.of[i] * target.of[i];
    }
    target.norm = sqrt(tt);
    run(s, wrec);
    add_errors_of_maps(s);
}

template <class Number>
void HessianNorms<Number>::run(const Sequences& s, double wrec) {
    const Number r(wrec), size = abs(r), two(2), unit(roundoff);
    StopCheck check(1024);
    for (std::size_t k = 0; k < s.length; ++k) {
        Number xx{}, pp{}, ss{}, bb{};
        for (std::size_t i = 0; i < s.count; ++i) {
            check();
            const Number x(s.inputs[i * s.length + k]), m = parts[i];
            bend.of[i] = r * bend.of[i] + two * slope.of[i];
            slope.of[i] = r * slope.of[i] + p.of[i];
            p.of[i] = r * p.of[i] + x;
            xx += m * x * x, pp += m * p.of[i] * p.of[i];
            ss += m * slope.of[i] * slope.of[i], bb += m * bend.of[i] * bend.of[i];
        }
        p.norm = sqrt(pp), slope.norm = sqrt(ss), bend.norm = sqrt(bb);
        const auto step = [&](Normed<Number>& value, Number carried) {
            value.error = size * value.error + carried;
            value.error += unit * (value.norm + two * value.error);
        };
        step(bend, two * slope.error);
        step(slope, p.error);
        step(p, Number(0));
        second_ = size * second_ + two * derivative_;
        derivative_ = size * derivative_ + sum_;
        sum_ = size * sum_ + sqrt(xx);
    }
}

/// The orthogonal maps that compressed the data rounded, too (row_form_error_bound.cpp).
template <class Number>
void HessianNorms<Number>::add_errors_of_maps(const Sequences& s) {
    const auto N = static_cast<double>(s.count), T = static_cast<double>(s.length);
    const double rotation = 4 * N * (T + 1) * roundoff;
    const Number relative(2 * roundoff + rotation);
    target.error = Number(rotation) * target.norm;
    p.error += relative * sum_;
    slope.error += relative * derivative_;
    bend.error += relative * second_;
}

template <class Number>
void RowBound<Number>::from_norms(const Sequences& s, double wrec) {
    const HessianNorms<Number> of(s, wrec);
    for (std::size_t i = 0; i < s.count; ++i) {
        const Number m = of.parts[i], t = of.target.of[i];
        const Number p = of.p.of[i], slope = of.slope.of[i], bend = of.bend.of[i];
        A.value += m * p * p, E.value += m * p * slope;
        H.value += m * t * slope, G.value += m * t * bend;
        D.value += m * (slope * slope + p * bend);
    }
    const Number terms((static_cast<double>(s.length) + 1) * roundoff + 8 * roundoff);
    A.error = of.p.product_error(of.p, terms);
    E.error = of.p.product_error(of.slope, terms);
    H.error = of.target.product_error(of.slope, terms);
    D.error = of.slope.product_error(of.slope, terms) + of.p.product_error(of.bend, terms);
    G.error = of.target.product_error(of.bend, terms);
}

template <class Number>
CurvatureErrorBound RowBound<Number>::at(double wx) const {
    const Number two(2), x(wx), size = abs(x), few = Number(8 * roundoff);
    const Number e = two * x * E.value, d = x * D.value;
    return bound_of<Number>(
        {two * A.value, two * (e - H.value), two * x * (d - G.value)},
        {two * A.error + few * A.value,
         two * (two * size * E.error + H.error) + few * (abs(e) + abs(H.value)),
         two * size * (size * D.error + G.error) + few * size * (abs(d) + abs(G.value))});
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

CurvatureErrorBound bptt_curvature_bound(const Model& model, double wx, double wrec, bool plain) {
    const auto wide = [&] {
        return compare::recurrence_bound<common::Scaled>(model, wx, wrec, false);
    };
    if (!plain) return wide();
    const CurvatureErrorBound bound = compare::recurrence_bound<double>(model, wx, wrec, true);
    // So small, the cell is evaluated in wide arithmetic for certain.
    const bool tiny = bound.size + bound.error < 0x1p-901;
    return compare::is_finite(bound) && !tiny ? bound : wide();
}

RowCurvatureBound row_curvature_bound(const Sequences& merged, double wrec) {
    // The coefficients have exponents of their own in every evaluator.
    return
        [row = compare::RowBound<common::Scaled>(merged, wrec)](double wx) { return row.at(wx); };
}

}  // namespace gradscape
