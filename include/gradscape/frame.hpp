// Frames: a view as colours, piece by piece as they become known, for fronts that somebody watches.
// The finished frame is the picture that render() makes of the same view, pixel by pixel.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "gradscape/block_cache.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/lattice.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/render.hpp"

namespace gradscape {

namespace serve {
class Turns;
}

struct FrameJob {
    Grid grid;                       ///< of the whole frame
    std::optional<Lattice> lattice;  ///< that the grid is of, if it is
    Field field = Field::loss;
    Method method = Method::bptt;  ///< what the evaluator does with the view: method_used()
    TrainingOptions training;
    ColorMap map;
};

/// A rectangle of the frame. Its rows are from the lowest w_rec up.
struct FramePiece {
    /// The frame's cell where the piece begins; that of a preview may lie before the frame.
    std::int64_t column = 0, row = 0;
    std::size_t cols = 0, rows = 0;  ///< of the piece
    std::size_t scale = 1;           ///< a cell of the piece covers scale × scale of the frame's
    std::span<const ColorRun> runs;  ///< a row's last ends at cols; or else
    std::span<const std::uint8_t> indices;  ///< rows × cols
};

struct FrameFacts {
    Precision precision = Precision::f32;  ///< that was used
    double min = 0, max = 0;               ///< of the finite cells; NaN: none is
    std::uint64_t non_finite = 0;
};

/// Where the evaluator has colours without values (runs, indices of a device), a frame is made
/// anew, from its top down. Elsewhere it is cut into blocks, which a cache keeps, and on a lattice
/// previews come first: every 16th point (of training) and every 4th, then all of them, the middle
/// first. Of several frames at once the newest goes first, the others wait between their blocks.
class FrameRenderer {
public:
    /// 0 threads: all that this process may use.
    FrameRenderer(std::size_t cache_bytes, unsigned threads);
    FrameRenderer(const FrameRenderer&) = delete;
    FrameRenderer& operator=(const FrameRenderer&) = delete;
    ~FrameRenderer();

    /// The view as it will be evaluated, in f64 where points of f32 would coincide, and its colours
    /// where the evaluator has them without values.
    static ColoredView plan(const LoadedModel& model, const FrameJob& job);

    /// Calls `show` with each piece, one at a time, from any thread; what it throws ends the frame.
    /// A piece may cover what an earlier, coarser one has shown. Interrupted at a stop. The plan is
    /// of the job.
    FrameFacts render(const LoadedModel& model, const FrameJob& job, const ColoredView& plan,
                      std::stop_token stop, const std::function<void(const FramePiece&)>& show);
    FrameFacts render(const LoadedModel& model, const FrameJob& job, std::stop_token stop,
                      const std::function<void(const FramePiece&)>& show);

private:
    std::unique_ptr<serve::Turns> turns_;
    BlockCache cache_;
    const unsigned threads_;
};

}  // namespace gradscape
