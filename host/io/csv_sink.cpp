// A small surface as text, shortest-round-trip. Rows come from the top and the text is wanted from
// the bottom, so it is kept until the end; the limit on cells bounds it. The part file, for a
// render that may be resumed, holds the rows as they come.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/part_file.hpp"

namespace gradscape::io {
namespace {

struct CsvPiece : Piece {
    std::string text;
};

class CsvSink : public DurableSinkOf<CsvPiece, FileSink> {
public:
    CsvSink(ByteSink bytes, const View& view)
        : grid_(view.grid), precision_(view.precision), rows_(std::move(bytes)) {
        header_ = "w_x,w_rec";
        for (Field field : view.fields) {
            fields_.push_back(field);
            header_ += ',';
            header_ += name_of(field);
        }
        std::replace(header_.begin(), header_.end(), '-', '_');
        header_ += '\n';
    }

    std::size_t piece_bytes(std::size_t rows) const override {
        constexpr std::size_t longest_number = 25;  // with its comma
        return rows * grid_.cols() * (2 + fields_.size()) * longest_number;
    }

    void encode_strip(const Strip& strip, bool /*first*/, CsvPiece& piece) const override {
        std::string& text = piece.text;
        text.clear();
        with_real(precision_, [&](auto real) { format<decltype(real)>(strip, text); });
    }

    void commit_strip(CsvPiece& piece) override { text_ += piece.text; }

    void finish() override {
        ByteSink& all = rows_.file() ? all_.emplace(rows_.file()->another()) : rows_;
        all.write(header_);
        for (std::size_t end = text_.size(); end > 0;) {
            const std::size_t start = start_of_last_row({text_.data(), end});
            all.write({text_.data() + start, end - start});
            end = start;
        }
        all.complete();
    }

    void publish() override {
        if (all_) all_->file()->publish();
    }

    std::uint64_t bytes_written() const override { return text_.size(); }
    AtomicFile* file() override { return rows_.file(); }
    FileSize final_size() const override { return {0, 2 * piece_bytes(grid_.rows())}; }

    SinkState save() override {
        const std::uint64_t size = text_.size() - saved_;
        const WrittenRange added{saved_, size, crc_of(text_.data() + saved_, size)};
        rows_.write({text_.data() + saved_, size});
        rows_.flush();
        saved_ = text_.size();
        return {ByteWriter().put(saved_).bytes(), {added}, saved_};
    }

    void restore(std::string_view state, std::uint64_t rows_done) override {
        ByteReader reader(state);
        saved_ = reader.get<std::uint64_t>();
        reader.expect_end();
        if (saved_ > piece_bytes(rows_done)) throw MalformedRecord();
        text_.resize(saved_);
        rows_.file()->read_at(0, text_.data(), saved_);
    }

    std::string pack_strip(const Strip& /*strip*/, const CsvPiece& piece) const override {
        return piece.text;
    }
    void unpack_strip(const Strip& place, std::string_view bytes, CsvPiece& piece) const override {
        if (bytes.size() > piece_bytes(place.rows)) throw MalformedRecord();
        piece.text = bytes;
    }

    void join(const ShardPart& part) override {
        ByteReader reader(part.state);
        const auto size = reader.get<std::uint64_t>();
        reader.expect_end();
        if (size > piece_bytes(part.rows)) throw MalformedRecord();
        const std::size_t before = text_.size();
        text_.resize(before + size);
        part.file->read_at(0, text_.data() + before, size);
    }

private:
    template <class Real>
    void format(const Strip& strip, std::string& text) const {
        for (std::size_t row = strip.rows; row-- > 0;) {
            const double wrec = grid_.wrec.at(strip.first_row + row);
            for (std::size_t col = 0; col < grid_.cols(); ++col) {
                fmt::format_to(std::back_inserter(text), "{},{}", grid_.wx.at(col), wrec);
                for (Field field : fields_)
                    fmt::format_to(std::back_inserter(text), ",{}",
                                   strip.field<Real>(field)[row * grid_.cols() + col]);
                text += '\n';
            }
        }
    }

    /// Every cell has a line.
    std::size_t start_of_last_row(std::string_view text) const {
        std::size_t start = text.size();
        for (std::size_t cell = 0; cell < grid_.cols(); ++cell) {
            const std::size_t newline =
                start < 2 ? std::string_view::npos : text.rfind('\n', start - 2);
            start = newline == std::string_view::npos ? 0 : newline + 1;
        }
        return start;
    }

    Grid grid_;
    Precision precision_;
    std::vector<Field> fields_;
    std::string header_;
    ByteSink rows_;                ///< a file never under the final name
    std::optional<ByteSink> all_;  ///< from the bottom, where rows_ is a file
    std::string text_;             ///< from the top
    std::uint64_t saved_ = 0;      ///< of the text, in rows_
};

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> csv_sink(ByteSink bytes, const View& view) {
    if (view.grid.cells() > csv_max_cells)
        throw InputError(fmt::format(
            "cannot write {}: {} × {} cells are too many for CSV (at most {}); use .npy or .npz",
            bytes.file() ? fmt::format("'{}'", bytes.file()->path()) : "to memory",
            view.grid.cols(), view.grid.rows(), csv_max_cells));
    return std::make_unique<io::CsvSink>(std::move(bytes), view);
}

}  // namespace gradscape
