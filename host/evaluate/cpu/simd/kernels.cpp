// The cpu evaluator's loops, compiled once for each instruction set (GRADSCAPE_SIMD_SET names it).
// bptt: packs of cells along a row. rows: packs of rows for the coefficients, packs of cells for
// the fields. A pack's lanes never mix, so no result depends on where a strip or a pack begins.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/bptt.hpp"
#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/field_value.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/core/train_cell.hpp"
#include "host/evaluate/cpu/simd/packs.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"

namespace gradscape::evaluate {
namespace {

/// The cells that BPTT and training hold at a time. A step of a recurrence waits for the step
/// before: only independent chains keep the processor busy, eight registers of them for tanh and
/// the logistic function, whose chains are long, and four, all that fit its registers, for the
/// others.
template <class Real>
using Cells = PackOf<Real, 8>;
template <class F>
inline constexpr int registers_at_once = F::homogeneous ? 4 : 8;
constexpr int history_registers = 64 * 8;  // states of the current chunk: 32 KiB with AVX-512

/// Weights of some of a pack's cells: those of a row share w_rec, which then takes one register of
/// the processor's; in training each has its own.
template <class V>
V weights_from(real_of<V> shared, int /*first*/) {
    return V(shared);
}
template <class V>
V weights_from(const Cells<real_of<V>>& weights, int first) {
    return weights.template lanes_from<V::lanes>(first);
}

/// Wrec: Real or Cells<Real>.
template <class Real, class Wrec>
using LossFunction = void (*)(const OrderedSequences<Real>&, const Cells<Real>& wx,
                              const Wrec& wrec, int wanted, void* scratch,
                              LossGradient<Cells<Real>>&);

template <class F, bool Gradient, template <class> class Inputs, int Registers, class Real,
          class Wrec>
void evaluate_registers(const OrderedSequences<Real>& data, const Cells<Real>& wx, const Wrec& wrec,
                        int first, void* scratch, LossGradient<Cells<Real>>& out) {
    using V = PackOf<Real, Registers>;
    const LossGradient<V> found =
        cell_loss_gradient<F, Gradient, history_registers / Registers, Inputs>(
            data, weights_from<V>(wx, first), weights_from<V>(wrec, first),
            Checkpoints<V>{static_cast<V*>(scratch)});
    out.loss.set_lanes(first, found.loss);
    if constexpr (Gradient) {
        out.grad_wx.set_lanes(first, found.grad_wx);
        out.grad_wrec.set_lanes(first, found.grad_wrec);
    }
}

/// Loss and gradient of the first `wanted` cells of a pack, and of some more; others are left
/// alone.
template <class F, bool Gradient, template <class> class Inputs, class Real, class Wrec>
GRADSCAPE_FLATTEN void evaluate_cells(const OrderedSequences<Real>& data, const Cells<Real>& wx,
                                      const Wrec& wrec, int wanted, void* scratch,
                                      LossGradient<Cells<Real>>& out) {
    // A w_rec for each cell takes as many registers as w_x does, which few processors have.
    constexpr bool crowded = F::homogeneous && !std::is_same_v<Wrec, Real> && register_bytes < 64;
    constexpr int few = crowded ? 2 : 4, lanes = Cells<Real>::lanes / 8 * few;
    if constexpr (registers_at_once<F> == 8) {
        if (wanted > lanes)
            return evaluate_registers<F, Gradient, Inputs, 8>(data, wx, wrec, 0, scratch, out);
    }
    for (int first = 0; first < wanted; first += lanes)
        evaluate_registers<F, Gradient, Inputs, few>(data, wx, wrec, first, scratch, out);
}

template <bool Gradient, class Real, class Wrec>
LossFunction<Real, Wrec> loss_function(Activation activation, bool binary) {
    return with_activation(activation, [&](auto f) -> LossFunction<Real, Wrec> {
        using F = decltype(f);
        return binary ? evaluate_cells<F, Gradient, BinaryInputs, Real, Wrec>
                      : evaluate_cells<F, Gradient, RealInputs, Real, Wrec>;
    });
}

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

template <class Real, class Descent>
GRADSCAPE_FLATTEN void train_cells(const TrainTask<Real>& task, const Descent& descent) {
    using V = Cells<Real>;
    const StripTask<Real>& strip = task.strip;
    const auto gradient = loss_function<true, Real, V>(task.activation, task.binary);
    PackedStopCheck check(std::int64_t{task.data.all.count} * task.data.all.length);
    for (std::size_t row = 0; row < strip.rows; ++row) {
        const V wrec(static_cast<Real>(strip.wrec[row]));
        for (std::size_t j = 0; j < strip.cols; j += V::lanes) {
            const auto at = [&, wanted = cells_left<V>(strip.cols, j)](const V& w_x,
                                                                       const V& w_rec) {
                check();
                LossGradient<V> found{V(std::numeric_limits<Real>::infinity()), V(0), V(0)};
                gradient(task.data, w_x, w_rec, wanted, task.scratch, found);
                return found;  // beyond the row, nothing runs
            };
            const TrainedCell<V> trained = train_cell(descent, task.options->iterations,
                                                      static_cast<Real>(task.options->tolerance),
                                                      V::load(strip.wx + j), wrec, at);
            const std::size_t first = row * strip.cols;
            if (Real* const out = strip.out[Field::train_loss])
                store(trained.loss, out + first, j, strip.cols);
            if (Real* const out = strip.out[Field::train_steps])
                store(trained.steps, out + first, j, strip.cols);
        }
    }
}

template <class Real>
void train(const TrainTask<Real>& task) {
    with_descent<Cells<Real>>(*task.options,
                              [&](const auto& descent) { train_cells(task, descent); });
}

}  // namespace

void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<float>&);  // simd/curvature.cpp
void GRADSCAPE_SET_NAMED(curvature_)(const CurvatureTask<double>&);

extern const SimdKernels GRADSCAPE_SET_NAMED(simd_kernels_);
const SimdKernels GRADSCAPE_SET_NAMED(simd_kernels_){
    GRADSCAPE_SET_TEXT,
    LineCells<float>::lanes,
    LineCells<double>::lanes,
    {bptt<float>, rows<float>, train<float>, GRADSCAPE_SET_NAMED(curvature_)},
    {bptt<double>, rows<double>, train<double>, GRADSCAPE_SET_NAMED(curvature_)},
    bptt_scratch_bytes,
    rows_scratch_bytes};

}  // namespace gradscape::evaluate
