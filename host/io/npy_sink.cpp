// A field as `.npy`: every strip has its place in the file, so threads write at offsets and nothing
// waits for its turn.
// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>

#include "gradscape/atomic_file.hpp"
#include "gradscape/sinks.hpp"
#include "host/io/npy_header.hpp"

namespace gradscape {
namespace {

class NpySink : public Sink {
public:
    NpySink(const std::string& path, const SurfaceRequest& request, Field field)
        : field_(field),
          real_bytes_(request.precision == Precision::f32 ? sizeof(float) : sizeof(double)),
          cols_(request.grid.cols()),
          file_(path) {
        const std::array shape{request.grid.rows(), request.grid.cols()};
        const std::string header = npy_header(real_bytes_, shape);
        file_.write_at(0, header.data(), header.size());
        header_bytes_ = header.size();
        bytes_written_ = header_bytes_;
    }

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<Piece>(); }
    std::size_t piece_bytes(std::size_t) const override { return 0; }

    void encode(const Strip& strip, Piece&) const override {
        const std::uint64_t row_bytes = cols_ * real_bytes_;
        const std::size_t size = strip.rows * row_bytes;
        file_.write_at(header_bytes_ + strip.first_row * row_bytes,
                       strip.data[static_cast<std::size_t>(field_)], size);
        bytes_written_ += size;
    }

    void commit(Piece&) override {}
    void finish() override { file_.commit(); }
    std::uint64_t bytes_written() const override { return bytes_written_; }

private:
    Field field_;
    std::size_t real_bytes_, cols_, header_bytes_ = 0;
    AtomicFile file_;
    mutable std::atomic<std::uint64_t> bytes_written_{0};
};

}  // namespace

std::unique_ptr<Sink> npy_sink(const std::string& path, const SurfaceRequest& request,
                               Field field) {
    return std::make_unique<NpySink>(path, request, field);
}

}  // namespace gradscape
