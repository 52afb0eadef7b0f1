// A field's cells to palette indices, band by band, and into a PNG.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gradscape/color_filler.hpp"
#include "gradscape/sinks.hpp"
#include "host/color/color_table.hpp"
#include "host/io/deflated_rows.hpp"
#include "host/io/png_stream.hpp"
#include "host/io/run_deflater.hpp"
#include "host/io/statistics_record.hpp"

namespace gradscape {
namespace {

/// Bands of pixels, deflated by igzip.
struct PixelBands {
    Deflater deflater;
    std::vector<std::uint8_t> pixels;  ///< of a band, each row after its filter byte

    static std::size_t bytes(std::size_t band_size, std::size_t strip_size) {
        return Deflater::working_bytes() + band_size + Deflater::max_deflated_bytes(strip_size);
    }

    /// Rows [first, end) of a strip, highest first; `color(row, out)` gives the indices of one.
    template <class ColorRow>
    void append(std::size_t first, std::size_t end, std::size_t cols, ColorRow color,
                DeflatedRows& rows) {
        pixels.resize((end - first) * (cols + 1));
        std::uint8_t* out = pixels.data();
        for (std::size_t row = end; row-- > first; out += cols + 1) {
            out[0] = 0;  // PNG's filter "none"
            color(row, out + 1);
        }
        deflater.append(pixels, rows);
    }
};

/// What all kinds share: the stream, and the bands in their order.
class PictureSink : public Sink {
public:
    PictureSink(AtomicFile file, const SurfaceRequest& request, const ColorMap& map,
                std::span<const PngText> texts)
        : cols_(request.grid.cols()),
          band_rows_(band_rows(request.grid)),
          png_(std::move(file), request.grid.cols(), request.grid.rows(), map.colors(), texts) {}

    void finish() override { png_.finish(); }
    std::uint64_t bytes_written() const override { return png_.bytes_written(); }
    AtomicFile* file() override { return &png_.file(); }
    FileSize final_size() const override { return {0, png_.max_bytes()}; }
    SinkState save() override { return png_.save(); }
    void restore(std::string_view state) override { png_.restore(state); }

protected:
    std::size_t raw_bytes(std::size_t rows) const { return rows * (cols_ + 1); }

    /// `append(first, end)` for each band of a strip of so many rows, highest first.
    template <class Append>
    void for_each_band(std::size_t rows, Append append) const {
        for (std::size_t end = rows; end > 0;) {
            const std::size_t first = end - std::min(end, band_rows_);
            append(first, end);
            end = first;
        }
    }

    std::size_t cols_, band_rows_;
    PngStream png_;
};

/// Colours come from the evaluator, with the statistics of the values they stand for.
class ColorSink : public PictureSink {
public:
    ColorSink(AtomicFile file, const SurfaceRequest& request, ColorFiller colors,
              const ColorMap& map, std::span<const PngText> texts, FieldStatistics& statistics)
        : PictureSink(std::move(file), request, map, texts),
          colors_(std::move(colors)),
          statistics_(statistics) {}

    SinkState save() override {
        SinkState saved = png_.save();
        ByteWriter statistics;
        put(statistics, statistics_, false);
        saved.state = statistics.bytes() + saved.state;
        return saved;
    }
    void restore(std::string_view state) override {
        ByteReader reader(state);
        statistics_ = get_statistics(reader, false);
        png_.restore(reader.get_rest());
    }

protected:
    ColorFiller colors_;
    FieldStatistics& statistics_;
};

/// Values are coloured by table.
template <class Real>
class ValueSink : public PictureSink {
public:
    ValueSink(AtomicFile file, const SurfaceRequest& request, Field field, const ColorMap& map,
              std::span<const PngText> texts)
        : PictureSink(std::move(file), request, map, texts), field_(field), table_(map) {}

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<ValuePiece>(); }
    std::size_t piece_bytes(std::size_t rows) const override {
        return PixelBands::bytes(raw_bytes(band_rows_), raw_bytes(rows));
    }
    void encode(const Strip& strip, Piece& piece) const override {
        auto& p = static_cast<ValuePiece&>(piece);
        p.rows.clear();
        const auto color = [&](std::size_t row, std::uint8_t* out) {
            table_.indices({strip.field<Real>(field_) + row * cols_, cols_}, out);
        };
        for_each_band(strip.rows, [&](std::size_t first, std::size_t end) {
            p.bands.append(first, end, cols_, color, p.rows);
        });
    }
    void commit(Piece& piece) override { png_.append(static_cast<ValuePiece&>(piece).rows); }

private:
    struct ValuePiece : Piece {
        PixelBands bands;
        DeflatedRows rows;
    };
    Field field_;
    ColorTable<Real> table_;
};

/// Runs: some bands at a time, since it solves rows in packs.
class RunSink : public ColorSink {
public:
    using ColorSink::ColorSink;

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<RunPiece>(); }
    std::size_t piece_bytes(std::size_t rows) const override {
        constexpr std::size_t run_and_bits = sizeof(ColorRun) + 4, value = sizeof(double);
        return raw_bytes(std::min(rows, rows_at_once())) * (run_and_bits + value) +
               max_deflated_run_bytes(raw_bytes(rows), rows / band_rows_ + 1);
    }
    void encode(const Strip& strip, Piece& piece) const override {
        auto& [colors, rows, statistics] = static_cast<RunPiece&>(piece);
        rows.clear();
        statistics = {};
        for (std::size_t end = strip.rows; end > 0;) {
            const std::size_t first = end - std::min(end, rows_at_once());
            colors_.fill({strip.first_row + first, end - first, {}}, colors);
            deflate_runs({colors.runs.get(), colors.run_count}, cols_, band_rows_, rows);
            statistics.merge(colors.statistics);
            end = first;
        }
    }
    void commit(Piece& piece) override {
        png_.append(static_cast<RunPiece&>(piece).rows);
        statistics_.merge(static_cast<RunPiece&>(piece).statistics);
    }

private:
    std::size_t rows_at_once() const { return (8 + band_rows_ - 1) / band_rows_ * band_rows_; }

    struct RunPiece : Piece {
        StripColors colors;
        DeflatedRows rows;
        FieldStatistics statistics;
    };
};

/// Palette indices.
class IndexSink : public ColorSink {
public:
    using ColorSink::ColorSink;

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<IndexPiece>(); }
    std::size_t piece_bytes(std::size_t rows) const override {
        return rows * cols_ + PixelBands::bytes(raw_bytes(band_rows_), raw_bytes(rows));
    }
    void encode(const Strip& strip, Piece& piece) const override {
        auto& p = static_cast<IndexPiece&>(piece);
        p.rows.clear();
        colors_.fill(strip, p.colors);
        const auto color = [&](std::size_t row, std::uint8_t* out) {
            std::memcpy(out, p.colors.indices.data() + row * cols_, cols_);
        };
        for_each_band(strip.rows, [&](std::size_t first, std::size_t end) {
            p.bands.append(first, end, cols_, color, p.rows);
        });
    }
    void commit(Piece& piece) override {
        png_.append(static_cast<IndexPiece&>(piece).rows);
        statistics_.merge(static_cast<IndexPiece&>(piece).colors.statistics);
    }

private:
    struct IndexPiece : Piece {
        StripColors colors;
        PixelBands bands;
        DeflatedRows rows;
    };
};

}  // namespace

std::unique_ptr<Sink> heatmap_sink(AtomicFile file, const SurfaceRequest& request, Field field,
                                   const ColorMap& map, std::span<const PngText> texts) {
    if (request.precision == Precision::f32)
        return std::make_unique<ValueSink<float>>(std::move(file), request, field, map, texts);
    return std::make_unique<ValueSink<double>>(std::move(file), request, field, map, texts);
}

std::unique_ptr<Sink> heatmap_sink(AtomicFile file, const SurfaceRequest& request,
                                   ColorFiller colors, const ColorMap& map,
                                   std::span<const PngText> texts, FieldStatistics& statistics) {
    if (colors.shape == ColorFiller::Shape::runs)
        return std::make_unique<RunSink>(std::move(file), request, std::move(colors), map, texts,
                                         statistics);
    return std::make_unique<IndexSink>(std::move(file), request, std::move(colors), map, texts,
                                       statistics);
}

}  // namespace gradscape
