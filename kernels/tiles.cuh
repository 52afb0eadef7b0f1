// How the sequences come to the threads of a block: together, a tile at a time, through shared
// memory. Shared by the kernels that evaluate (bptt.cu) and that train (train.cu).
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "gradscape/core/activation.hpp"
#include "kernels/surface.cuh"

namespace gradscape::GRADSCAPE_BACKEND {

/// How inputs are stored: T values a sequence, or T bits in words.
template <class Real>
struct Reals {
    using Word = Real;
    static constexpr int words(int length) { return length; }
    static GRADSCAPE_HD RealInputs<Real> inputs(const Word* from) { return {from}; }
};
struct Bits {
    using Word = std::uint32_t;
    static constexpr int words(int length) { return words_of(length); }
    static GRADSCAPE_HD BitInputs inputs(const Word* from) { return {from}; }
};

/// Sequences in global memory. `tile` of them fit the shared memory: a power of two up to
/// sequence_block, so that no tile spans two blocks of the sum. Sequences too long for that stay
/// where they are; all threads read the same input at the same time, which a cache serves well.
template <class Storage, class Real>
struct StoredSequences {
    const typename Storage::Word* inputs;
    const Real *targets, *weights;
    int count, length, words;
    Real inverse_total, initial_state;
    int tile;
    bool stage;

    std::size_t tile_bytes(int sequences) const {
        return static_cast<std::size_t>(sequences) *
               (2 * sizeof(Real) +
                (stage ? sizeof(typename Storage::Word) * static_cast<std::size_t>(words) : 0));
    }
    std::size_t shared_bytes() const { return tile_bytes(tile); }
};

inline constexpr std::size_t most_shared_bytes = 16 << 10;  ///< eight blocks a multiprocessor

inline const std::uint32_t* input_words(Bits, const auto& task) { return task.bits.data(); }
template <class Real>
const Real* input_words(Reals<Real>, const auto& task) {
    return task.data.view.inputs;
}

template <class Storage, class Real>
StoredSequences<Storage, Real> stored(const DeviceTask<Real>& task) {
    const SequenceView<Real>& data = task.data.view;
    StoredSequences<Storage, Real> s{input_words(Storage{}, task),
                                     data.targets,
                                     data.weights,
                                     data.count,
                                     data.length,
                                     Storage::words(data.length),
                                     data.inverse_total,
                                     data.initial_state,
                                     sequence_block,
                                     true};
    s.stage = s.tile_bytes(1) <= most_shared_bytes;
    while (s.shared_bytes() > most_shared_bytes) s.tile /= 2;
    while (s.tile / 2 >= s.count) s.tile /= 2;
    return s;
}

/// All sequences as one tile, or none in shared memory (tile 0).
template <class Storage, class Real>
StoredSequences<Storage, Real> all_stored(const DeviceTask<Real>& task) {
    StoredSequences<Storage, Real> s = stored<Storage>(task);
    s.stage = true;
    s.tile = static_cast<std::size_t>(s.count) <= most_shared_bytes / s.tile_bytes(1) ? s.count : 0;
    return s;
}

/// Blocks that a multiprocessor must be able to hold: sets the registers that a thread may have, so
/// that the states fit.
template <class Real>
inline constexpr unsigned least_blocks = sizeof(Real) == 4 ? 4 : 2;

template <class Real>
std::size_t checkpoints_for(const DeviceTask<Real>& task, unsigned blocks) {
    return std::size_t{blocks} * block_threads *
           static_cast<std::size_t>(checkpoint_count(task.data.view.length, long_chunk));
}

/// Sequences that a thread can read now, wherever they are.
template <class Storage, class Real>
struct Tile {
    const typename Storage::Word* inputs;
    const Real *targets, *weights;
};

/// Copies sequences first … first + count − 1 into shared memory, by all threads of the block.
template <class Storage, class Real>
__device__ inline Tile<Storage, Real> stage_tile(const StoredSequences<Storage, Real>& data,
                                                 Real* shared, int first, int count, int words,
                                                 bool stage_inputs) {
    using Word = typename Storage::Word;
    Real* const targets = shared;
    Real* const weights = targets + data.tile;
    Word* const staged = reinterpret_cast<Word*>(weights + data.tile);
    const Word* const inputs = data.inputs + static_cast<long long>(first) * words;
    const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(blockDim.x);
    __syncthreads();  // the tile before has been used
    for (int i = thread; i < count; i += threads) {
        targets[i] = data.targets[first + i];
        weights[i] = data.weights[first + i];
    }
    for (int i = thread; stage_inputs && i < count * words; i += threads) staged[i] = inputs[i];
    __syncthreads();
    return {stage_inputs ? staged : inputs, targets, weights};
}

/// Length 0: any.
template <class F, bool Gradient, int Length, class Storage, class Real>
__device__ inline void add_tile(const Tile<Storage, Real>& tile, int count, int words, int length,
                                Real initial_state, Real wx, Real wrec,
                                Checkpoints<Real> checkpoints, LossGradient<Real>& sums) {
    constexpr int chunk = Length > 0 ? Length : long_chunk;
    GRADSCAPE_ROLLED
    for (int i = 0; i < count; ++i)
        add_sequence<F, Gradient, chunk>(
            Storage::inputs(tile.inputs + static_cast<long long>(i) * words), length, initial_state,
            tile.targets[i], tile.weights[i], wx, wrec, checkpoints, sums);
}

/// Of one thread's weights. All threads of the block must come along, also those that are not
/// `active` and want no result.
template <class F, bool Gradient, int Length, class Storage, class Real>
__device__ inline LossGradient<Real> tiled_loss_gradient(const StoredSequences<Storage, Real>& data,
                                                         Real* shared, bool active, Real wx,
                                                         Real wrec, Checkpoints<Real> checkpoints) {
    const int length = Length > 0 ? Length : data.length;
    const int words = Length > 0 ? Storage::words(Length) : data.words;
    SequenceSums<Gradient, Real> sums;
    LossGradient<Real> block{0, 0, 0};
    for (int first = 0; first < data.count; first += data.tile) {
        const int count = data.count - first < data.tile ? data.count - first : data.tile;
        const Tile<Storage, Real> tile =
            stage_tile(data, shared, first, count, words, Length > 0 || data.stage);
        if (!active) continue;
        add_tile<F, Gradient, Length>(tile, count, words, length, data.initial_state, wx, wrec,
                                      checkpoints, block);
        if ((first + count) % sequence_block != 0 && first + count != data.count) continue;
        sums.add(block);
        block = {0, 0, 0};
    }
    return sums.times(data.inverse_total);
}

/// Calls `use` with the length as a constant type where it is one of Lengths and inputs are bits,
/// else with 0: where inputs are read step by step there is little to gain.
template <class Storage, int... Lengths, class Use>
void with_length(int length, Use use) {
    if constexpr (std::is_same_v<Storage, Bits>) {
        if (((length == Lengths && (use(std::integral_constant<int, Lengths>{}), true)) || ...))
            return;
    }
    use(std::integral_constant<int, 0>{});
}

}  // namespace gradscape::GRADSCAPE_BACKEND
