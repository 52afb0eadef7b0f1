// From strips to kernels: a strip is cut into pieces that fit the device's free memory; two slots,
// each with a stream and pinned memory, take turns, so that one piece computes and is copied while
// the values of the one before are put into the strip. The calling threads share a few such lanes,
// which are spread over the devices. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#include "kernels/surface.cuh"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "gradscape/interrupt.hpp"
#include "kernels/statistics.cuh"

namespace gradscape::GRADSCAPE_BACKEND {
namespace {

constexpr std::size_t lanes_per_device = 8;
constexpr std::size_t most_cells = 1 << 22, least_cells = 1 << 10;  // of a piece
constexpr std::size_t most_rows = 65535;                            // the grid's limit in y

template <class Real>
std::vector<std::uint32_t> bits_of(const SequenceView<Real>& data) {
    const auto length = static_cast<std::size_t>(data.length);
    const auto words = static_cast<std::size_t>(words_of(data.length));
    std::vector<std::uint32_t> bits(static_cast<std::size_t>(data.count) * words);
    for (int i = 0; i < data.count; ++i)
        for (std::size_t k = 0; k < length; ++k)
            if (data.inputs_of(i)[k] != 0)
                bits[static_cast<std::size_t>(i) * words + k / BitInputs::word_bits] |=
                    1u << k % BitInputs::word_bits;
    return bits;
}

/// Values with the last one repeated, so that whole vectors may be read.
template <class T>
DeviceBuffer<T> padded(const T* from, std::size_t count, Stream& stream) {
    if (!from) return {};
    std::vector<T> values(from, from + count);
    values.resize((count + 3) / 4 * 4, values.back());
    DeviceBuffer<T> buffer = to_device(values.data(), values.size(), stream);
    stream.synchronize();  // `values` is still needed
    return buffer;
}

template <class Real>
std::unique_ptr<DeviceTask<Real>> on_device(const SurfaceTask<Real>& task, int device) {
    use_device(device);
    Stream stream;
    const bool bits = task.binary && task.data.count > 0;
    const std::vector<std::uint32_t> words =
        bits ? bits_of(task.data) : std::vector<std::uint32_t>();
    SequenceView<Real> data = task.data;
    if (bits) data.inputs = nullptr;
    auto made = std::make_unique<DeviceTask<Real>>(DeviceTask<Real>{
        device, task.cell, task.rows, task.binary, task.fields, task.grid_cols, task.axis,
        task.training, padded(task.wx, task.grid_cols, stream),
        padded(task.wx_exact, task.grid_cols, stream), to_device(task.wrec, task.grid_rows, stream),
        DeviceSequences<Real>(data, stream), to_device(words.data(), words.size(), stream),
        DeviceSequences<double>(task.exact, stream),
        DeviceSequences<double>(task.row_data, stream)});
    stream.synchronize();
    return made;
}

/// Two slots on one device, used by one thread at a time.
template <class Real>
class Lane {
public:
    explicit Lane(const DeviceTask<Real>& task) : task_(task), piece_cells_(affordable_cells()) {}

    void fill(const Strip& strip) {
        use_device(task_.device);
        while (true) {
            try {
                return fill_by_pieces(strip);
            } catch (const OutOfDeviceMemory& error) {
                for (Slot& slot : slots_) {
                    slot.stream.synchronize();
                    slot.piece.reset();
                    slot.buffers = {};
                }
                piece_cells_ /= 2;
                if (piece_cells_ < least_cells)
                    throw RunError(std::string(error.what()) +
                                   ", even in pieces of a thousand cells: free some of the "
                                   "device's memory, or give fewer sequences or time steps");
            }
        }
    }

private:
    struct Slot {
        Stream stream;
        PieceBuffers<Real> buffers;
        std::optional<Piece> piece;  ///< in the works
    };

    std::size_t affordable_cells() const {
        use_device(task_.device);
        const auto states =
            static_cast<std::size_t>(checkpoint_count(task_.data.view.length, long_chunk));
        const std::size_t bytes = (field_count + states) * sizeof(Real) + 1;
        const std::size_t share = free_device_memory() / (2 * lanes_per_device);
        return std::clamp(share / bytes, least_cells, most_cells);
    }

    void fill_by_pieces(const Strip& strip) {
        const std::size_t cols = std::min(task_.grid_cols, piece_cells_ / 64 * 64);
        const std::size_t rows =
            std::min({strip.rows, most_rows, std::max<std::size_t>(piece_cells_ / cols, 1)});
        if (strip.statistics) *strip.statistics = {strip.statistics->histogram, {}, {}};
        std::size_t turn = 0;
        for (std::size_t row = 0; row < strip.rows; row += rows)
            for (std::size_t col = 0; col < task_.grid_cols; col += cols) {
                check_interrupt();
                Slot& slot = slots_[turn++ % 2];
                finish(slot, strip);
                start(slot, {strip.first_row + row, col,
                             static_cast<unsigned>(std::min(rows, strip.rows - row)),
                             static_cast<unsigned>(std::min(cols, task_.grid_cols - col))});
            }
        finish(slots_[turn % 2], strip);
        finish(slots_[(turn + 1) % 2], strip);
    }

    template <class Use>
    void for_each_field(Use use) const {
        for (std::size_t f = 0; f < field_count; ++f)
            if (task_.fields.has(static_cast<Field>(f))) use(f);
    }

    void start(Slot& slot, const Piece& piece) {
        const PieceWork<Real> work{task_, piece, slot.buffers, slot.stream};
        const std::size_t cells = std::size_t{piece.rows} * piece.cols;
        std::size_t fields = 0;
        for_each_field([&](std::size_t f) {
            reserve(slot.buffers.fields[f], piece.rows * work.pitch());
            ++fields;
        });
        reserve(slot.buffers.host, fields * cells);
        slot.piece = piece;
        if (task_.fields.any_plain()) task_.rows ? launch_rows(work) : launch_bptt(work);
        if (task_.fields.any_training()) launch_train(work);
        Real* to = slot.buffers.host.data();
        for_each_field([&](std::size_t f) {
            download_rows(to, slot.buffers.fields[f], work.pitch(), piece.cols, piece.rows,
                          slot.stream);
            to += cells;
        });
    }

    void finish(Slot& slot, const Strip& strip) {
        if (!slot.piece) return;
        const Range range("to the strip");
        slot.stream.synchronize();
        slot.buffers.check();
        const Piece& piece = *slot.piece;
        const Real* from = slot.buffers.host.data();
        for_each_field([&](std::size_t f) {
            Real* to = static_cast<Real*>(strip.data[f]) +
                       (piece.first_row - strip.first_row) * task_.grid_cols + piece.first_col;
            for (unsigned row = 0; row < piece.rows; ++row) {
                std::memcpy(to, from, piece.cols * sizeof(Real));
                to += task_.grid_cols;
                from += piece.cols;
            }
        });
        if (strip.statistics) add_statistics(slot, *strip.statistics);
        slot.piece.reset();
    }

    void add_statistics(Slot& slot, StripStatistics& statistics) const {
        const Range range("statistics");
        const Piece& piece = *slot.piece;
        const PieceWork<Real> work{task_, piece, slot.buffers, slot.stream};
        const auto grid_cell = [&](std::uint64_t cell) {
            return (piece.first_row + cell / piece.cols) * task_.grid_cols + piece.first_col +
                   cell % piece.cols;
        };
        for_each_field([&](std::size_t f) {
            FieldStatistics part = field_statistics<Real>(
                {slot.buffers.fields[f].data(), piece.rows, piece.cols, work.pitch()},
                statistics.histogram, slot.stream);
            part.min_cell = grid_cell(part.min_cell);
            part.max_cell = grid_cell(part.max_cell);
            statistics.of[f].merge(part);
            statistics.known.add(static_cast<Field>(f));
        });
    }

    const DeviceTask<Real>& task_;
    std::array<Slot, 2> slots_;
    std::size_t piece_cells_;
};

/// The lanes of all devices; a thread that finds none free waits.
template <class Real>
class Lanes {
public:
    explicit Lanes(const SurfaceTask<Real>& task) {
        for (int device = 0; device < device_count(); ++device)
            tasks_.push_back(on_device(task, device));
    }

    void fill(const Strip& strip) {
        std::unique_ptr<Lane<Real>> lane = take();
        try {
            lane->fill(strip);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            --made_;  // what is under way in this one is of no use
            returned_.notify_one();
            throw;
        }
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(lane));
        returned_.notify_one();
    }

private:
    std::unique_ptr<Lane<Real>> take() {
        std::unique_lock lock(mutex_);
        const std::size_t most = lanes_per_device * tasks_.size();
        returned_.wait(lock, [&] { return !free_.empty() || made_ < most; });
        if (free_.empty()) return std::make_unique<Lane<Real>>(*tasks_[made_++ % tasks_.size()]);
        std::unique_ptr<Lane<Real>> lane = std::move(free_.back());
        free_.pop_back();
        return lane;
    }

    std::vector<std::unique_ptr<DeviceTask<Real>>> tasks_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Lane<Real>>> free_;
    std::size_t made_ = 0;
};

template <class Real>
StripFiller surface(const SurfaceTask<Real>& task) {
    const auto lanes = std::make_shared<Lanes<Real>>(task);
    return [lanes](const Strip& strip) { lanes->fill(strip); };
}

}  // namespace
}  // namespace gradscape::GRADSCAPE_BACKEND

namespace gradscape {

const KernelSet GRADSCAPE_KERNEL_SET{
    GRADSCAPE_BACKEND::device_missing, GRADSCAPE_BACKEND::device_names,
    GRADSCAPE_BACKEND::surface<float>, GRADSCAPE_BACKEND::surface<double>};

}  // namespace gradscape
