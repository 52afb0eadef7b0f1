// SPDX-License-Identifier: MIT
#include "gradscape/index_image.hpp"

#include <array>

namespace gradscape {
namespace {

/// Strips do not overlap, so threads write into the image side by side.
class IndexImageSink : public Sink {
public:
    IndexImageSink(const SurfaceRequest& request, Field field, const ColorMap& map)
        : request_(request), field_(field), map_(map), image_(request.grid.cells()) {}

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<Piece>(); }
    std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }
    void encode(const Strip& strip, Piece&) const override {
        if (request_.precision == Precision::f32)
            color(strip.field<float>(field_), strip);
        else
            color(strip.field<double>(field_), strip);
    }
    void commit(Piece&) override {}
    void finish() override {}
    std::uint64_t bytes_written() const override { return 0; }

    std::vector<std::uint8_t> take() { return std::move(image_); }

private:
    template <class Real>
    void color(const Real* values, const Strip& strip) const {
        const std::size_t first = strip.first_row * request_.grid.cols();
        const std::size_t cells = strip.rows * request_.grid.cols();
        for (std::size_t i = 0; i < cells; ++i)
            image_[first + i] = map_.index(static_cast<double>(values[i]));
    }

    SurfaceRequest request_;
    Field field_;
    const ColorMap& map_;
    mutable std::vector<std::uint8_t> image_;
};

}  // namespace

std::vector<std::uint8_t> index_image(const LoadedModel& model, View view, Field field,
                                      const ColorMap& map, const StripOptions& options) {
    view.fields = {field};
    IndexImageSink sink(view, field, map);
    std::array<Sink*, 1> sinks{&sink};
    run_strips(model.values(view), view, sinks, options);
    return sink.take();
}

}  // namespace gradscape
