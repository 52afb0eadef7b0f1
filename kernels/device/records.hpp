// The sequences as BPTT's and training's kernels read them: a record has the inputs of one, its
// target and its weight, one after the other as values of the kernel's type, whole vectors long.
// Inputs that are 0 or 1 need no other form: a product with them costs what choosing would. Plain
// arithmetic, so that it can be tested without a device.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

#include "gradscape/core/bptt.hpp"

namespace gradscape::kernels {

/// How the inputs lie in a record.
enum class RecordLayout {
    padded,  ///< behind as many zeros as fill a length that kernels unroll: f is cheap, and the
             ///< steps of zeros leave every sum as it is, unless a gradient overflows
    shared,  ///< from the first one that counts, with zeros behind; states are shared
    whole    ///< from the first one that counts, for chunks
};

/// Steps that a kernel unrolls, its states in registers; chunks of the larger serve all other T.
inline constexpr int short_record = 10, long_record = 16;

inline RecordLayout record_layout(int length, bool cheap, bool from_zero) {
    if (length > long_record || (cheap && !from_zero)) return RecordLayout::whole;
    return cheap ? RecordLayout::padded : RecordLayout::shared;
}

/// Values of a 16-byte vector.
template <class Real>
inline constexpr unsigned vector_size = 16 / sizeof(Real);

/// Values of a record that has `length` inputs.
template <class Real>
GRADSCAPE_HD constexpr int record_size(int length) {
    constexpr int vector = static_cast<int>(vector_size<Real>);
    return (length + 2 + vector - 1) / vector * vector;
}

template <class Real>
struct Records {
    RecordLayout layout;
    int length;                ///< inputs of a record
    std::vector<Real> values;  ///< count × record_size
    std::vector<Steps> steps;  ///< count
};

/// In the order of the sequences.
template <class Real>
Records<Real> records_of(const OrderedSequences<Real>& data, RecordLayout layout) {
    const SequenceView<Real>& all = data.all;
    const int length = layout == RecordLayout::whole ? all.length
                       : all.length > short_record   ? long_record
                                                     : short_record;
    const auto size = static_cast<std::size_t>(record_size<Real>(length));
    const auto count = static_cast<std::size_t>(all.count);
    Records<Real> made{layout, length, std::vector<Real>(count * size), {}};
    made.steps.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const SequencePlace place = data.order[i];
        const int own = all.length - place.zeros;
        Real* const record = made.values.data() + i * size;
        const Real* const inputs = all.inputs_of(place.sequence);
        const bool padded = layout == RecordLayout::padded;
        std::copy(inputs + place.zeros, inputs + all.length, record + (padded ? length - own : 0));
        record[length] = all.targets[place.sequence];
        record[length + 1] = all.weights[place.sequence];
        made.steps.push_back({layout == RecordLayout::shared ? place.shared : 0, own});
    }
    return made;
}

}  // namespace gradscape::kernels
