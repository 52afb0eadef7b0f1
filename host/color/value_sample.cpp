// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "gradscape/color_fit.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::color {
namespace {

/// Strips do not overlap, so threads write into the sample side by side.
class SampleSink : public SinkOf<Piece> {
public:
    SampleSink(const View& view, Field field)
        : view_(view), field_(field), values_(view.grid.cells()) {}

    std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }

    std::vector<double> take() { return std::move(values_); }

private:
    void encode_strip(const Strip& strip, bool /*first*/, Piece&) const override {
        with_real(view_.precision, [&](auto real) {
            const auto* from = strip.field<decltype(real)>(field_);
            const std::size_t cells = strip.rows * view_.grid.cols();
            std::copy_n(
                from, cells,
                values_.begin() + static_cast<std::ptrdiff_t>(strip.first_row * view_.grid.cols()));
        });
    }
    void commit_strip(Piece&) override {}

    View view_;
    Field field_;
    mutable std::vector<double> values_;
};

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

std::vector<double> grid_values(const LoadedModel& model, View view, Field field,
                                const Context& context) {
    view.fields = {field};
    color::SampleSink sink(view, field);
    std::array<Sink*, 1> sinks{&sink};
    Context quiet = context;
    quiet.progress = nullptr;
    StripOptions options{quiet};
    options.cells_per_strip = model.preferred_strip_cells();
    const bool divisible = options.cells_per_strip == 0;
    run_strips(*values_source(model.values(view), view, divisible), sinks, options);
    return sink.take();
}

std::vector<double> sample_values(const LoadedModel& model, View view, Field field,
                                  const Context& context) {
    for (Axis* axis : {&view.grid.wx, &view.grid.wrec})
        axis->size = std::min(axis->size, sample_side);
    std::vector<double> values = grid_values(model, view, field, context);
    const FieldRow& row = row_of(field);
    std::erase_if(values, [&](double value) {
        const bool lowest = row.colors.minus_infinity_is_lowest && value == -HUGE_VAL;
        return row.counts_iterations ? value < 0 : !std::isfinite(value) && !lowest;
    });
    return values;
}

}  // namespace gradscape
