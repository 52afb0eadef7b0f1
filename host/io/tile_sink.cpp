// A picture in tiles, level by level. They grow in one pack, which is what a killed render goes on
// with; at the end each gets its file.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "gradscape/error.hpp"
#include "gradscape/resume.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/transaction.hpp"
#include "host/color/color_table.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/file_identity.hpp"
#include "host/io/tile_overview.hpp"
#include "host/io/tile_pack.hpp"
#include "host/io/tile_viewer.hpp"

namespace gradscape::io {
namespace {

struct TilePiece : Piece {
    std::optional<TileEncoder> encoder;
    TileImage band;                 ///< indices of a row of tiles
    std::string pngs;               ///< its tiles, one after the other
    std::vector<std::size_t> ends;  ///< of each of them
};

class TileSink : public DurableSinkOf<TilePiece, FileSink> {
public:
    TileSink(ByteSink bytes, const View& view, const TileOptions& options, const ColorMap& map,
             std::span<const PngText> texts)
        : view_(view),
          options_(options),
          palette_(map.colors().begin(), map.colors().end()),
          parameters_(tile_parameters(texts, options.overview)),
          color_bar_(tile_color_bar(map, *view.fields.begin())),
          plan_(view.grid, options.overview),
          rows_above_(options.shard ? plan_.rows() - plan_.rows_of(*options.shard).end : 0),
          names_(bytes.file() ? tile_names(bytes.file()->path()) : TileNames{}),
          folder_(bytes.file() ? std::make_shared<TileFolder>(names_.folder) : nullptr),
          pack_(std::move(bytes)) {
        if (options.shape) return;
        if (view.precision == Precision::f32)
            table_.emplace<color::ColorTable<float>>(map);
        else
            table_.emplace<color::ColorTable<double>>(map);
    }

    std::unique_ptr<Piece> make_piece() const override {
        auto piece = std::make_unique<TilePiece>();
        piece->encoder.emplace(palette_);
        return piece;
    }

    std::size_t piece_bytes(std::size_t rows) const override {
        return TileEncoder::working_bytes() + rows * plan_.cols() + most_bytes_of_band();
    }

    void finish() override {
        if (!folder_) return;
        write_tiles();
        folder_->complete();
        AtomicFile& pack = *pack_.file();
        description_.emplace(pack.another());
        description_->write(tile_description(view_.grid));
        description_->complete();
        const std::string name = std::filesystem::path(names_.folder).filename().string();
        page_.emplace(pack.transaction() ? pack.transaction()->open(names_.page)
                                         : AtomicFile(names_.page));
        page_->write(tile_page(view_, name, parameters_, color_bar_));
        page_->complete();
    }

    /// The description last: who finds it finds all that it leads to.
    void publish() override {
        if (!folder_) return;
        const auto publish_folder = [folder = folder_, description = description_->target()] {
            std::error_code ignored;
            std::filesystem::remove(description, ignored);  // of the tiles before
            folder->publish();
        };
        if (Transaction* const transaction = description_->transaction())
            transaction->before_publishing(publish_folder);
        else
            publish_folder();
        page_->publish();
        description_->publish();
    }

    std::uint64_t bytes_written() const override { return pack_.size(); }
    AtomicFile* file() override { return pack_.file(); }

    /// At the end every tile is in the pack and has its file.
    FileSize final_size() const override {
        std::uint64_t bands = 0;
        for (const TileLevel& level : plan_.levels()) bands += level.bands();
        return {0, 3 * bands * most_bytes_of_band() + (1 << 16)};
    }

    SinkState save() override { return pack_.save(); }
    void restore(std::string_view state, std::uint64_t rows_done) override {
        pack_.restore(state, tiles_in(rows_above_, rows_done));
    }
    void join(const ShardPart& part) override {
        const std::size_t above = plan_.rows() - part.first_row - part.rows;
        pack_.join(*part.file, part.state, tiles_in(above, part.rows));
    }

protected:
    std::string pack_strip(const Strip& /*strip*/, const TilePiece& piece) const override {
        ByteWriter packed;
        packed.put(std::uint64_t{piece.ends.size()});
        for (const std::size_t end : piece.ends) packed.put(std::uint64_t{end});
        return packed.put_bytes(piece.pngs.data(), piece.pngs.size()).bytes();
    }
    void unpack_strip(const Strip& place, std::string_view bytes, TilePiece& piece) const override {
        ByteReader reader(bytes);
        const TileLevel& level = plan_.levels()[plan_.place(place.first_row, place.rows).level];
        if (reader.get<std::uint64_t>() != tiles_along(level.cols)) throw MalformedRecord();
        piece.ends.assign(tiles_along(level.cols), 0);
        for (std::size_t& end : piece.ends) end = reader.get<std::uint64_t>();
        piece.pngs = reader.get_rest();
        if (piece.ends.back() != piece.pngs.size() || !std::ranges::is_sorted(piece.ends))
            throw MalformedRecord();
    }
    void encode_strip(const Strip& strip, bool first, TilePiece& piece) const override {
        const TilePlace place = plan_.place(strip.first_row, strip.rows);
        const TileLevel& level = plan_.levels()[place.level];
        TileImage& band = piece.band;
        if (first) {
            band.cols = level.cols;
            band.rows = std::min(tile_size, level.rows - place.band * tile_size);
            band.pixels.resize(band.cols * band.rows);
            piece.pngs.clear();
            piece.ends.clear();
        }
        if (place.rows > 0) color(strip, place, band);
        if (strip.first_row % tile_size != 0) return;  // rows below are to come
        for (std::size_t left = 0; left < band.cols; left += tile_size) {
            piece.encoder->append(band, left, std::min(tile_size, band.cols - left), piece.pngs);
            piece.ends.push_back(piece.pngs.size());
        }
    }

    void commit_strip(TilePiece& piece) override {
        std::size_t start = 0;
        for (const std::size_t end : piece.ends) {
            pack_.append(std::string_view(piece.pngs).substr(start, end - start));
            start = end;
        }
    }

private:
    /// Where the indices of a row of the grid go: pictures have w_rec upwards.
    std::uint8_t* row_of(TileImage& band, const TilePlace& place, std::size_t row) const {
        const std::size_t from_top = plan_.levels()[place.level].rows - 1 - (place.first_row + row);
        return band.pixels.data() + from_top % tile_size * band.cols;
    }

    void color(const Strip& strip, const TilePlace& place, TileImage& band) const {
        if (!options_.shape)
            std::visit([&](const auto& table) { color_values(table, strip, place, band); }, table_);
        else if (*options_.shape == ColorShape::runs)
            color_runs(*strip.colors, place, band);
        else
            for (std::size_t row = 0; row < place.rows; ++row)
                std::memcpy(row_of(band, place, row),
                            strip.colors->indices.data() + row * band.cols, band.cols);
    }

    void color_values(std::monostate, const Strip&, const TilePlace&, TileImage&) const {}
    template <class Real>
    void color_values(const color::ColorTable<Real>& table, const Strip& strip,
                      const TilePlace& place, TileImage& band) const {
        const Real* const values = strip.field<Real>(*view_.fields.begin());
        for (std::size_t row = 0; row < place.rows; ++row)
            table.indices({values + (place.offset + row) * band.cols, band.cols},
                          row_of(band, place, row));
    }

    void color_runs(const StripColors& colors, const TilePlace& place, TileImage& band) const {
        std::size_t row = 0, start = 0;
        for (std::size_t r = 0; r < colors.run_count; ++r) {
            const ColorRun& run = colors.runs[r];
            std::memset(row_of(band, place, row) + start, run.index, run.end - start);
            start = run.end;
            if (start == band.cols) start = 0, ++row;
        }
    }

    std::uint64_t most_bytes_of_band() const {
        const std::size_t per_tile = TileEncoder::max_bytes(tile_size, tile_size, 1);
        return tiles_along(plan_.cols()) * (per_tile + sizeof(std::uint64_t));
    }

    /// Of the plan's rows below so many, counted from the top.
    std::uint64_t tiles_in(std::uint64_t rows_above, std::uint64_t rows) const {
        if (rows % tile_size != 0) throw MalformedRecord();
        const std::uint64_t first = rows_above / tile_size, end = first + rows / tile_size;
        std::uint64_t tiles = 0, band = 0;
        for (const TileLevel& level : plan_.levels()) {
            const std::uint64_t next = band + level.bands();
            const std::uint64_t bands =
                std::max(std::min(next, end), band) - std::min(std::max(band, first), next);
            tiles += bands * tiles_along(level.cols);
            band = next;
        }
        return tiles;
    }

    void write_tiles() {
        const std::size_t levels = level_count(view_.grid);
        folder_->start(parameters_, levels);
        TileName name{levels - 1, 0, 0};
        std::unordered_map<std::uint64_t, TileName> firsts;  // by their place in the pack
        pack_.for_each([&](std::string_view png, std::uint64_t, std::uint64_t first) {
            const TileLevel& level = plan_.levels()[levels - 1 - name.level];
            const auto same = firsts.find(first);
            if (same == firsts.end() || !folder_->link(name, same->second)) {
                folder_->write(name, png);
                firsts.insert_or_assign(first, name);
            }
            if (++name.col < tiles_along(level.cols)) return;
            name.col = 0;
            if (++name.row < level.bands()) return;
            name.row = 0, --name.level;
        });
        if (options_.overview != Overview::evaluated)
            write_overview(*folder_, view_.grid, options_.overview, palette_);
    }

    View view_;
    TileOptions options_;
    std::vector<Rgb> palette_;
    std::string parameters_;
    std::string color_bar_;
    TilePlan plan_;
    std::size_t rows_above_;  ///< a shard's
    TileNames names_;
    std::shared_ptr<TileFolder> folder_;  ///< a transaction publishes it when we are gone
    TilePack pack_;
    std::variant<std::monostate, color::ColorTable<float>, color::ColorTable<double>> table_;
    std::optional<AtomicFile> description_, page_;
};

[[noreturn]] void fail_without_place() {
    throw InputError(
        "tiles are many files, which need a place beside a file: give a path that ends in .dzi");
}

void check_page(const std::string& path) {
    const std::string page = tile_names(path).page;
    std::error_code ignored;
    if (std::filesystem::exists(page, ignored) && !is_tile_page(page))
        throw InputError(fmt::format(
            "'{}' is in the way, and is not a page of tiles that was made here; move it away",
            page));
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

void claim_tiles(Transaction& files, const std::string& path, const std::optional<Shard>& shard) {
    if (io::resolve_path(path).kind == io::ResolvedPath::Kind::device) io::fail_without_place();
    claim_resumable(files, {&path, 1}, shard);
    const TileNames names = tile_names(path);
    io::check_page(path);
    const io::TileFolder in_its_place(names.folder);
    files.reserve(names.folder);
    files.write(names.page);
}

std::unique_ptr<FileSink> tiles_sink(ByteSink bytes, const View& view, const TileOptions& options,
                                     const ColorMap& map, std::span<const PngText> texts) {
    const AtomicFile* const file = bytes.file();
    if (!bytes.is_nowhere()) {
        if (!file || file->is_direct()) io::fail_without_place();
        io::check_page(file->path());
    }
    return std::make_unique<io::TileSink>(std::move(bytes), view, options, map, texts);
}

}  // namespace gradscape
