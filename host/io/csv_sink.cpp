// A small surface as text, shortest-round-trip. Strips come from the top and the text is wanted
// from the bottom, so it is kept until the end; the limit on cells bounds it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"

namespace gradscape {
namespace {

struct CsvPiece : Piece {
    std::string text;
};

class CsvSink : public Sink {
public:
    CsvSink(const std::string& path, const SurfaceRequest& request)
        : grid_(request.grid), precision_(request.precision), file_(path) {
        header_ = "w_x,w_rec";
        for (std::size_t f = 0; f < field_count; ++f) {
            const auto field = static_cast<Field>(f);
            if (!request.fields.has(field)) continue;
            fields_.push_back(field);
            header_ += ',';
            header_ += name_of(field);
        }
        std::replace(header_.begin(), header_.end(), '-', '_');
        header_ += '\n';
    }

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<CsvPiece>(); }

    std::size_t piece_bytes(std::size_t rows) const override {
        constexpr std::size_t longest_number = 25;  // with its comma
        return rows * grid_.cols() * (2 + fields_.size()) * longest_number;
    }

    void encode(const Strip& strip, Piece& piece) const override {
        std::string& text = static_cast<CsvPiece&>(piece).text;
        text.clear();
        if (precision_ == Precision::f32)
            format<float>(strip, text);
        else
            format<double>(strip, text);
    }

    void commit(Piece& piece) override {
        const std::string& text = static_cast<CsvPiece&>(piece).text;
        bytes_ += text.size();
        strips_.push_back(text);
    }

    void finish() override {
        file_.write(header_);
        for (auto strip = strips_.rbegin(); strip != strips_.rend(); ++strip) file_.write(*strip);
        file_.commit();
    }

    std::uint64_t bytes_written() const override { return bytes_; }

private:
    template <class Real>
    void format(const Strip& strip, std::string& text) const {
        for (std::size_t row = 0; row < strip.rows; ++row) {
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

    Grid grid_;
    Precision precision_;
    std::vector<Field> fields_;
    std::string header_;
    AtomicFile file_;
    std::vector<std::string> strips_;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Sink> csv_sink(const std::string& path, const SurfaceRequest& request) {
    if (request.grid.cells() > csv_max_cells)
        throw InputError(fmt::format(
            "cannot write '{}': {} × {} cells are too many for CSV (at most {}); use .npy or .npz",
            path, request.grid.cols(), request.grid.rows(), csv_max_cells));
    return std::make_unique<CsvSink>(path, request);
}

}  // namespace gradscape
