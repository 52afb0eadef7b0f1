// One thread's way through a device: a strip is cut into pieces that fit the free memory; two
// slots, each with a stream and pinned memory, take turns, so that one piece computes and is copied
// while the values of the one before are put into the strip. Plain C++, compiled once for each set
// of kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "gradscape/color_filler.hpp"
#include "gradscape/stop.hpp"
#include "kernels/device/piece_size.hpp"
#include "kernels/statistics.cuh"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

inline constexpr std::size_t lanes_per_device = 8;

/// A piece's cell among the grid's.
inline std::uint64_t grid_cell(std::uint64_t cell, const Piece& piece, std::size_t grid_cols) {
    return (piece.first_row + cell / piece.cols) * grid_cols + piece.first_col + cell % piece.cols;
}

/// Two slots on one device, used by one thread at a time, for one task after another.
template <class Real>
class Lane {
public:
    explicit Lane(int device)
        : device_(selected(device)), share_(free_device_memory() / (2 * lanes_per_device)) {}

    int device() const { return device_; }

    /// The strip's fields, or its colours where the task has thresholds. `make_room` is called
    /// where the device's memory does not suffice, before smaller pieces are tried.
    template <class MakeRoom>
    void fill(const DeviceTask<Real>& task, const Strip& strip, StripColors* colors,
              MakeRoom make_room) {
        use_device(device_);
        task_ = &task;
        while (true) {
            const PieceLimits limits{share_, cell_bytes(), most_launch_steps(), cell_steps(task)};
            piece_cells_ = piece_cells(strip.rows * task.grid_cols, limits);
            try {
                return fill_by_pieces(strip, colors);
            } catch (const OutOfDeviceMemory& error) {
                for (Slot& slot : slots_) {
                    slot.stream.synchronize();
                    slot.piece.reset();
                    slot.buffers = {};
                }
                make_room();
                share_ = piece_cells_ * limits.cell_bytes / 2;
                if (piece_cells_ / 2 < least_piece_cells)
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

        Slot() = default;
        /// No memory may go while the device copies from it or to it.
        ~Slot() { stream.drain(); }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
    };

    static int selected(int device) {
        use_device(device);
        return device;
    }

    std::size_t cell_bytes() const {
        const int length = std::max(task_->records.length, 1);
        const auto states = static_cast<std::size_t>(checkpoint_count(length, long_chunk));
        const std::size_t run = task_->fields.any_training() ? stored_run_values : 0;
        return (field_count + states + run) * sizeof(Real) + 1;
    }

    void fill_by_pieces(const Strip& strip, StripColors* colors) {
        if (colors) {
            colors->indices.resize(strip.rows * task_->grid_cols);
            colors->statistics = {};
        }
        const auto [rows, cols] = piece_size(strip.rows, task_->grid_cols, piece_cells_);
        if (strip.statistics) *strip.statistics = {strip.statistics->histogram, {}, {}};
        std::size_t turn = 0;
        for (std::size_t row = 0; row < strip.rows; row += rows)
            for (std::size_t col = 0; col < task_->grid_cols; col += cols) {
                check_stop();
                Slot& slot = slots_[turn++ % 2];
                finish(slot, strip, colors);
                start(slot, {strip.first_row + row, col,
                             static_cast<unsigned>(std::min(rows, strip.rows - row)),
                             static_cast<unsigned>(std::min(cols, task_->grid_cols - col))});
            }
        finish(slots_[turn % 2], strip, colors);
        finish(slots_[(turn + 1) % 2], strip, colors);
    }

    bool colored() const { return task_->thresholds.size() > 0; }

    void start(Slot& slot, const Piece& piece) {
        const PieceWork<Real> work{*task_, piece, slot.buffers, slot.stream};
        for (Field field : task_->fields)
            reserve(slot.buffers.fields[field], piece.rows * work.pitch(), work.stream);
        slot.piece = piece;
        if (task_->fields.any_plain()) task_->rows ? launch_rows(work) : launch_bptt(work);
        if (task_->fields.any_curvature()) launch_curvature(work);
        if (task_->fields.any_training()) launch_train(work);
        if (colored()) {
            launch_indices(work);
            download_colors(work);
        } else {
            download_fields(work);
        }
    }

    void download_fields(const PieceWork<Real>& work) const {
        const std::size_t cells = std::size_t{work.piece.rows} * work.piece.cols;
        reserve(work.buffers.host, task_->fields.size() * cells, work.stream);
        Real* to = work.buffers.host.data();
        for (Field field : task_->fields) {
            download_rows(to, work.buffers.fields[field], work.pitch(), work.piece.cols,
                          work.piece.rows, work.stream);
            to += cells;
        }
    }

    void download_colors(const PieceWork<Real>& work) const {
        PieceBuffers<Real>& own = work.buffers;
        const std::size_t blocks = own.statistics_count;
        reserve(own.host_indices, std::size_t{work.piece.rows} * work.piece.cols, work.stream);
        reserve(own.host_statistics, blocks, work.stream);
        download_rows(own.host_indices.data(), own.indices, work.pitch(), work.piece.cols,
                      work.piece.rows, work.stream);
        download_rows(own.host_statistics.data(), own.statistics, blocks, blocks, 1, work.stream);
    }

    void finish(Slot& slot, const Strip& strip, StripColors* colors) const {
        if (!slot.piece) return;
        const Range range("to the strip");
        slot.stream.synchronize();
        slot.buffers.check();
        const Piece& piece = *slot.piece;
        if (colors) {
            copy_rows(slot.buffers.host_indices.data(), piece, strip, colors->indices.data());
            const CellStatistics<Real>* const blocks = slot.buffers.host_statistics.data();
            for (std::size_t b = 0; b < slot.buffers.statistics_count; ++b)
                colors->statistics.merge(placed(gradscape::field_statistics(blocks[b]), piece));
        } else {
            const Real* from = slot.buffers.host.data();
            for (Field field : task_->fields) {
                copy_rows(from, piece, strip, strip.field<Real>(field));
                from += std::size_t{piece.rows} * piece.cols;
            }
        }
        if (strip.statistics) add_statistics(slot, *strip.statistics);
        slot.piece.reset();
    }

    FieldStatistics placed(const FieldStatistics& part, const Piece& piece) const {
        return in_grid(
            part, [&](std::uint64_t cell) { return grid_cell(cell, piece, task_->grid_cols); });
    }

    void add_statistics(Slot& slot, StripStatistics& statistics) const {
        const Range range("statistics");
        const Piece& piece = *slot.piece;
        const PieceWork<Real> work{*task_, piece, slot.buffers, slot.stream};
        for (Field field : task_->fields) {
            const auto part = field_statistics<Real>(
                {slot.buffers.field(field), piece.rows, piece.cols, work.pitch()},
                statistics.histogram, slot.stream);
            statistics.of[field].merge(placed(part, piece));
            statistics.known.add(field);
        }
    }

    template <class T>
    void copy_rows(const T* from, const Piece& piece, const Strip& strip, T* to) const {
        to += (piece.first_row - strip.first_row) * task_->grid_cols + piece.first_col;
        for (unsigned row = 0; row < piece.rows; ++row) {
            std::memcpy(to, from, piece.cols * sizeof(T));
            to += task_->grid_cols;
            from += piece.cols;
        }
    }

    int device_;  // first: the streams below belong to the device selected by it
    std::size_t share_, piece_cells_ = 0;  ///< a slot's bytes; a piece's cells
    const DeviceTask<Real>* task_ = nullptr;
    std::array<Slot, 2> slots_;
};

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
