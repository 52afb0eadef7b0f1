// SPDX-License-Identifier: MIT
#include "host/evaluate/prepared_data.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape {

template <class Real>
DataArrays<Real>::DataArrays(const Sequences& sequences, double total, bool keep)
    : kept(keep ? &sequences : nullptr),
      count(static_cast<int>(sequences.count)),
      length(static_cast<int>(sequences.length)),
      total_weight(total) {
    constexpr std::size_t limit = std::numeric_limits<int>::max();
    if (sequences.count > limit || sequences.length > limit)
        throw InputError("more than 2147483647 sequences or time steps");
    if (keep) return;
    inputs.assign(sequences.inputs.begin(), sequences.inputs.end());
    targets.assign(sequences.targets.begin(), sequences.targets.end());
    weights.assign(sequences.weights.begin(), sequences.weights.end());
}

template struct DataArrays<float>;
template struct DataArrays<double>;

namespace {

double largest(const std::vector<double>& weights) {
    return weights.empty() ? 0 : std::ranges::max(weights);
}

}  // namespace

bool MergedSequences::would_equal(const Sequences& all) {
    const double most = largest(all.weights);
    return most >= 1 && most < 4 && count_distinct(all) == all.count;
}

MergedSequences::MergedSequences(const Sequences& all) {
    const auto scale = [this](Sequences& s, int exponent) {
        for (double& weight : s.weights) weight = std::ldexp(weight, exponent);
        weight_exponent -= exponent;
    };
    if (largest(all.weights) > 0x1p900) {  // merging adds them up
        Sequences smaller = all;
        scale(smaller, -900);
        sequences = merge_identical(smaller);
    } else {
        sequences = merge_identical(all);
    }
    // Powers of 4 keep the bits of the weights' roots, too (compress_for_rows).
    const double most = largest(sequences.weights);
    const int halves = most > 0 ? static_cast<int>(std::floor(std::ilogb(most) / 2.0)) : 0;
    if (halves != 0) scale(sequences, -2 * halves);
}

DataRange::DataRange(const Sequences& sequences) {
    bool any = false;
    for (double x : sequences.inputs) {
        const double size = std::abs(x);
        if (size == 0) continue;
        least_input = any ? std::min(least_input, size) : size;
        largest_input = any ? std::max(largest_input, size) : size;
        any = true;
    }
    for (double t : sequences.targets) largest_target = std::max(largest_target, std::abs(t));
    for (double m : sequences.weights) least_weight = std::min(least_weight, m);
}

bool DataRange::ordinary() const {
    constexpr double least = 1 / ordinary_limit;
    return least_input >= least && largest_input <= ordinary_limit && least_weight >= least &&
           largest_target <= ordinary_limit;
}

PlainRange::PlainRange(const DataRange& data, Precision precision) {
    struct Limits {
        double input, least_weight, least_drive, largest_drive, least_wrec, largest_wrec;
    };
    constexpr Limits f32{0x1p100, 0x1p-60, 0x1p-110, 0x1p44, 0x1p-80, 0x1p44},
        f64{0x1p900, 0x1p-500, 0x1p-900, 0x1p300, 0x1p-600, 0x1p300};
    const Limits& limits = precision == Precision::f32 ? f32 : f64;
    data_held_ = data.least_input >= 1 / limits.input && data.largest_input <= limits.input &&
                 data.least_weight >= limits.least_weight;
    // Of w_x itself and of every w_x·x.
    wx_ = {limits.least_drive / std::min(data.least_input, 1.0),
           limits.largest_drive / std::max(data.largest_input, 1.0)};
    wrec_ = {limits.least_wrec, limits.largest_wrec};
}

bool is_binary(const Sequences& sequences) {
    return std::all_of(sequences.inputs.begin(), sequences.inputs.end(),
                       [](double x) { return x == 0 || x == 1; });
}

bool can_be_compressed(const Sequences& sequences) {
    return sequences.count > 4 * (sequences.length + 1);
}

Sequences compress_for_rows(const Sequences& sequences) {
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto columns = static_cast<Eigen::Index>(sequences.length + 1);
    const auto count = static_cast<Eigen::Index>(sequences.count);
    if (!can_be_compressed(sequences)) return sequences;

    Matrix block(columns + 4 * columns, columns);  // the factor so far above the next rows
    Eigen::Index filled = 0;
    const auto reduce = [&] {
        check_stop();
        Eigen::HouseholderQR<Matrix> qr(block.topRows(filled));
        const Matrix factor =
            qr.matrixQR().topRows(columns).triangularView<Eigen::Upper>().toDenseMatrix();
        block.topRows(columns) = factor;
        filled = columns;
    };
    for (Eigen::Index i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const double root = std::sqrt(sequences.weights[index]);
        const auto x = sequences.inputs_of(index);
        for (Eigen::Index k = 0; k + 1 < columns; ++k)
            block(filled, k) = root * x[static_cast<std::size_t>(k)];
        block(filled, columns - 1) = root * sequences.targets[index];
        if (++filled == block.rows()) reduce();
    }
    if (filled > columns) reduce();

    Sequences small;
    small.count = static_cast<std::size_t>(columns);
    small.length = sequences.length;
    for (Eigen::Index i = 0; i < columns; ++i) {
        for (Eigen::Index k = 0; k + 1 < columns; ++k) small.inputs.push_back(block(i, k));
        small.targets.push_back(block(i, columns - 1));
        small.weights.push_back(1);
    }
    return small;
}

}  // namespace gradscape
