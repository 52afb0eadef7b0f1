// The curvature fields of the cpu evaluator, compiled once for each instruction set: packs of cells
// in double, whatever the fields' type. A pack's lanes never mix.
// SPDX-License-Identifier: MIT
#include "gradscape/core/curvature.hpp"

#include "host/evaluate/cpu/simd/packs.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {
namespace {

/// A step is a dozen operations on five chains that do not wait for each other; the elementary
/// functions' chains are longer.
template <class F>
using CurvedCells = PackOf<double, F::homogeneous ? 2 : 4>;

/// Stores lanes first … end − 1 of each wanted field.
template <class Real, class V>
void store_lanes(const StripTask<Real>& strip, const Eigenvalues<V>& at, std::size_t cell,
                 int first, int end) {
    for_each_curvature_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        Real* const out = strip.out[f];
        if (!out) return;
        const auto value = curvature_value<f>(at);
        for (int lane = first; lane < end; ++lane)
            out[cell + static_cast<std::size_t>(lane - first)] = static_cast<Real>(value[lane]);
    });
}

/// Of a pack's cells in wide arithmetic, those that plain arithmetic cannot be trusted with.
template <class F, class Real, class Mask>
[[gnu::noinline, gnu::cold]] void repair(const CurvatureTask<Real>& task, const Mask& trusted,
                                         std::size_t row, std::size_t column) {
    const StripTask<Real>& strip = task.strip;
    const int left = cells_left<CurvedCells<F>>(strip.cols, column);
    for (int part = 0; part < left; part += Doubles::lanes) {
        const int end = std::min(part + Doubles::lanes, left);
        bool wanted = false;
        for (int lane = part; lane < end; ++lane) wanted |= !trusted[lane];
        if (!wanted) continue;
        check_stop();
        const std::size_t first = column + static_cast<std::size_t>(part);
        const auto at = wide_eigenvalues<F, true>(task.data, Doubles::load(task.wx + first),
                                                  Doubles(strip.wrec[row]));
        for (int lane = part; lane < end; ++lane)
            if (!trusted[lane])
                store_lanes(strip, at, row * strip.cols + column + static_cast<std::size_t>(lane),
                            lane - part, lane - part + 1);
    }
}

template <class F, class Real>
GRADSCAPE_FLATTEN void by_recurrence(const CurvatureTask<Real>& task) {
    using V = CurvedCells<F>;
    const StripTask<Real>& strip = task.strip;
    const SequenceView<double>& data = task.data.sequences.all;
    PackedStopCheck check(4 * std::int64_t{data.count} * data.length);
    for (std::size_t row = 0; row < strip.rows; ++row)
        for (std::size_t j = 0; j < strip.cols; j += V::lanes) {
            check();
            const auto [at, trusted] =
                plain_eigenvalues<F, true>(task.data, V::load(task.wx + j), V(strip.wrec[row]));
            store_lanes(strip, at, row * strip.cols + j, 0, cells_left<V>(strip.cols, j));
            if (any(!trusted)) repair<F>(task, trusted, row, j);
        }
}

/// The cells of one row; Coefficient = double, or Wide<double> where those leave its range.
template <class Real, class V>
GRADSCAPE_FLATTEN void fill_row(const CurvatureTask<Real>& task, const RowHessian<V>& coefficients,
                                std::size_t row) {
    const std::size_t cols = task.strip.cols;
    for (std::size_t j = 0; j < cols; j += Doubles::lanes) {
        const V wx(Doubles::load(task.wx + j));
        store_lanes(task.strip, eigenvalues_of(row_cell_hessian(coefficients, wx)), row * cols + j,
                    0, cells_left<Doubles>(cols, j));
    }
}

template <class Real>
GRADSCAPE_FLATTEN void by_rows(const CurvatureTask<Real>& task) {
    const StripTask<Real>& strip = task.strip;
    for (std::size_t base = 0; base < strip.rows; base += Doubles::lanes) {
        check_stop();
        double r[Doubles::lanes];
        for (std::size_t lane = 0; lane < Doubles::lanes; ++lane)
            r[lane] = strip.wrec[base + lane < strip.rows ? base + lane : strip.rows - 1];
        const auto all = row_hessian(task.row_data, Doubles::load(r));
        const auto plain = is_plain(all, task.axis);
        const int lanes = cells_left<Doubles>(strip.rows, base);
        for (int lane = 0; lane < lanes; ++lane) {
            const auto one = all.template as<Wide<Doubles>>([lane](const Wide<Doubles>& w) {
                return Wide<Doubles>{Doubles(w.mantissa[lane]), Doubles(w.exponent[lane])};
            });
            const std::size_t row = base + static_cast<std::size_t>(lane);
            if (plain[lane])
                fill_row(task, one.template as<Doubles>([](const Wide<Doubles>& w) {
                    return value_of(w);
                }),
                         row);
            else
                fill_row(task, one, row);
        }
    }
}

template <class Real>
void evaluate(const CurvatureTask<Real>& task) {
    if (task.rows) return by_rows(task);
    with_activation(task.activation, [&](auto f) { by_recurrence<decltype(f)>(task); });
}

}  // namespace

void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<float>& task) { evaluate(task); }
void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<double>& task) { evaluate(task); }

}  // namespace gradscape::evaluate
