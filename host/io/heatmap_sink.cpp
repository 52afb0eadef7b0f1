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
#include "host/io/byte_record.hpp"
#include "host/io/deflated_rows.hpp"
#include "host/io/png_stream.hpp"
#include "host/io/run_deflater.hpp"

namespace gradscape::io {
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
template <class OwnPiece>
class PictureSink : public DurableSinkOf<OwnPiece, FileSink> {
public:
    PictureSink(ByteSink bytes, const View& view, const ColorMap& map,
                std::span<const PngText> texts)
        : cols_(view.grid.cols()),
          band_rows_(band_rows(view.grid)),
          png_(std::move(bytes), view.grid.cols(), view.grid.rows(), map.colors(), texts) {}

    void finish() override { png_.finish(); }
    std::uint64_t bytes_written() const override { return png_.bytes_written(); }
    AtomicFile* file() override { return png_.file(); }
    FileSize final_size() const override { return {0, png_.max_bytes()}; }
    SinkState save() override { return png_.save(); }
    void restore(std::string_view state, std::uint64_t rows_done) override {
        png_.restore(state, rows_done);
    }
    void join(const ShardPart& part) override { png_.join(part); }

protected:
    std::string pack_strip(const Strip& /*strip*/, const OwnPiece& piece) const override {
        return ByteWriter()
            .put(piece.rows.adler)
            .put(piece.rows.raw_size)
            .put_bytes(piece.rows.bytes.data(), piece.rows.bytes.size())
            .bytes();
    }
    void unpack_strip(const Strip& place, std::string_view bytes, OwnPiece& piece) const override {
        ByteReader reader(bytes);
        piece.rows.adler = reader.get<std::uint32_t>();
        piece.rows.raw_size = reader.get<std::uint64_t>();
        if (piece.rows.raw_size != raw_bytes(place.rows)) throw MalformedRecord();
        const std::string_view deflated = reader.get_rest();
        piece.rows.bytes.assign(deflated.begin(), deflated.end());
    }

    void commit_strip(OwnPiece& piece) override { png_.append(piece.rows); }

    std::size_t raw_bytes(std::size_t rows) const { return rows * (cols_ + 1); }

    std::size_t cols_, band_rows_;
    PngStream png_;
};

struct PixelPiece : Piece {
    PixelBands bands;
    DeflatedRows rows;
};

/// Pixels, deflated by igzip band by band: of values, coloured by a table, or of palette indices.
class PixelSink : public PictureSink<PixelPiece> {
public:
    using PictureSink::PictureSink;

    std::size_t piece_bytes(std::size_t rows) const override {
        return PixelBands::bytes(raw_bytes(band_rows_), raw_bytes(rows));
    }

protected:
    /// `color(row, out)` gives the indices of a row of the strip.
    template <class ColorRow>
    void append_bands(const Strip& strip, bool first_block, ColorRow color,
                      PixelPiece& piece) const {
        if (first_block) piece.rows.clear();
        for (std::size_t end = strip.rows; end > 0;) {
            const std::size_t first = end - std::min(end, band_rows_);
            piece.bands.append(first, end, cols_, color, piece.rows);
            end = first;
        }
    }
};

template <class Real>
class ValueSink : public PixelSink {
public:
    ValueSink(ByteSink bytes, const View& view, Field field, const ColorMap& map,
              std::span<const PngText> texts)
        : PixelSink(std::move(bytes), view, map, texts), field_(field), table_(map) {}

private:
    void encode_strip(const Strip& strip, bool first, PixelPiece& piece) const override {
        const auto color = [&](std::size_t row, std::uint8_t* out) {
            table_.indices({strip.field<Real>(field_) + row * cols_, cols_}, out);
        };
        append_bands(strip, first, color, piece);
    }

    Field field_;
    color::ColorTable<Real> table_;
};

class IndexSink : public PixelSink {
public:
    using PixelSink::PixelSink;

private:
    void encode_strip(const Strip& strip, bool first, PixelPiece& piece) const override {
        const auto color = [&](std::size_t row, std::uint8_t* out) {
            std::memcpy(out, strip.colors->indices.data() + row * cols_, cols_);
        };
        append_bands(strip, first, color, piece);
    }
};

struct RunPiece : Piece {
    DeflatedRows rows;
};

class RunSink : public PictureSink<RunPiece> {
public:
    RunSink(ByteSink bytes, const View& view, const ColorMap& map, std::span<const PngText> texts)
        : PictureSink(std::move(bytes), view, map, texts), block_rows_(run_block_rows(view.grid)) {}

    std::size_t piece_bytes(std::size_t rows) const override {
        constexpr std::size_t bits = 4;  // of a run, before they are packed
        const std::size_t at_once = std::min(rows, block_rows_);
        return raw_bytes(at_once) * bits +
               max_deflated_run_bytes(raw_bytes(rows), rows / band_rows_ + 1);
    }

private:
    void encode_strip(const Strip& strip, bool first, RunPiece& piece) const override {
        if (first) piece.rows.clear();
        deflate_runs({strip.colors->runs.get(), strip.colors->run_count}, cols_, band_rows_,
                     piece.rows);
    }

    std::size_t block_rows_;
};

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> heatmap_sink(ByteSink bytes, const View& view, Field field,
                                       const ColorMap& map, std::span<const PngText> texts) {
    return with_real(view.precision, [&](auto real) -> std::unique_ptr<FileSink> {
        return std::make_unique<io::ValueSink<decltype(real)>>(std::move(bytes), view, field, map,
                                                               texts);
    });
}

std::unique_ptr<FileSink> heatmap_sink(ByteSink bytes, const View& view, ColorShape shape,
                                       const ColorMap& map, std::span<const PngText> texts) {
    if (shape == ColorShape::runs)
        return std::make_unique<io::RunSink>(std::move(bytes), view, map, texts);
    return std::make_unique<io::IndexSink>(std::move(bytes), view, map, texts);
}

}  // namespace gradscape
