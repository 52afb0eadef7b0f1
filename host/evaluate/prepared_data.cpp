// SPDX-License-Identifier: MIT
#include "host/evaluate/prepared_data.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::evaluate {

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
    // Powers of 4 keep the bits of the weights' roots, too (RowArrays).
    const double most = largest(sequences.weights);
    const int halves = most > 0 ? static_cast<int>(std::floor(std::ilogb(most) / 2.0)) : 0;
    if (halves != 0) scale(sequences, -2 * halves);
}

DataRange::DataRange(const Sequences& sequences, double state) : initial_state(std::abs(state)) {
    bool any = false;
    StopCheck check(1 << 16);
    for (double x : sequences.inputs) {
        check();
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
    const bool from_ordinary =
        initial_state == 0 || (initial_state >= least && initial_state <= ordinary_limit);
    return from_ordinary && least_input >= least && largest_input <= ordinary_limit &&
           least_weight >= least && largest_target <= ordinary_limit;
}

PlainRange::PlainRange(const DataRange& data, Precision precision) {
    struct Limits {
        double input, least_weight, least_drive, largest_drive, least_wrec, largest_wrec;
    };
    constexpr Limits f32{0x1p100, 0x1p-60, 0x1p-110, 0x1p44, 0x1p-80, 0x1p44},
        f64{0x1p900, 0x1p-500, 0x1p-900, 0x1p300, 0x1p-600, 0x1p300};
    const Limits& limits = precision == Precision::f32 ? f32 : f64;
    data_held_ = data.least_input >= 1 / limits.input && data.largest_input <= limits.input &&
                 data.least_weight >= limits.least_weight &&
                 (data.initial_state == 0 ||
                  (data.initial_state >= 1 / limits.input && data.initial_state <= limits.input));
    // Of w_x itself and of every w_x·x.
    wx_ = {limits.least_drive / std::min(data.least_input, 1.0),
           limits.largest_drive / std::max(data.largest_input, 1.0)};
    wrec_ = {limits.least_wrec, limits.largest_wrec};
    if (data.initial_state == 0) return;
    // The first step's w_rec·S_0 is a drive, too.
    wrec_.least = std::max(wrec_.least, limits.least_drive / std::min(data.initial_state, 1.0));
    wrec_.largest =
        std::min(wrec_.largest, limits.largest_drive / std::max(data.initial_state, 1.0));
}

bool is_binary(const Sequences& sequences) {
    return std::all_of(sequences.inputs.begin(), sequences.inputs.end(),
                       [](double x) { return x == 0 || x == 1; });
}

/// Sequences whose inputs and targets are held times a power of two.
struct RowArrays::Scaled {
    Sequences sequences;
    int input_exponent = 0, target_exponent = 0;
};

namespace {

/// The exponent e of the largest magnitude, < 2^(e + 1); 0 where all are 0.
template <class Values>
int exponent_of_largest(const Values& values) {
    double largest = 0;
    for (double value : values) largest = std::max(largest, std::abs(value));
    return largest > 0 ? std::ilogb(largest) : 0;
}

void scale(std::vector<double>& values, int exponent) {
    if (exponent == 0) return;
    for (double& value : values) value = std::ldexp(value, exponent);
}

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Part = Eigen::Block<Matrix>;

/// The triangular factor of the first `rows` rows takes their place; below it is what is left of
/// the reflections. Eigen::HouseholderQR's own steps and bits, but in pieces, between which a stop
/// is looked for: with thousands of columns the whole takes minutes.
void triangularize(Matrix& matrix, Eigen::Index rows) {
    constexpr Eigen::Index panel = 48, piece = 64;
    const Eigen::Index columns = matrix.cols();
    Eigen::VectorXd coefficients(columns), scratch(columns);
    for (Eigen::Index k = 0; k < columns; k += panel) {
        const Eigen::Index width = std::min(panel, columns - k);
        Part reflectors = matrix.block(k, k, rows - k, width);
        auto of_panel = coefficients.segment(k, width);
        Eigen::internal::householder_qr_inplace_unblocked(reflectors, of_panel, scratch.data());
        for (Eigen::Index at = k + width; at < columns; at += piece) {
            check_stop();
            Part rest = matrix.block(k, at, rows - k, std::min(piece, columns - at));
            Eigen::internal::apply_block_householder_on_the_left(rest, reflectors, of_panel, false);
        }
    }
}

/// Of the largest magnitude at each step, and, last, of the targets.
std::vector<int> exponents_of_columns(const Sequences& s) {
    std::vector<double> largest(s.length + 1);
    for (std::size_t i = 0; i < s.count; ++i) {
        if (i % 256 == 0) check_stop();
        const auto x = s.inputs_of(i);
        for (std::size_t k = 0; k < s.length; ++k)
            largest[k] = std::max(largest[k], std::abs(x[k]));
        largest[s.length] = std::max(largest[s.length], std::abs(s.targets[i]));
    }
    std::vector<int> exponents;
    for (double size : largest) exponents.push_back(size > 0 ? std::ilogb(size) : 0);
    return exponents;
}

/// The triangular factor of the rows √m·(x, t), a row's weight in `roots`, each column times
/// 2^−exponent: Householder's QR, block by block.
Matrix triangular_factor(const Sequences& merged, const std::vector<double>& roots,
                         const std::vector<int>& exponents) {
    const std::size_t T = merged.length;
    const auto columns = static_cast<Eigen::Index>(T + 1);
    Matrix block(columns + 4 * columns, columns);  // the factor so far above the next rows
    Eigen::Index filled = 0;
    const auto reduce = [&] {
        check_stop();
        triangularize(block, filled);
        block.topRows(columns).triangularView<Eigen::StrictlyLower>().setZero();
        filled = columns;
    };
    for (std::size_t i = 0; i < merged.count; ++i) {
        if (i % 16 == 0) check_stop();
        const auto x = merged.inputs_of(i);
        for (std::size_t k = 0; k <= T; ++k)
            block(filled, static_cast<Eigen::Index>(k)) =
                roots[i] * std::ldexp(k < T ? x[k] : merged.targets[i], -exponents[k]);
        if (++filled == block.rows()) reduce();
    }
    if (filled > columns) reduce();
    return block.topRows(columns);
}

}  // namespace

/// Every column is held near 1, so that no norm leaves double.
RowArrays::Scaled RowArrays::compressed(const Sequences& merged) {
    const std::size_t T = merged.length;
    const int of_weights = exponent_of_largest(merged.weights);
    std::vector<double> roots;  // √m, the largest near 1
    for (double m : merged.weights) roots.push_back(std::sqrt(std::ldexp(m, -of_weights / 2 * 2)));
    std::vector<int> exponents = exponents_of_columns(merged);
    const Matrix factor = triangular_factor(merged, roots, exponents);
    for (int& exponent : exponents) exponent += of_weights / 2;

    // Norms of columns may exceed double where their values do not.
    Scaled small;
    const int top = *std::max_element(exponents.begin(), exponents.end() - 1);
    small.input_exponent = std::max(0, top - 900);
    small.target_exponent = exponents[T];
    small.sequences.count = T + 1;
    small.sequences.length = T;
    small.sequences.weights.assign(T + 1, 1);
    for (Eigen::Index i = 0; i < factor.cols(); ++i) {
        if (i % 16 == 0) check_stop();
        for (std::size_t k = 0; k < T; ++k)
            small.sequences.inputs.push_back(std::ldexp(factor(i, static_cast<Eigen::Index>(k)),
                                                        exponents[k] - small.input_exponent));
        small.sequences.targets.push_back(factor(i, factor.cols() - 1));
    }
    return small;
}

RowArrays::Scaled RowArrays::with_small_weights(const Sequences& merged) {
    Scaled scaled{merged};
    Sequences& s = scaled.sequences;
    const int of_inputs = std::min(0, exponent_of_largest(s.inputs) + 500);
    const int of_targets = exponent_of_largest(s.targets);
    scaled.input_exponent = of_inputs, scaled.target_exponent = of_targets;
    StopCheck check(1 << 14);
    for (std::size_t i = 0; i < s.count; ++i) {
        const int half = static_cast<int>(std::floor(std::ilogb(s.weights[i]) / 2.0));
        s.weights[i] = std::ldexp(s.weights[i], -2 * half);
        for (std::size_t k = 0; k < s.length; ++k) {
            check();
            double& x = s.inputs[i * s.length + k];
            x = std::ldexp(x, half - of_inputs);
        }
        s.targets[i] = std::ldexp(s.targets[i], half - of_targets);
    }
    return scaled;
}

RowArrays::RowArrays(const Sequences& merged)
    : RowArrays(
          merged.count > 4 * (merged.length + 1) ? compressed(merged) : with_small_weights(merged),
          merged.total_weight()) {}

RowArrays::RowArrays(Scaled scaled, double total)
    : arrays_(scaled.sequences, total),
      scale_{static_cast<double>(scaled.input_exponent), 0,
             std::ranges::all_of(scaled.sequences.inputs, [](double x) {
                 return x == 0 || (std::abs(x) >= 0x1p-200 && std::abs(x) <= 0x1p100);
             })} {
    // Ordinary targets keep their unit, as inputs do.
    const int exponent = scaled.target_exponent;
    const bool ordinary = std::abs(exponent) <= 100;
    if (ordinary) scale(arrays_.targets, exponent);
    scale_.target_exponent = ordinary ? 0 : exponent;
}

AxisView axis_view(const Axis& wx) {
    const double step = wx.step();
    double smallest = std::numeric_limits<double>::infinity();
    for (double w : wx.values())
        if (w != 0) smallest = std::min(smallest, std::abs(w));
    return {wx.lo, wx.hi, step, smallest, wx.lo == wx.hi || wx.size < 2 || step >= 0x1p-960};
}

}  // namespace gradscape::evaluate
