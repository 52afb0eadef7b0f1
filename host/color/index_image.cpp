// SPDX-License-Identifier: MIT
#include "gradscape/index_image.hpp"

#include <array>

#include "gradscape/strips.hpp"

namespace gradscape::color {
namespace {

/// Strips do not overlap, so threads write into the image side by side.
class IndexImageSink : public SinkOf<Piece> {
public:
    IndexImageSink(const View& view, Field field, const ColorMap& map)
        : view_(view), field_(field), map_(map), image_(view.grid.cells()) {}

    std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }

    std::vector<std::uint8_t> take() { return std::move(image_); }

private:
    void encode_strip(const Strip& strip, bool /*first*/, Piece&) const override {
        with_real(view_.precision,
                  [&](auto real) { color(strip.field<decltype(real)>(field_), strip); });
    }
    void commit_strip(Piece&) override {}

    template <class Real>
    void color(const Real* values, const Strip& strip) const {
        const std::size_t first = strip.first_row * view_.grid.cols();
        const std::size_t cells = strip.rows * view_.grid.cols();
        for (std::size_t i = 0; i < cells; ++i)
            image_[first + i] = map_.index(static_cast<double>(values[i]));
    }

    View view_;
    Field field_;
    const ColorMap& map_;
    mutable std::vector<std::uint8_t> image_;
};

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

std::vector<std::uint8_t> index_image(const LoadedModel& model, View view, Field field,
                                      const ColorMap& map, const Context& context) {
    view.fields = {field};
    color::IndexImageSink sink(view, field, map);
    std::array<Sink*, 1> sinks{&sink};
    StripOptions options{context};
    options.cells_per_strip = model.preferred_strip_cells();
    const bool divisible = options.cells_per_strip == 0;
    run_strips(*values_source(model.values(view), view, divisible), sinks, options);
    return sink.take();
}

}  // namespace gradscape
