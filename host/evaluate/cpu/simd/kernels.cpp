// The cpu evaluator's loops, compiled once for each instruction set (GRADSCAPE_SIMD_SET names it).
// bptt: packs of cells along a row. rows: packs of rows for the coefficients, packs of cells for
// the fields. A pack's lanes never mix, so no result depends on where a strip or a pack begins.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/field_value.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/core/train_cell.hpp"
#include "host/evaluate/cpu/simd/bptt_packs.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {
namespace {

/// The fields of a pack of doubles, from their wide values.
class WideFields {
public:
    explicit WideFields(const WideLossGradient<Doubles>& wide) {
        for_each_plain_field([&](auto field) {
            constexpr Field f = decltype(field)::value;
            field_value<f>(WideCell<Doubles>{wide}).store(lanes_[f].data());
        });
    }
    double loss(int lane) const { return lanes_[Field::loss][static_cast<std::size_t>(lane)]; }
    template <class Real>
    void put(const FieldArray<Real*>& out, int lane, std::size_t cell) const {
        for_each_plain_field([&](auto field) {
            constexpr Field f = decltype(field)::value;
            if (out[f]) out[f][cell] = static_cast<Real>(lanes_[f][static_cast<std::size_t>(lane)]);
        });
    }

private:
    FieldArray<std::array<double, Doubles::lanes>> lanes_;
};

/// Evaluates again, carefully, the cells of a pack whose plain evaluation cannot be trusted.
template <class F, class Real, class Mask>
void repair_cells(const BpttTask<Real>& task, const Mask& broken, const Mask& low, std::size_t row,
                  std::size_t column) {
    const StripTask<Real>& strip = task.strip;
    const Doubles wrec(strip.wrec[row]);
    const int left = cells_left<Cells<Real>>(strip.cols, column);
    for (int part = 0; part < left; part += Doubles::lanes) {
        const int end = std::min(part + Doubles::lanes, left);
        bool wanted = false;
        for (int lane = part; lane < end; ++lane) wanted |= broken[lane] || low[lane];
        if (!wanted) continue;
        const std::size_t first = column + static_cast<std::size_t>(part);
        const WideFields fields(
            careful_cell<F>(task.careful, Doubles::load(task.wx_exact + first), wrec));
        for (int lane = part; lane < end; ++lane) {
            const bool is_low = low[lane] && fields.loss(lane - part) < least_plain_loss<Real>;
            if (broken[lane] || is_low)
                fields.put(strip.out, lane - part,
                           row * strip.cols + column + static_cast<std::size_t>(lane));
        }
    }
}

template <class Real, class Mask>
__attribute__((noinline, cold)) void repair(const BpttTask<Real>& task, const Mask& broken,
                                            const Mask& low, std::size_t row, std::size_t column) {
    with_activation(task.activation,
                    [&](auto f) { repair_cells<decltype(f)>(task, broken, low, row, column); });
}

template <class Real>
GRADSCAPE_FLATTEN void bptt(const BpttTask<Real>& task) {
    using V = Cells<Real>;
    const StripTask<Real>& strip = task.strip;
    const FieldArray<Real*>& out = strip.out;
    bool gradient = false;
    for (Field field : plain_fields)
        gradient |= out[field] && row_of(field).kind == FieldKind::gradient;
    const auto evaluate = gradient ? loss_function<true, Real, Real>(task.activation, task.binary)
                                   : loss_function<false, Real, Real>(task.activation, task.binary);
    PackedStopCheck check(std::int64_t{task.data.all.count} * task.data.all.length);
    for (std::size_t row = 0; row < strip.rows; ++row) {
        const auto wrec = static_cast<Real>(strip.wrec[row]);
        const V plain_row(static_cast<Real>(task.plain_rows[row]));
        for (std::size_t j = 0; j < strip.cols; j += V::lanes) {
            check();
            LossGradient<V> cell{V(1), V(0), V(0)};  // beyond the row, nothing to repair
            evaluate(task.data, V::load(strip.wx + j), wrec, cells_left<V>(strip.cols, j),
                     task.scratch, cell);
            for_each_plain_field([&](auto field) {
                constexpr Field f = decltype(field)::value;
                if (out[f])
                    store(field_value<f>(PlainCell<V>{cell}), out[f] + row * strip.cols, j,
                          strip.cols);
            });
            const auto finite =
                is_finite(cell.loss) & is_finite(cell.grad_wx) & is_finite(cell.grad_wrec);
            const auto plain = finite & (plain_row * V::load(task.plain_cols + j) > V(0));
            const auto low = cell.loss < V(least_plain_loss<Real>);
            if (any(low | !plain)) repair(task, !plain, low, row, j);
        }
    }
}

std::size_t bptt_scratch_bytes(int length) {
    return static_cast<std::size_t>(checkpoint_count(length, history_registers / 8)) *
           sizeof(Cells<float>);
}

/// A strip larger than this is not read back from the cache: its rows are stored past it, which
/// saves the memory bus from reading every line before it is overwritten.
constexpr std::size_t cached_bytes = std::size_t{8} << 20;

template <class Real>
bool exceeds_cache(const StripTask<Real>& strip) {
    std::size_t fields = 0;
    for (Field field : plain_fields) fields += strip.out[field] != nullptr;
    return strip.rows * strip.cols * sizeof(Real) * fields > cached_bytes;
}

/// Of the row form, whose cells wait for nothing.
template <class Real>
using LineCells = PackOf<Real, 2>;

/// row[j…] = value(V(j), w_x) along one row or a segment of it.
template <class Real, class Value>
void fill_row(Real* row, const Real* wx, std::size_t cols, bool past_cache, Value value) {
    using V = LineCells<Real>;
    Real iota[V::lanes];
    for (int lane = 0; lane < V::lanes; ++lane) iota[lane] = static_cast<Real>(lane);
    const V lanes = V::load(iota);
    const auto pack = [&](std::size_t j) {
        return value(V(static_cast<Real>(j)) + lanes, V::load(wx + j));
    };
    std::size_t j = 0;
    if (past_cache) {
        const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(row) % register_bytes;
        if (misaligned != 0) {
            store(pack(0), row, 0, cols);
            j = (register_bytes - misaligned) / sizeof(Real);
        }
        for (; j + V::lanes <= cols; j += V::lanes) pack(j).store_past_cache(row + j);
        j -= j % V::lanes;  // wx is padded for packs that begin at a multiple of their lanes
    }
    for (; j < cols; j += V::lanes) store(pack(j), row, j, cols);
}

template <class Real>
GRADSCAPE_FLATTEN void plain_segment(const StripTask<Real>& strip, const RowLines<Real>& lines,
                                     std::size_t row, std::size_t first_col, bool past_cache) {
    using V = LineCells<Real>;
    const std::size_t cols = std::min<std::size_t>(strip.cols - first_col, segment_cols);
    for_each_plain_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if (strip.out[f])
            fill_row(strip.out[f] + row * strip.cols + first_col, strip.wx + first_col, cols,
                     past_cache, [&](V j, V wx) {
                         return field_value<f>(RowCell<V>{lines, j, wx});
                     });
    });
}

template <class Real>
GRADSCAPE_FLATTEN void wide_cells(const RowsTask<Real>& task, const WideRow<double>& row,
                                  std::size_t first) {
    const std::size_t cols = task.strip.cols;
    for (std::size_t j = 0; j < cols; j += Doubles::lanes) {
        const WideFields fields(wide_row_cell(row, Doubles::load(task.wx_exact + j)));
        for (std::size_t lane = 0; lane < Doubles::lanes && j + lane < cols; ++lane)
            fields.put(task.strip.out, static_cast<int>(lane), first + j + lane);
    }
}

template <class Real>
void rows(const RowsTask<Real>& task) {
    const StripTask<Real>& strip = task.strip;
    const bool past_cache = exceeds_cache(strip);
    for (std::size_t base = 0; base < strip.rows; base += Doubles::lanes) {
        check_stop();
        double r[Doubles::lanes];
        for (std::size_t lane = 0; lane < Doubles::lanes; ++lane)
            r[lane] = strip.wrec[base + lane < strip.rows ? base + lane : strip.rows - 1];
        const auto all = row_coefficients(task.data, Doubles::load(r),
                                          static_cast<Power<Doubles>*>(task.scratch));
        const auto plain = is_plain<Real>(all, task.axis);
        const int lanes =
            static_cast<int>(std::min<std::size_t>(Doubles::lanes, strip.rows - base));
        for (std::size_t first = 0; first < strip.cols; first += segment_cols) {
            const auto lines = row_lines(all, task.axis, static_cast<long long>(first));
            for (int lane = 0; lane < lanes; ++lane)
                if (plain[lane])
                    plain_segment(strip, lines.template as<Real>([lane](const Doubles& value) {
                        return static_cast<Real>(value[lane]);
                    }),
                                  base + static_cast<std::size_t>(lane), first, past_cache);
        }
        for (int lane = 0; lane < lanes; ++lane)
            if (!plain[lane])
                wide_cells(task, wide_row(all.template as<double>([lane](const Doubles& value) {
                               return value[lane];
                           })),
                           (base + static_cast<std::size_t>(lane)) * strip.cols);
    }
    if (past_cache) publish_stores();
}

std::size_t rows_scratch_bytes(int count) {
    return static_cast<std::size_t>(count) * sizeof(Power<Doubles>);
}

}  // namespace

void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<float>&);  // simd/curvature.cpp
void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<double>&);
void GRADSCAPE_SET_NAMED(train_)(const TrainTask<float>&);  // simd/training.cpp
void GRADSCAPE_SET_NAMED(train_)(const TrainTask<double>&);

extern const SimdKernels GRADSCAPE_SET_NAMED(simd_kernels_);
const SimdKernels GRADSCAPE_SET_NAMED(simd_kernels_){
    GRADSCAPE_SET_TEXT,
    LineCells<float>::lanes,
    LineCells<double>::lanes,
    {bptt<float>, rows<float>, GRADSCAPE_SET_NAMED(train_), GRADSCAPE_SET_NAMED(curvature_)},
    {bptt<double>, rows<double>, GRADSCAPE_SET_NAMED(train_), GRADSCAPE_SET_NAMED(curvature_)},
    bptt_scratch_bytes,
    rows_scratch_bytes};

}  // namespace gradscape::evaluate
