// The sequences as the fast evaluators read them: merged, as float or double arrays, and for the
// row form compressed to at most a few times T + 1 sequences.
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <vector>

#include "gradscape/core/cell.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape {

template <class Real>
struct DataArrays {
    std::vector<Real> inputs, targets, weights;
    const Sequences* kept = nullptr;  ///< in place of vectors: doubles need no copy
    int count, length;
    double total_weight;

    /// `total_weight`: M of the loss's 1/M, which compression keeps from the original data. A copy,
    /// or, with `keep`, the sequences themselves, which must outlive this then.
    DataArrays(const Sequences& sequences, double total, bool keep = false);

    SequenceView<Real> view() const {
        const auto scale = static_cast<Real>(1 / total_weight);
        if constexpr (std::is_same_v<Real, double>)
            if (kept)
                return {kept->inputs.data(),
                        kept->targets.data(),
                        kept->weights.data(),
                        count,
                        length,
                        scale};
        return {inputs.data(), targets.data(), weights.data(), count, length, scale};
    }
};

/// Every input is 0 or 1.
bool is_binary(const Sequences& sequences);

/// Whether compress_for_rows gives anything else than the sequences: few stay as they are, so that
/// exact cases stay exact.
bool can_be_compressed(const Sequences& sequences);

/// For the linear cell: the triangular factor R of the QR decomposition of √m·[X | t] in place of
/// the sequences, where there are many more of them than T + 1. Orthogonal maps keep Σ m (y − t)²
/// and its gradient. Weights of the result are 1.
Sequences compress_for_rows(const Sequences& sequences);

}  // namespace gradscape
