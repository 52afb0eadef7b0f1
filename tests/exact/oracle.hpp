// The third text of the mathematics: the model's formulas (docs/mathematics.md) in thousands of
// bits, and beside them what rounding can do to them. Only tests use it: it takes milliseconds a
// cell.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <vector>

#include "gradscape/evaluate.hpp"
#include "tests/exact/number.hpp"

namespace gradscape::exact {

/// The arithmetic whose roundings are estimated: each operation errs by u of its result, or, below
/// the normal numbers, by the smallest one.
struct Roundoff {
    double unit = 0x1p-53, smallest = 0x1p-1074;

    static Roundoff of(Precision precision) {
        return precision == Precision::f32 ? Roundoff{0x1p-24, 0x1p-149} : Roundoff{};
    }
};

/// Loss and gradient, or an error of each.
struct Sums {
    Number loss, grad_wx, grad_wrec;
};

/// The eigenvalues of the Hessian, or an error of either.
struct Curvature {
    Number largest, smallest;
};

struct Point {
    Sums value;
    Curvature curvature;
    /// Σ m_i G_i,k, k = 0…T, as Trace::sums has them.
    std::vector<Number> state_gradients;

    /// Loss, gradients, curvature and what follows from them; log10 0 = −inf.
    Number of(Field field) const;
};

/// The true values, with the data and weights taken as exact doubles.
Point evaluate(const Model& model, double wx, double wrec);

/// What the roundings of one backpropagation through time in the given arithmetic can amount to:
/// the local error of every operation carried to the results by the true derivatives (a running
/// error analysis in exact arithmetic), sums taken one term after the other.
struct RoundingErrors {
    Sums of;
    std::vector<Number> state_gradients;
};
RoundingErrors bptt_rounding(const Model& model, double wx, double wrec, Roundoff roundoff);

/// What the roundings of the second-order recurrences in double can amount to, for either
/// eigenvalue: the local errors carried to the entries of the Hessian.
Number curvature_rounding(const Model& model, double wx, double wrec);

/// The same of the row form's coefficients in double (docs/numerics.md, "The row form"), the errors
/// of Horner's rule running along with it, the rest in exact norms over the sequences.
Sums row_form_rounding(const Sequences& sequences, const Axis& axis, double wx, double wrec);

}  // namespace gradscape::exact
