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
#include <type_traits>
#include <vector>

#include "gradscape/error_bound.hpp"

namespace gradscape {
namespace {

constexpr double u = 0x1p-53;

/// The norms of one row r = w_rec; Number is double or, where that overflows, long double.
template <class Number>
struct RowNorms {
    Number p = 0, slope = 0, target = 0;        // P, P', τ
    Number p_error = 0, slope_error = 0;        // ε_p, ε_p'
    Number target_error = 0;                    // ε_t
    Number minimum = 0, u_star = 0, gamma = 0;  // √Lmin
    Number largest_wx = 0;

    PointErrorBound at(double wx) const;
};

template <class Number>
PointErrorBound RowNorms<Number>::at(double wx) const {
    const Number size = std::abs(Number(wx)), line = std::abs(wx - u_star) * p;
    const Number lambda = line + minimum, loss = line * line + minimum * minimum;
    // Of lo + j·step, in the lines and in the grid; rows beyond double take w_x from the grid.
    const Number wx_error = std::is_same_v<Number, double> ? 5 * u * largest_wx : 0;
    const Number rho = size * p_error + target_error + p * wx_error + 4 * gamma * target;
    const Number of_loss = 2 * lambda * rho + rho * rho + gamma * lambda * lambda;
    const Number of_wx = 2 * (p * rho + p_error * (lambda + rho) + gamma * p * lambda);
    const Number of_wrec = 2 * size *
                           (slope * (rho + 4 * gamma * target) + slope_error * (lambda + rho) +
                            gamma * slope * lambda);
    return {
        {static_cast<double>(of_loss), static_cast<double>(of_wx), static_cast<double>(of_wrec)},
        static_cast<double>(of_loss / loss)};
}

/// Σ_k ‖x_k‖·|r|^(T−k) and its derivative: bounds of ‖p‖ and ‖p'‖ in which nothing cancels.
template <class Number>
void add_horner_errors(const Sequences& s, Number r, Number relative, RowNorms<Number>& norms) {
    Number sum = 0, derivative = 0;
    for (std::size_t k = 0; k < s.length; ++k) {
        Number square = 0;
        for (std::size_t i = 0; i < s.count; ++i) {
            const Number x = s.inputs[i * s.length + k];
            square += s.weights[i] * x * x;
        }
        derivative = std::abs(r) * derivative + sum;
        sum = std::abs(r) * sum + std::sqrt(square / s.total_weight());
    }
    norms.p_error = relative * sum;
    norms.slope_error = relative * derivative;
}

template <class Number>
RowNorms<Number> norms_of(const Sequences& s, const Axis& wx, double wrec) {
    const Number r = wrec, M = s.total_weight();
    std::vector<Number> p(s.count);
    Number pp = 0, pt = 0, tt = 0, slopes = 0, residual = 0;
    for (std::size_t i = 0; i < s.count; ++i) {
        Number slope = 0;
        for (double x : s.inputs_of(i)) slope = r * slope + p[i], p[i] = r * p[i] + x;
        const Number m = s.weights[i] / M, t = s.targets[i];
        pp += m * p[i] * p[i], pt += m * p[i] * t, tt += m * t * t, slopes += m * slope * slope;
    }
    RowNorms<Number> norms;
    norms.u_star = pp > 0 ? pt / pp : 0;
    for (std::size_t i = 0; i < s.count; ++i) {
        const Number error = norms.u_star * p[i] - s.targets[i];
        residual += s.weights[i] / M * error * error;
    }
    norms.p = std::sqrt(pp), norms.slope = std::sqrt(slopes), norms.target = std::sqrt(tt);
    norms.minimum = std::sqrt(residual);
    norms.largest_wx = std::max(std::abs(wx.lo), std::abs(wx.hi));

    // As compress_for_rows does it: Householder's backward error, columnwise, on all blocks.
    const auto N = static_cast<Number>(s.count), T = static_cast<Number>(s.length);
    const bool compressed = N > 4 * (T + 1);
    const Number rotation = compressed ? 4 * N * (T + 1) * u : 0;
    norms.gamma = (compressed ? T + 1 : N) * u + 8 * u;
    norms.target_error = rotation * norms.target;
    add_horner_errors<Number>(s, r, (T + 2) * u + rotation, norms);
    return norms;
}

}  // namespace

RowErrorBound row_form_error_bound(const Sequences& merged, const Axis& wx, double wrec) {
    const auto norms = norms_of<double>(merged, wx, wrec);
    if (norms.at(wx.lo).is_finite() && norms.at(wx.hi).is_finite())
        return [norms](double at) { return norms.at(at); };
    return [wide = norms_of<long double>(merged, wx, wrec)](double at) { return wide.at(at); };
}

}  // namespace gradscape
