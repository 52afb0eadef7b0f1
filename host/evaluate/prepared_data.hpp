// The sequences as the fast evaluators read them: merged, as float or double arrays, and for the
// row form compressed to at most a few times T + 1 sequences.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/curvature.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape::evaluate {

template <class Real>
struct DataArrays {
    std::vector<Real> inputs, targets, weights;
    const Sequences* kept = nullptr;  ///< in place of vectors: doubles need no copy
    int count, length;
    double total_weight;
    Real initial_state = 0;

    /// `total_weight`: M of the loss's 1/M, which compression keeps from the original data. A copy,
    /// or, with `keep`, the sequences themselves, which must outlive this then.
    DataArrays(const Sequences& sequences, double total, bool keep = false);
    /// From S_0; −0 is 0.
    DataArrays from(double state) && {
        initial_state = static_cast<Real>(state + 0.0);
        return std::move(*this);
    }

    SequenceView<Real> view() const {
        const auto scale = static_cast<Real>(1 / total_weight);
        if constexpr (std::is_same_v<Real, double>)
            if (kept)
                return {kept->inputs.data(),
                        kept->targets.data(),
                        kept->weights.data(),
                        count,
                        length,
                        scale,
                        initial_state};
        return {inputs.data(), targets.data(), weights.data(), count, length, scale, initial_state};
    }
};

/// Identical sequences merged, all weights times one power of 4, so that the largest is in [1, 4):
/// loss and gradients are means, and the scaling is exact. Neither sums of weights nor 1/M can
/// leave the range of float then.
struct MergedSequences {
    Sequences sequences;
    int weight_exponent = 0;  ///< m = weight · 2^weight_exponent

    explicit MergedSequences(const Sequences& all);
    /// Whether there is nothing to merge or to scale.
    static bool would_equal(const Sequences& all);
};

/// Magnitudes of prepared sequences, zeros left out, and of their initial state.
struct DataRange {
    double least_input = 1, largest_input = 1, least_weight = 1, largest_target = 0;
    double initial_state = 0;

    explicit DataRange(const Sequences& sequences, double state = 0);
    /// CarefulData::ordinary
    bool ordinary() const;
};

/// The weights for which BPTT in plain float or double arithmetic meets neither an overflow that
/// could go unseen (relu makes −∞ and NaN 0, tanh and the logistic function make ∞ 1) nor an
/// underflow that could grow into more than rounding. Elsewhere cells are evaluated carefully.
/// docs/numerics.md has the reasons for the limits.
class PlainRange {
public:
    PlainRange(const DataRange& data, Precision precision);

    /// With the sequences, as doubles.
    CurvatureData with(const OrderedSequences<double>& sequences) const {
        return {sequences, data_held_, wx_.least, wx_.largest, wrec_.least, wrec_.largest};
    }
    bool has_wx(double wx) const { return data_held_ && (wx == 0 || wx_.holds(wx)); }
    bool has_wrec(double wrec) const { return data_held_ && (wrec == 0 || wrec_.holds(wrec)); }
    /// By value of an axis: 1 inside, else 0.
    template <class Flag>
    std::vector<Flag> flags_wx(const std::vector<double>& axis) const {
        std::vector<Flag> flags;
        for (double wx : axis) flags.push_back(has_wx(wx));
        return flags;
    }
    template <class Flag>
    std::vector<Flag> flags_wrec(const std::vector<double>& axis) const {
        std::vector<Flag> flags;
        for (double wrec : axis) flags.push_back(has_wrec(wrec));
        return flags;
    }

private:
    struct Magnitudes {
        double least, largest;
        bool holds(double value) const {
            return std::abs(value) >= least && std::abs(value) <= largest;
        }
    };
    bool data_held_;
    Magnitudes wx_, wrec_;
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

}  // namespace gradscape::evaluate
