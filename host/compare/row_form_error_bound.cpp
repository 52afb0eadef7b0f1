// A priori error analysis of the row form, in norms over the sequences, ‖v‖² = (1/M) Σ m_i v_i²
// (docs/numerics.md). Horner's rule with fma, and the orthogonal compression where there is one,
// move p and p' by at most ε_p and ε_p'; all else is as if computed from those data, but for
// γ = n·u in sums of n terms. With λ = √L, P = ‖p‖, P' = ‖p'‖, τ = ‖t‖ (so |u*|·P ≤ τ):
//
//     ρ = |w_x|·ε_p + ε_t + P·δw_x + 4γτ         what the errors w_x·p − t are off by
//     L: 2λρ + ρ² + γλ²    dL/dw_x: 2(P·ρ + ε_p·(λ + ρ) + γPλ)
//     dL/dw_rec: 2·|w_x|·(P'·(ρ + 4γτ) + ε_p'·(λ + ρ) + γP'λ)
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "host/common/scaled.hpp"

namespace gradscape::compare {
namespace {

constexpr double u = 0x1p-53;
using std::abs, std::sqrt;

/// The norms of one row r = w_rec; Number is double or, where that does not hold them, Scaled.
template <class Number>
struct RowNorms {
    Number p{}, slope{}, target{};        // P, P', τ
    Number p_error{}, slope_error{};      // ε_p, ε_p'
    Number target_error{};                // ε_t
    Number minimum{}, u_star{}, gamma{};  // √Lmin
    Number wx_error{};                    // of lo + j·step, in the lines and in the grid

    PointErrorBound at(double wx) const;
    template <class To>
    RowNorms<To> to() const {
        return {To(p),       To(slope),  To(target), To(p_error), To(slope_error), To(target_error),
                To(minimum), To(u_star), To(gamma),  To(wx_error)};
    }
};

template <class Number>
PointErrorBound RowNorms<Number>::at(double wx) const {
    const Number zero(0), two(2), four_gamma = Number(4) * gamma;
    const Number size = abs(Number(wx)), line = abs(Number(wx) - u_star) * p;
    const Number lambda = line + minimum, loss = line * line + minimum * minimum;
    const Number rho = size * p_error + target_error + p * wx_error + four_gamma * target;
    const Number of_loss = two * lambda * rho + rho * rho + gamma * lambda * lambda;
    const Number of_wx = two * (p * rho + p_error * (lambda + rho) + gamma * p * lambda);
    const Number of_wrec = two * size *
                           (slope * (rho + four_gamma * target) + slope_error * (lambda + rho) +
                            gamma * slope * lambda);
    const double relative = zero < loss      ? static_cast<double>(of_loss / loss)
                            : zero < of_loss ? std::numeric_limits<double>::infinity()
                                             : 0;
    return {
        {static_cast<double>(of_loss), static_cast<double>(of_wx), static_cast<double>(of_wrec)},
        relative};
}

/// The polynomials p and p' of every sequence by Horner's rule, and what that rule's roundings and
/// a relative error of the data move them by, in norm. A step rounds once, by at most u·‖p_k‖
/// (which knows what has cancelled), and multiplies the errors so far by |r|: small |r| forget
/// them.
template <class Number>
struct Horner {
    std::vector<Number> p, slope;
    Number error{}, slope_error{};  ///< of roundings
    Number sum{}, derivative{};  ///< Σ_k ‖x_k‖·|r|^(T−k) and its derivative: nothing cancels

    Horner(const Sequences& s, const std::vector<Number>& parts, Number r)
        : p(s.count), slope(s.count) {
        const Number rounding(u), twice(2);
        StopCheck check(1024);
        for (std::size_t k = 0; k < s.length; ++k) {
            Number xx{}, pp{}, slopes{};
            for (std::size_t i = 0; i < s.count; ++i) {
                check();
                const Number x(s.inputs[i * s.length + k]), m = parts[i];
                slope[i] = r * slope[i] + p[i], p[i] = r * p[i] + x;
                xx += m * x * x, pp += m * p[i] * p[i], slopes += m * slope[i] * slope[i];
            }
            // The norms themselves are computed from rounded p: hence the errors in the brackets.
            slope_error = abs(r) * slope_error + error;
            slope_error += rounding * (sqrt(slopes) + twice * slope_error);
            error = abs(r) * error;
            error += rounding * (sqrt(pp) + twice * error);
            derivative = abs(r) * derivative + sum;
            sum = abs(r) * sum + sqrt(xx);
        }
    }
};

/// 0 or far from the ends of double even when squared.
template <class Number>
bool is_moderate(Number size) {
    return !(Number(0x1p300) < size) && (!(size < Number(0x1p-300)) || !(Number(0) < size));
}

template <class Number>
RowNorms<Number> norms_of(const Sequences& s, const Axis& wx, double wrec) {
    const Number zero(0);
    std::vector<Number> parts(s.count);  // m_i/M
    Number M{}, pp{}, pt{}, tt{}, slopes{}, residual{};
    for (double m : s.weights) M += Number(m);
    for (std::size_t i = 0; i < s.count; ++i) parts[i] = Number(s.weights[i]) / M;
    const Horner<Number> lines(s, parts, Number(wrec));
    const auto& p = lines.p;
    for (std::size_t i = 0; i < s.count; ++i) {
        const Number m = parts[i], t(s.targets[i]), slope = lines.slope[i];
        pp += m * p[i] * p[i], pt += m * p[i] * t, tt += m * t * t, slopes += m * slope * slope;
    }
    RowNorms<Number> norms;
    if (zero < pp) norms.u_star = pt / pp;
    for (std::size_t i = 0; i < s.count; ++i) {
        const Number error = norms.u_star * p[i] - Number(s.targets[i]);
        residual += parts[i] * error * error;
    }
    norms.p = sqrt(pp), norms.slope = sqrt(slopes), norms.target = sqrt(tt);
    norms.minimum = sqrt(residual);
    // Only rows that are held by double have lines; the others take w_x from the grid.
    if (is_moderate(norms.p) && is_moderate(norms.slope) && is_moderate(norms.target))
        norms.wx_error = Number(5 * u) * Number(std::max(std::abs(wx.lo), std::abs(wx.hi)));

    // As RowArrays does it: Householder's backward error, columnwise, on all blocks.
    const auto N = static_cast<double>(s.count), T = static_cast<double>(s.length);
    const bool compressed = N > 4 * (T + 1);
    const double rotation = compressed ? 4 * N * (T + 1) * u : 0;
    norms.gamma = Number((compressed ? T + 1 : N) * u + 8 * u);
    norms.target_error = Number(rotation) * norms.target;
    const Number relative(2 * u + rotation);
    norms.p_error = lines.error + relative * lines.sum;
    norms.slope_error = lines.slope_error + relative * lines.derivative;
    return norms;
}

/// Double holds the norms of a row, and nothing that they are made of has underflowed unseen.
bool holds(const RowNorms<double>& norms, const Sequences& s) {
    const auto all_moderate = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(),
                           [](double x) { return is_moderate(std::abs(x)); });
    };
    const bool norms_held = is_moderate(norms.p) && norms.p > 0 && is_moderate(norms.slope) &&
                            (norms.slope > 0 || s.length == 1) && is_moderate(norms.target) &&
                            std::isfinite(norms.minimum) && std::isfinite(norms.slope_error);
    return norms_held && all_moderate(s.inputs) && all_moderate(s.targets) &&
           all_moderate(s.weights);
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

RowErrorBound row_form_error_bound(const Sequences& merged, const Axis& wx, double wrec) {
    const auto norms = compare::norms_of<double>(merged, wx, wrec);
    if (!compare::holds(norms, merged))
        return [wide = compare::norms_of<common::Scaled>(merged, wx, wrec)](double at) {
            return wide.at(at);
        };
    return [norms](double at) {
        const PointErrorBound bound = norms.at(at);
        const auto& [loss, grad_wx, grad_wrec] = bound.absolute;
        const bool held = bound.is_finite() && std::min({loss, grad_wx, grad_wrec}) > 1e-280;
        return held ? bound : norms.to<common::Scaled>().at(at);
    };
}

}  // namespace gradscape
