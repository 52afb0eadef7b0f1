// SPDX-License-Identifier: MIT
#include "gradscape/values.hpp"

#include <utility>

#include "gradscape/stop.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::rendering {
namespace {

/// Strips that lie in the caller's memory, at their place of the whole.
class PlacedSource : public Source {
public:
    /// An empty filler: the values are there already, and are only read.
    PlacedSource(const View& view, const FieldArray<void*>& values, StripFiller filler,
                 bool divisible)
        : Source(view.grid),
          fields_(view.fields),
          row_bytes_(view.grid.cols() * size_of(view.precision)),
          values_(values),
          filler_(std::move(filler)),
          divisible_(divisible) {}

    std::size_t strip_bytes(std::size_t, StatisticsUse) const override { return 0; }
    std::unique_ptr<Buffers> make_buffers(std::size_t, StatisticsUse) const override {
        return std::make_unique<Buffers>();
    }
    void open(Strip& strip, Buffers&) const override {
        for (Field field : fields_) strip.data[field] = row(values_[field], strip.first_row);
    }
    void fill(const Strip& rows, Buffers&) const override {
        if (filler_) filler_(rows);
    }
    bool is_divisible() const override { return divisible_; }
    Strip part(const Strip& strip, std::size_t first, std::size_t rows) const override {
        Strip part = Source::part(strip, first, rows);
        for (Field field : fields_) part.data[field] = row(part.data[field], first);
        return part;
    }

private:
    void* row(void* from, std::size_t index) const {
        return static_cast<std::byte*>(from) + index * row_bytes_;
    }

    FieldSet fields_;
    std::size_t row_bytes_;
    FieldArray<void*> values_;
    StripFiller filler_;
    bool divisible_;
};

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

void fill_values(const LoadedModel& model, const View& view, const FieldArray<void*>& values,
                 const Context& context) {
    const StopScope scope(context.stop);
    StripFiller filler = model.values(view);
    const std::size_t strip_cells = model.preferred_strip_cells();
    if (context.threads == 1 && strip_cells == 0 && !context.progress) {
        Strip whole{0, view.grid.rows(), {}};
        for (Field field : view.fields) whole.data[field] = values[field];
        return filler(whole);
    }
    StripOptions options{context};
    options.cells_per_strip = strip_cells;
    run_strips(rendering::PlacedSource(view, values, std::move(filler), strip_cells == 0), {},
               options);
}

std::unique_ptr<Source> memory_source(const View& view, const FieldArray<const void*>& values) {
    FieldArray<void*> places;
    for (Field field : view.fields) places[field] = const_cast<void*>(values[field]);
    return std::make_unique<rendering::PlacedSource>(view, places, nullptr, false);
}

}  // namespace gradscape
