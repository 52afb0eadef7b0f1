// How far rounding can move the eigenvalues of the Hessian. The entries' errors come from a running
// error analysis (rounding.hpp) of the recurrences of core/curvature.hpp, or, by the row form, from
// the norms of p, p' and p'' over the sequences; by Weyl's inequality no eigenvalue moves by more
// than the norm of the entries' errors.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <optional>
#include <vector>

#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "host/compare/rounding.hpp"
#include "host/evaluate/scaled.hpp"

namespace gradscape::compare {
namespace {

constexpr double u = 0x1p-53;  // curvature is in double everywhere
using std::sqrt;

/// Entries of the symmetric matrix, or errors of them.
template <class Number>
struct Entries {
    Number wx_wx{}, wx_wrec{}, wrec_wrec{};

    Number norm() const {
        return sqrt(wx_wx * wx_wx + Number(2) * wx_wrec * wx_wrec + wrec_wrec * wrec_wrec);
    }
};

/// Roundings of the eigenvalues themselves, in u of the matrix's norm.
constexpr double of_eigenvalues = 8;

template <class Number>
CurvatureErrorBound bound_of(const Entries<Number>& h, const Entries<Number>& errors) {
    const Number half(0.5), mean = half * (h.wx_wx + h.wrec_wrec),
                            difference = half * (h.wx_wx - h.wrec_wrec);
    const Number radius = sqrt(difference * difference + h.wx_wrec * h.wx_wrec);
    return {static_cast<double>(errors.norm() + Number(of_eigenvalues * u) * h.norm()),
            static_cast<double>(abs(mean) + radius), static_cast<double>(abs(abs(mean) - radius))};
}

bool is_finite(const CurvatureErrorBound& bound) {
    return std::isfinite(bound.error) && std::isfinite(bound.larger) &&
           std::isfinite(bound.smaller);
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
    const Rounding<Number> round(u, subnormals);
    const auto w_x = round.input(wx), w_rec = round.input(wrec);
    Entries<Number> values;
    Sum<Number> wx_wx, wx_wrec, wrec_wrec;
    Number M{};
    StopCheck check(1024);
    for (std::size_t i = 0; i < model.sequences.count; ++i) {
        RoundedDerivatives<Number> y;
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
    const Number of_total(static_cast<double>(model.sequences.count) * u);
    const auto error_of = [&](const Sum<Number>& sum) {
        return scale * (sum.bound(u) + of_total * sum.magnitude);
    };
    return bound_of<Number>(
        {scale * values.wx_wx, scale * values.wx_wrec, scale * values.wrec_wrec},
        {error_of(wx_wx), error_of(wx_wrec), error_of(wrec_wrec)});
}

/// The norms over the sequences of one row's p, p' and p'', the errors of each, and the row's
/// coefficients (RowHessian), at w_rec = r.
template <class Number>
struct RowNorms {
    Number p{}, slope{}, bend{}, target{};
    Number p_error{}, slope_error{}, bend_error{}, target_error{}, gamma{};
    Number A{}, E{}, H{}, D{}, G{};

    RowNorms(const Sequences& s, double wrec);
    CurvatureErrorBound at(double wx) const;
};

template <class Number>
RowNorms<Number>::RowNorms(const Sequences& s, double wrec) {
    const Number r(wrec), size = abs(r), two(2), unit(u);
    Number M{}, tt{};
    for (double m : s.weights) M += Number(m);
    std::vector<Number> ps(s.count), slopes(s.count), bends(s.count), parts(s.count);
    for (std::size_t i = 0; i < s.count; ++i) parts[i] = Number(s.weights[i]) / M;
    Number sum{}, derivative{}, second{};  // Σ_k ‖x_k‖·|r|^(T−k) and its derivatives
    StopCheck check(1024);
    for (std::size_t k = 0; k < s.length; ++k) {
        Number xx{}, pp{}, ss{}, bb{};
        for (std::size_t i = 0; i < s.count; ++i) {
            check();
            const Number x(s.inputs[i * s.length + k]), m = parts[i];
            bends[i] = r * bends[i] + two * slopes[i];
            slopes[i] = r * slopes[i] + ps[i];
            ps[i] = r * ps[i] + x;
            xx += m * x * x, pp += m * ps[i] * ps[i];
            ss += m * slopes[i] * slopes[i], bb += m * bends[i] * bends[i];
        }
        p = sqrt(pp), slope = sqrt(ss), bend = sqrt(bb);
        const auto step = [&](Number& error, Number carried, Number norm) {
            error = size * error + carried;
            error += unit * (norm + two * error);
        };
        step(bend_error, two * slope_error, bend);
        step(slope_error, p_error, slope);
        step(p_error, Number(0), p);
        second = size * second + two * derivative;
        derivative = size * derivative + sum;
        sum = size * sum + sqrt(xx);
    }
    for (std::size_t i = 0; i < s.count; ++i) {
        const Number m = parts[i], t(s.targets[i]);
        A += m * ps[i] * ps[i], E += m * ps[i] * slopes[i], H += m * t * slopes[i];
        D += m * (slopes[i] * slopes[i] + ps[i] * bends[i]), G += m * t * bends[i];
        tt += m * t * t;
    }
    target = sqrt(tt);
    // As for the loss (row_form_error_bound.cpp): the orthogonal compression moves data, too.
    const auto N = static_cast<double>(s.count), T = static_cast<double>(s.length);
    const bool compressed = N > 4 * (T + 1);
    const double rotation = compressed ? 4 * N * (T + 1) * u : 0;
    gamma = Number((compressed ? T + 1 : N) * u + 8 * u);
    target_error = Number(rotation) * target;
    const Number relative(2 * u + rotation);
    p_error += relative * sum, slope_error += relative * derivative,
        bend_error += relative * second;
}

template <class Number>
CurvatureErrorBound RowNorms<Number>::at(double wx) const {
    const Number two(2), x(wx), size = abs(x), few = Number(8 * u);
    /// Of mean a·b, from the norms and errors of a and b.
    const auto product = [&](Number a, Number a_error, Number b, Number b_error) {
        return a * b_error + b * a_error + a_error * b_error + gamma * a * b;
    };
    const Number of_A = product(p, p_error, p, p_error);
    const Number of_E = product(p, p_error, slope, slope_error);
    const Number of_H = product(target, target_error, slope, slope_error);
    const Number of_D =
        product(slope, slope_error, slope, slope_error) + product(p, p_error, bend, bend_error);
    const Number of_G = product(target, target_error, bend, bend_error);
    const Number e = two * x * E, d = x * D;
    return bound_of<Number>(
        {two * A, two * (e - H), two * x * (d - G)},
        {two * of_A + few * A, two * (two * size * of_E + of_H) + few * (abs(e) + abs(H)),
         two * size * (size * of_D + of_G) + few * size * (abs(d) + abs(G))});
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

CurvatureErrorBound bptt_curvature_bound(const Model& model, double wx, double wrec, bool plain) {
    const auto wide = [&] {
        return compare::recurrence_bound<evaluate::Scaled>(model, wx, wrec, false);
    };
    if (!plain) return wide();
    const CurvatureErrorBound bound = compare::recurrence_bound<double>(model, wx, wrec, true);
    // So small, the cell is evaluated in wide arithmetic for certain.
    const bool tiny = bound.larger + bound.error < 0x1p-901;
    return compare::is_finite(bound) && !tiny ? bound : wide();
}

RowCurvatureBound row_curvature_bound(const Sequences& merged, double wrec) {
    const compare::RowNorms<double> norms(merged, wrec);
    return [norms, merged = &merged, wrec,
            wide = std::optional<compare::RowNorms<evaluate::Scaled>>()](double wx) mutable {
        const CurvatureErrorBound bound = norms.at(wx);
        if (compare::is_finite(bound) && bound.error > 1e-280) return bound;
        if (!wide) wide.emplace(*merged, wrec);
        return wide->at(wx);
    };
}

}  // namespace gradscape
