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
