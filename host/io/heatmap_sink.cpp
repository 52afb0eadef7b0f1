// A field's cells to palette indices, band by band, and into a PNG.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "gradscape/sinks.hpp"
#include "host/color_table.hpp"
#include "host/io/deflated_rows.hpp"
#include "host/io/png_stream.hpp"

namespace gradscape {
namespace {

struct HeatmapPiece : Piece {
    Deflater deflater;
    std::vector<std::uint8_t> pixels;  ///< of a band, each row after its filter byte
    DeflatedRows rows;
};

template <class Real>
class HeatmapSink : public Sink {
public:
    HeatmapSink(const std::string& path, const SurfaceRequest& request, Field field,
                const ColorMap& map, std::span<const PngText> texts)
        : field_(field),
          cols_(request.grid.cols()),
          band_rows_(band_rows(request.grid)),
          table_(map),
          png_(path, request.grid.cols(), request.grid.rows(), map.colors(), texts) {}

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<HeatmapPiece>(); }

    std::size_t piece_bytes(std::size_t rows) const override {
        const std::size_t row_bytes = cols_ + 1;
        return Deflater::working_bytes() + band_rows_ * row_bytes +
               Deflater::max_deflated_bytes(rows * row_bytes);
    }

    void encode(const Strip& strip, Piece& piece) const override {
        auto& [deflater, pixels, rows] = static_cast<HeatmapPiece&>(piece);
        rows.clear();
        for (std::size_t end = strip.rows; end > 0;) {
            const std::size_t first = end - std::min(end, band_rows_);
            color_rows(strip, first, end, pixels);
            deflater.append(pixels, rows);
            end = first;
        }
    }

    void commit(Piece& piece) override { png_.append(static_cast<HeatmapPiece&>(piece).rows); }
    void finish() override { png_.finish(); }
    std::uint64_t bytes_written() const override { return png_.bytes_written(); }

private:
    /// The strip's rows [first, end), highest first.
    void color_rows(const Strip& strip, std::size_t first, std::size_t end,
                    std::vector<std::uint8_t>& pixels) const {
        pixels.resize((end - first) * (cols_ + 1));
        std::uint8_t* out = pixels.data();
        for (std::size_t row = end; row-- > first; out += cols_ + 1) {
            out[0] = 0;  // PNG's filter "none"
            table_.indices({strip.field<Real>(field_) + row * cols_, cols_}, out + 1);
        }
    }

    Field field_;
    std::size_t cols_, band_rows_;
    ColorTable<Real> table_;
    PngStream png_;
};

}  // namespace

std::unique_ptr<Sink> heatmap_sink(const std::string& path, const SurfaceRequest& request,
                                   Field field, const ColorMap& map,
                                   std::span<const PngText> texts) {
    if (request.precision == Precision::f32)
        return std::make_unique<HeatmapSink<float>>(path, request, field, map, texts);
    return std::make_unique<HeatmapSink<double>>(path, request, field, map, texts);
}

}  // namespace gradscape
