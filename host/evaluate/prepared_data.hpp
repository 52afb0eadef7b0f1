// The sequences as the fast evaluators read them: merged, as float or double arrays, and for the
// row form compressed to at most a few times T + 1 sequences.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/core/row_form.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape {

template <class Real>
struct DataArrays {
    std::vector<Real> inputs, targets, weights;
    int count, length;
    double total_weight;

    /// `total_weight`: M of the loss's 1/M, which compression keeps from the original data.
    DataArrays(const Sequences& sequences, double total);

    SequenceView<Real> view() const {
        return {inputs.data(), targets.data(), weights.data(),
                count,         length,         static_cast<Real>(1 / total_weight)};
    }
};

/// Every input is 0 or 1.
bool is_binary(const Sequences& sequences);

/// Merged sequences in the form that row_form.hpp reads. More than 4·(T + 1) of them are replaced
/// by the triangular factor of the QR decomposition of √m·[X | t], T + 1 sequences of weight 1:
/// orthogonal maps keep Σ m (y − t)² and its gradient. Of the weights, only the part in [1, 4) is
/// left; the rest, a power of 4, is in inputs and targets. All scaling is by powers of two.
class RowArrays {
public:
    explicit RowArrays(const Sequences& merged);

    int count() const { return arrays_.count; }
    RowData view() const { return {arrays_.view(), scale_}; }

private:
    struct Scaled;
    static Scaled compressed(const Sequences& merged);
    static Scaled with_small_weights(const Sequences& merged);
    RowArrays(Scaled scaled, double total);

    DataArrays<double> arrays_;
    RowScale scale_;
};

AxisView axis_view(const Axis& wx);

}  // namespace gradscape
