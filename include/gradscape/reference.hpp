// The reference: loss and gradients at one point of the plane (w_x, w_rec), by the formulas of the
// model written out as plain loops in double. Slow, single-threaded, and sharing no code with the
// fast evaluators, so that a comparison with it means something. Where double overflows, the
// computation is repeated with a wider exponent: a result is ±inf only where the true value exceeds
// double, and never NaN.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/evaluate.hpp"

namespace gradscape {

/// Loss and gradient at one point, or an error of each of them.
struct PointGradient {
    double loss = 0, grad_wx = 0, grad_wrec = 0;
    bool operator==(const PointGradient&) const = default;
};

PointGradient reference_gradient(const Model& model, double wx, double wrec);

/// The eigenvalues of the Hessian of the loss over (w_x, w_rec).
struct PointCurvature {
    double sharpness = 0;      ///< the largest
    double curvature_min = 0;  ///< the smallest
    double condition = 0;      ///< |largest| / |smallest| by magnitude; +inf where that is 0
};
PointCurvature reference_curvature(const Model& model, double wx, double wrec);

/// log10 of the loss, finite also where the loss itself leaves the range of double.
double reference_log10_loss(const Model& model, double wx, double wrec);

/// Σ_i m_i G_i,k for k = 0…T: the gradient of the summed squared errors by the state S_k.
std::vector<double> reference_state_gradients(const Model& model, double wx, double wrec);

/// The same where they leave the range of double: ±∞ and ±0 there, with log10 of the magnitudes, −∞
/// for 0.
struct ScaledStateGradients {
    std::vector<double> values, log10_magnitudes;
};
ScaledStateGradients reference_scaled_state_gradients(const Model& model, double wx, double wrec);

/// The outputs y_i.
std::vector<double> reference_outputs(const Model& model, double wx, double wrec);

/// How far rounding alone can move the results of backpropagation through time, in any order of
/// summation, when each operation has relative error ≤ `unit_roundoff` (2⁻²⁴ for float, 2⁻⁵³ for
/// double): an absolute bound for each. It grows with the magnitudes of the terms, not of the
/// results, so it stays honest where the terms cancel.
PointGradient reference_error_bound(const Model& model, double wx, double wrec,
                                    double unit_roundoff);

}  // namespace gradscape
