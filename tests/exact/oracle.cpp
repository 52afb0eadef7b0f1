// SPDX-License-Identifier: MIT
#include "tests/exact/oracle.hpp"

#include <algorithm>
#include <cmath>

namespace gradscape::exact {
namespace {

/// Exact for sums of doubles' products over 2000 binary orders; long sequences get what cancelling
/// to 10⁻¹⁰⁰ needs.
int bits_for(const Model& model) {
    return model.sequences.count * model.sequences.length <= 400 ? 2304 : 512;
}

Number activation(Activation activation, const Number& a) {
    switch (activation) {
        case Activation::tanh:
            return tanh(a);
        case Activation::sigmoid:
            return 1 / (1 + exp(-a));
        case Activation::relu:
            return a > 0 ? a : Number(0);
        case Activation::linear:
            break;
    }
    return a;
}

/// f'(a), from a itself: 1 − S² would cancel where S is next to 1.
Number slope(Activation activation, const Number& a) {
    switch (activation) {
        case Activation::tanh: {
            const Number s = sech(a);
            return s * s;
        }
        case Activation::sigmoid: {
            const Number e = exp(-abs(a));
            return e / ((1 + e) * (1 + e));
        }
        case Activation::relu:
            return a > 0 ? 1 : 0;
        case Activation::linear:
            break;
    }
    return 1;
}

/// One sequence forwards: a_k and S_k for k = 1…T at index k; S_0 the model's.
struct States {
    std::vector<Number> a, S;

    States(const Model& model, std::size_t i, const Number& wx, const Number& wrec) {
        const auto x = model.sequences.inputs_of(i);
        a.resize(x.size() + 1);
        S.resize(x.size() + 1);
        S[0] = model.initial_state;
        for (std::size_t k = 1; k <= x.size(); ++k) {
            a[k] = wx * x[k - 1] + wrec * S[k - 1];
            S[k] = activation(model.activation, a[k]);
        }
    }
};

/// A true value and how far rounding may have moved the computed one.
struct Rounded {
    Number value, error = 0;
};

class Rounding {
public:
    explicit Rounding(Roundoff roundoff) : unit_(roundoff.unit), smallest_(roundoff.smallest) {}

    Rounded of(const Number& value, const Number& carried = 0, double operations = 1) const {
        return value == 0 && carried == 0 ? Rounded{value, size_of(0)}
                                          : of_any(value, carried, operations);
    }
    /// Where a 0 is an underflow, too.
    Rounded of_any(const Number& value, const Number& carried, double operations = 1) const {
        return {value, size_of(carried) +
                           size_of(operations * unit_) * (size_of(value) + size_of(carried)) +
                           size_of(smallest_)};
    }
    Rounded multiply(const Rounded& a, const Rounded& b) const {
        if ((a.value == 0 && a.error == 0) || (b.value == 0 && b.error == 0)) return {0, 0};
        return of(a.value * b.value,
                  size_of(a.value) * b.error + size_of(b.value) * a.error + a.error * b.error);
    }
    Rounded add(const Rounded& a, const Rounded& b) const {
        return of(a.value + b.value, a.error + b.error);
    }
    double unit() const { return unit_; }

private:
    double unit_, smallest_;
};

/// The largest slope within a ± error times the error, at most all of f's range, and the few
/// roundings of f itself.
Rounded rounded_activation(const Rounding& round, Activation activation, const Rounded& a,
                           const Number& S) {
    switch (activation) {
        case Activation::relu:
            return {S, a.value < -a.error ? Number(0) : a.error};
        case Activation::linear:
            return {S, a.error};
        default:
            break;
    }
    const Number nearest = std::max(Number(0), size_of(a.value) - a.error);
    const Number range = activation == Activation::tanh ? 2 : 1;
    if (activation == Activation::tanh && S == 0 && a.error == 0) return {S, size_of(0)};
    return round.of_any(S, std::min(range, size_of(slope(activation, nearest)) * a.error), 4);
}

/// Computed from the rounded S, as 1 − S² or S(1 − S); at relu's kink 0 or 1.
Rounded rounded_slope(const Rounding& round, Activation activation, const Rounded& S,
                      const Number& f_prime) {
    const Number size = size_of(S.value), u = size_of(round.unit()), one = size_of(1);
    switch (activation) {
        case Activation::tanh:
            return round.of_any(f_prime,
                                std::min(one, (2 * size + S.error) * S.error + u * size * size));
        case Activation::sigmoid:
            return round.of_any(
                f_prime, std::min(one, (size_of(1 - 2 * S.value) + S.error) * S.error + u * size));
        case Activation::relu:
            return {f_prime, S.error > 0 && S.value <= S.error ? 1 : 0};
        case Activation::linear:
            break;
    }
    return {1, 0};
}

/// Terms added one after the other.
class RunningSum {
public:
    explicit RunningSum(const Rounding& round) : unit_(round.unit()) {}
    void add(const Rounded& term) {
        terms_ += 1;
        errors_ += term.error;
        sizes_ += size_of(term.value) + term.error;
    }
    Number error() const { return errors_ + size_of(terms_ * unit_) * sizes_; }

private:
    double unit_, terms_ = 0;
    Number errors_ = size_of(0), sizes_ = size_of(0);
};

Number total_weight(const Model& model) {
    Number M = 0;
    for (double m : model.sequences.weights) M += m;
    return M;
}

}  // namespace

Number Point::of(Field field) const {
    switch (field) {
        case Field::loss:
            return value.loss;
        case Field::grad_wx:
            return value.grad_wx;
        case Field::grad_wrec:
            return value.grad_wrec;
        case Field::grad_norm:
            return sqrt(value.grad_wx * value.grad_wx + value.grad_wrec * value.grad_wrec);
        case Field::log10_loss:
            return log10(value.loss);
        case Field::sharpness:
            return curvature.largest;
        case Field::curvature_min:
            return curvature.smallest;
        case Field::condition: {
            const Number a = abs(curvature.largest), b = abs(curvature.smallest);
            // Of no curvature at all, too, as of any singular Hessian, it is infinite.
            return std::min(a, b) == 0 ? Number(1) / Number(0) : std::max(a, b) / std::min(a, b);
        }
        case Field::train_loss:
        case Field::train_steps:
        case Field::train_wx:
        case Field::train_wrec:
            break;  // of a run, not of a point
    }
    return 0 / Number(0);
}

namespace {

/// f''(a).
Number bend(Activation activation, const Number& a) {
    switch (activation) {
        case Activation::tanh:
            return -2 * tanh(a) * slope(activation, a);
        case Activation::sigmoid:
            return slope(activation, a) * (1 - 2 / (1 + exp(-a)));
        case Activation::relu:
        case Activation::linear:
            break;
    }
    return 0;
}

/// A number with its first and second derivatives by w_x and w_rec.
template <class T>
struct Jet {
    T value = 0, x = 0, r = 0, xx = 0, xr = 0, rr = 0;
};

Curvature eigenvalues(const Number& a, const Number& b, const Number& c) {
    const Number mean = (a + c) / 2, difference = (a - c) / 2;
    const Number radius = sqrt(difference * difference + b * b);
    return {mean + radius, mean - radius};
}

Curvature curvature_of(const Model& model, const Number& w_x, const Number& w_rec) {
    const Sequences& s = model.sequences;
    Number a, b, c;
    for (std::size_t i = 0; i < s.count; ++i) {
        Jet<Number> S{model.initial_state};
        for (double x : s.inputs_of(i)) {
            const Jet<Number> in{w_x * x + w_rec * S.value, w_rec * S.x + x,
                                 w_rec * S.r + S.value,     w_rec * S.xx,
                                 w_rec * S.xr + S.x,        w_rec * S.rr + 2 * S.r};
            const Number first = slope(model.activation, in.value),
                         second = bend(model.activation, in.value);
            S = {activation(model.activation, in.value),
                 first * in.x,
                 first * in.r,
                 second * in.x * in.x + first * in.xx,
                 second * in.x * in.r + first * in.xr,
                 second * in.r * in.r + first * in.rr};
        }
        const Number m = s.weights[i], error = S.value - s.targets[i];
        a += m * (S.x * S.x + error * S.xx);
        b += m * (S.x * S.r + error * S.xr);
        c += m * (S.r * S.r + error * S.rr);
    }
    const Number scale = 2 / total_weight(model);
    return eigenvalues(scale * a, scale * b, scale * c);
}

}  // namespace

Number curvature_rounding(const Model& model, double wx, double wrec) {
    const PrecisionScope precision(bits_for(model));
    const Rounding round(Roundoff::of(Precision::f64));
    const Sequences& s = model.sequences;
    const Rounded w_x = round.of(wx), w_rec = round.of(wrec), none{0, size_of(0)};
    RunningSum a(round), b(round), c(round);
    Number sizes = size_of(0);
    for (std::size_t i = 0; i < s.count; ++i) {
        Jet<Rounded> S{round.of(model.initial_state), none, none, none, none, none};
        for (double value : s.inputs_of(i)) {
            const Rounded x = round.of(value);
            const auto rec = [&](const Rounded& of) { return round.multiply(w_rec, of); };
            const Jet<Rounded> in{round.add(round.multiply(w_x, x), rec(S.value)),
                                  round.add(rec(S.x), x),
                                  round.add(rec(S.r), S.value),
                                  rec(S.xx),
                                  round.add(rec(S.xr), S.x),
                                  round.add(rec(S.rr), round.add(S.r, S.r))};
            const Number state = activation(model.activation, in.value.value);
            S.value = rounded_activation(round, model.activation, in.value, state);
            const Rounded first = rounded_slope(round, model.activation, S.value,
                                                slope(model.activation, in.value.value));
            const Number f_second = bend(model.activation, in.value.value);
            // From S and f', as −2·S·f' or f'·(1 − 2·S).
            const Rounded second = round.of(f_second,
                                            2 * (size_of(S.value.value) + 1) * first.error +
                                                2 * size_of(first.value) * S.value.error,
                                            3);
            const auto bent = [&](const Rounded& by_a, const Rounded& by_b, const Rounded& both) {
                return round.add(round.multiply(round.multiply(second, by_a), by_b),
                                 round.multiply(first, both));
            };
            S.xx = bent(in.x, in.x, in.xx);
            S.xr = bent(in.x, in.r, in.xr);
            S.rr = bent(in.r, in.r, in.rr);
            S.x = round.multiply(first, in.x), S.r = round.multiply(first, in.r);
        }
        const Rounded m = round.of(s.weights[i]),
                      error = round.add(S.value, round.of(-s.targets[i]));
        const auto term = [&](const Rounded& by_a, const Rounded& by_b, const Rounded& both) {
            return round.multiply(
                m, round.add(round.multiply(by_a, by_b), round.multiply(error, both)));
        };
        for (const Rounded& part :
             {term(S.x, S.x, S.xx), term(S.x, S.r, S.xr), term(S.r, S.r, S.rr)})
            sizes += size_of(part.value);
        a.add(term(S.x, S.x, S.xx)), b.add(term(S.x, S.r, S.xr)), c.add(term(S.r, S.r, S.rr));
    }
    const Number M = size_of(total_weight(model));
    return 2 * (a.error() + b.error() + c.error() + size_of(round.unit()) * sizes) / M;
}

Point evaluate(const Model& model, double wx, double wrec) {
    const PrecisionScope precision(bits_for(model));
    const Sequences& s = model.sequences;
    const Number w_x = wx, w_rec = wrec, M = total_weight(model);
    Point point;
    point.state_gradients.resize(s.length + 1);
    for (std::size_t i = 0; i < s.count; ++i) {
        const States states(model, i, w_x, w_rec);
        const Number m = s.weights[i], error = states.S.back() - s.targets[i];
        point.value.loss += m * error * error;
        Number G = 2 * error;
        for (std::size_t k = s.length; k >= 1; --k) {
            point.state_gradients[k] += m * G;
            const Number D = G * slope(model.activation, states.a[k]);
            point.value.grad_wx += m * D * s.inputs_of(i)[k - 1];
            point.value.grad_wrec += m * D * states.S[k - 1];
            G = D * w_rec;
        }
        point.state_gradients[0] += m * G;
    }
    auto& [loss, grad_wx, grad_wrec] = point.value;
    loss = loss / M, grad_wx = grad_wx / M, grad_wrec = grad_wrec / M;
    point.curvature = curvature_of(model, w_x, w_rec);
    return point;
}

RoundingErrors bptt_rounding(const Model& model, double wx, double wrec, Roundoff roundoff) {
    const PrecisionScope precision(bits_for(model));
    const Rounding round(roundoff);
    const Sequences& s = model.sequences;
    const Rounded w_x = round.of(wx), w_rec = round.of(wrec);
    RunningSum loss(round), grad_wx(round), grad_wrec(round);
    std::vector<RunningSum> by_state(s.length + 1, RunningSum(round));
    for (std::size_t i = 0; i < s.count; ++i) {
        const auto x = s.inputs_of(i);
        const States states(model, i, w_x.value, w_rec.value);
        std::vector<Rounded> S(s.length + 1);
        S[0] = round.of(model.initial_state);
        for (std::size_t k = 1; k <= s.length; ++k)
            S[k] = rounded_activation(
                round, model.activation,
                round.add(round.multiply(w_x, round.of(x[k - 1])), round.multiply(w_rec, S[k - 1])),
                states.S[k]);
        const Rounded m = round.of(s.weights[i]);
        const Rounded error = round.add(S.back(), round.of(-s.targets[i]));
        loss.add(round.multiply(m, round.multiply(error, error)));
        Rounded G{2 * error.value, 2 * error.error};
        for (std::size_t k = s.length; k >= 1; --k) {
            by_state[k].add(round.multiply(m, G));
            const Rounded D = round.multiply(
                G,
                rounded_slope(round, model.activation, S[k], slope(model.activation, states.a[k])));
            grad_wx.add(round.multiply(m, round.multiply(D, round.of(x[k - 1]))));
            grad_wrec.add(round.multiply(m, round.multiply(D, S[k - 1])));
            G = round.multiply(D, w_rec);
        }
        by_state[0].add(round.multiply(m, G));
    }
    const Number M = size_of(total_weight(model));
    RoundingErrors errors{{loss.error() / M, grad_wx.error() / M, grad_wrec.error() / M}, {}};
    for (const RunningSum& sum : by_state) errors.state_gradients.push_back(sum.error());
    return errors;
}

Sums row_form_rounding(const Sequences& sequences, const Axis& axis, double wx, double wrec) {
    const Sequences s = merge_identical(sequences);
    const PrecisionScope precision(bits_for({s, Activation::linear}));
    const Rounding round({});
    const Number u = size_of(round.unit()), r = wrec, M = total_weight({s, Activation::linear});
    const Rounded rounded_r{r, size_of(0)};
    Number pp, ss, tt, ee, p_errors, slope_errors;  // Σ m·(…)²
    for (std::size_t i = 0; i < s.count; ++i) {
        Rounded p{0, size_of(0)}, slope{0, size_of(0)};
        for (double x : s.inputs_of(i)) {
            slope = round.add(round.multiply(rounded_r, slope), p);
            p = round.add(round.multiply(rounded_r, p), {x, size_of(0)});
        }
        const Number m = s.weights[i], t = s.targets[i], e = wx * p.value - t;
        pp += m * p.value * p.value, ss += m * slope.value * slope.value;
        tt += m * t * t, ee += m * e * e;
        p_errors += m * p.error * p.error, slope_errors += m * slope.error * slope.error;
    }
    const auto norm = [&](const Number& sum) { return size_of(sqrt(sum / M)); };
    const auto n = static_cast<double>(s.count), T = static_cast<double>(s.length);
    const bool compressed = n > 4 * (T + 1);
    const Number P = norm(pp), slope = norm(ss), target = norm(tt), lambda = norm(ee);
    const Number rotation = compressed ? size_of(n * (T + 1)) * u : size_of(0);
    const Number gamma = size_of(compressed ? T + 1 : n) * u, size = size_of(wx);
    Number sizes = size_of(0);  // Σ_k ‖x_k‖·|r|^(T−k), which a rotation moves by its part
    Number slopes = size_of(0);
    for (std::size_t k = 0; k < s.length; ++k) {
        Number square = size_of(0);
        for (std::size_t i = 0; i < s.count; ++i) {
            const Number x = size_of(s.inputs[i * s.length + k]);
            square += size_of(s.weights[i]) * x * x;
        }
        slopes = size_of(r) * slopes + sizes;
        sizes = size_of(r) * sizes + sqrt(square / size_of(M));
    }
    const Number of_p = norm(p_errors) + rotation * sizes;
    const Number of_slope = norm(slope_errors) + rotation * slopes;
    const Number far = size_of(std::max(std::abs(axis.lo), std::abs(axis.hi)));
    const Number rho = size * of_p + rotation * target + u * far * P + gamma * target;
    return {
        2 * lambda * rho + rho * rho + gamma * lambda * lambda,
        2 * (P * rho + of_p * (lambda + rho) + gamma * P * lambda),
        2 * size *
            (slope * (rho + gamma * target) + of_slope * (lambda + rho) + gamma * slope * lambda)};
}

}  // namespace gradscape::exact
