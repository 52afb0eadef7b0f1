// Colours of the row form, for ColorFiller: spans where a row is plain, and the colours of its
// cells' values where it is not.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string_view>

#include "gradscape/core/cell_statistics.hpp"
#include "gradscape/statistics.hpp"
#include "host/color/color_table.hpp"
#include "host/common/aligned_memory.hpp"
#include "host/evaluate/cpu/span_kernels.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"

namespace gradscape::evaluate {

extern const SpanKernels span_kernels_baseline;
#if defined(GRADSCAPE_X86_SETS)
extern const SpanKernels span_kernels_avx2, span_kernels_avx512;
#endif

const SpanKernels& span_kernels() {
#if defined(GRADSCAPE_X86_SETS)
    const std::string_view set = simd_kernels().name;
    for (const SpanKernels* kernels : {&span_kernels_avx2, &span_kernels_avx512})
        if (set == kernels->name) return *kernels;
#endif
    return span_kernels_baseline;
}

namespace {

template <class Real>
using Thresholds = std::array<Real, most_thresholds>;

/// Losses that surely have a log10 of at most each threshold, or (`side` = 1) surely a larger one.
/// 64 ulp cover the errors of pow and log10_of many times, 4 steps those of subnormal numbers.
template <class Real>
Thresholds<Real> sure_losses(const Thresholds<Real>& thresholds, int side) {
    Thresholds<Real> losses;
    std::transform(thresholds.begin(), thresholds.end(), losses.begin(), [side](Real threshold) {
        const auto exponent = static_cast<double>(threshold);
        const double margin = 64 * std::numeric_limits<Real>::epsilon() * (1 + std::fabs(exponent));
        const double step = 4 * static_cast<double>(std::numeric_limits<Real>::denorm_min());
        if (std::isinf(exponent)) return exponent > 0 ? threshold : Real(0);
        const double loss = std::pow(10.0, exponent);
        return static_cast<Real>(loss + side * (loss * margin + step));
    });
    return losses;
}

template <class Real>
class RowColors {
public:
    RowColors(const SharedPrepared& prepared, const View& view, Field field, const ColorMap& map)
        : field_(field),
          values_view_(view),
          wrec_(view.grid.wrec.values()),
          axis_(axis_view(view.grid.wx)),
          table_(map),
          map_non_finite_(map.non_finite()),
          map_negative_infinite_(map.negative_infinite()),
          threshold_count_(static_cast<int>(map.thresholds().size())),
          data_(prepared->row_data()) {
        values_view_.fields = {field};
        fill_values_ = cpu_values(prepared, values_view_);
        const std::vector<double> wx = view.grid.wx.values();
        wx_.assign(wx.begin(), wx.end());
        thresholds_.fill(std::numeric_limits<Real>::infinity());
        std::transform(map.thresholds().begin(), map.thresholds().end(), thresholds_.begin(),
                       color::round_down<Real>);
        below_ = above_ = thresholds_;
        if (field == Field::log10_loss) {
            below_ = sure_losses(thresholds_, -1);
            above_ = sure_losses(thresholds_, 1);
        }
    }

    void fill(const Strip& place, StripColors& colors) const {
        const SpanFunctions<Real>& spans = span_kernels().functions<Real>();
        std::vector<SpanRow<Real>> rows(place.rows);
        const common::AlignedMemory scratch =
            common::make_aligned(simd_kernels().rows_scratch_bytes(data_.count()));
        spans.prepare(axis_, data_.view(), wrec_.data() + place.first_row, place.rows, rows.data(),
                      scratch.get());
        const SpanTask<Real> task = make_task();
        colors.make_room(place.rows * wx_.size());
        colors.statistics = {};
        SpanStatistics<Real> of_spans;
        ColorRun* next = colors.runs.get();
        for (std::size_t row = 0, end = 0; row < place.rows; row = end) {
            end = row + 1;
            if (rows[row].plain) {
                next = spans.runs(task, rows[row], next);
                spans.statistics(task, rows[row], (place.first_row + row) * wx_.size(), of_spans);
                continue;
            }
            while (end < place.rows && !rows[end].plain) ++end;
            next = color_values({place.first_row + row, end - row, {}}, next, colors.statistics);
        }
        colors.run_count = static_cast<std::size_t>(next - colors.runs.get());
        colors.statistics.merge(field_statistics(of_spans));
    }

private:
    SpanTask<Real> make_task() const {
        const bool exact = field_ != Field::log10_loss;
        return {wx_.data(),
                wx_.size(),
                field_,
                map_non_finite_,
                map_negative_infinite_,
                threshold_count_,
                thresholds_.data(),
                exact ? above_.data() : below_.data(),
                above_.data()};
    }

    /// Rows cell by cell, as the evaluator's StripFiller has them.
    ColorRun* color_values(Strip strip, ColorRun* next, FieldStatistics& statistics) const {
        const std::size_t cols = wx_.size();
        std::vector<Real> values(strip.rows * cols);
        std::vector<std::uint8_t> indices(cols);
        strip.data[field_] = values.data();
        fill_values_(strip);
        for (std::size_t row = 0; row < strip.rows; ++row) {
            table_.indices({values.data() + row * cols, cols}, indices.data());
            for (std::size_t j = 0; j < cols; ++j) {
                if (j == 0 || indices[j] != indices[j - 1]) *next++ = {0, indices[j]};
                next[-1].end = static_cast<std::uint32_t>(j + 1);
            }
        }
        StatisticsSink sink(values_view_);
        const auto piece = sink.make_piece();
        sink.encode(strip, true, *piece);
        sink.commit(*piece);
        statistics.merge(sink.of(field_));
        return next;
    }

    Field field_;
    View values_view_;
    std::vector<double> wrec_;
    AxisView axis_;
    color::ColorTable<Real> table_;
    std::uint8_t map_non_finite_, map_negative_infinite_;
    int threshold_count_;
    const RowArrays& data_;  ///< kept alive by fill_values_
    StripFiller fill_values_;
    std::vector<Real> wx_;
    Thresholds<Real> thresholds_, below_, above_;
};

}  // namespace

ColorFiller cpu_colors(const SharedPrepared& prepared, const View& view, Field field,
                       const ColorMap& map) {
    if (resolve_method(view.method, prepared->model().unit()) != Method::rows ||
        !span_fields.has(field) || view.grid.cols() > max_span_cols)
        return {};
    return with_real(view.precision, [&](auto real) -> ColorFiller {
        const auto colors =
            std::make_shared<const RowColors<decltype(real)>>(prepared, view, field, map);
        return {ColorFiller::Shape::runs,
                [colors](const Strip& place, StripColors& out) { colors->fill(place, out); }};
    });
}

}  // namespace gradscape::evaluate
