// How the sequences come to the threads of a block: together, a tile at a time, through shared
// memory. Shared by the kernels that evaluate (bptt.cu) and that train (train.cu).
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "gradscape/core/activation.hpp"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// Records in global memory. `tile` of them fit the shared memory: a power of two up to
/// sequence_block, so that no tile spans two blocks of the sum. Records too long for that stay
/// where they are; all threads read the same input at the same time, which a cache serves well.
template <class Real>
struct StoredRecords {
    const Real* records;
    const Steps* steps;
    int count, length, size;  ///< inputs and all values of a record
    Real initial_state, inverse_total;
    int tile;
    bool stage;

    std::size_t record_bytes() const {
        return sizeof(Steps) + (stage ? static_cast<std::size_t>(size) * sizeof(Real) : 0);
    }
    std::size_t shared_bytes() const { return static_cast<std::size_t>(tile) * record_bytes(); }
};

inline constexpr std::size_t most_shared_bytes = 16 << 10;  ///< eight blocks a multiprocessor

template <class Real>
StoredRecords<Real> stored(const DeviceRecords<Real>& records) {
    StoredRecords<Real> s{records.values.data(),
                          records.steps.data(),
                          records.count,
                          records.length,
                          record_size<Real>(records.length),
                          records.initial_state,
                          records.inverse_total,
                          sequence_block,
                          true};
    s.stage = s.record_bytes() <= most_shared_bytes;
    while (s.shared_bytes() > most_shared_bytes) s.tile /= 2;
    while (s.tile > 1 && s.tile / 2 >= s.count) s.tile /= 2;
    return s;
}

/// All records as one tile, or none in shared memory (tile 0).
template <class Real>
StoredRecords<Real> all_stored(const DeviceRecords<Real>& records) {
    StoredRecords<Real> s = stored(records);
    s.stage = true;
    const bool fit = static_cast<std::size_t>(s.count) <= most_shared_bytes / s.record_bytes();
    s.tile = fit ? s.count : 0;
    return s;
}

/// Blocks that a multiprocessor must be able to hold: sets the registers that a thread may have, so
/// that the states fit.
template <class Real>
inline constexpr unsigned least_blocks = sizeof(Real) == 4 ? 4 : 2;

template <class Real>
std::size_t checkpoints_for(const DeviceRecords<Real>& records, unsigned blocks) {
    return std::size_t{blocks} * block_threads *
           static_cast<std::size_t>(checkpoint_count(records.length, long_chunk));
}

/// Records that a thread can read now, wherever they are.
template <class Real>
struct Tile {
    const Real* records;
    const Steps* steps;
};

/// Copies records first … first + count − 1 into shared memory, by all threads of the block; those
/// of `Length` inputs fit it.
template <int Length, class Real>
__device__ inline Tile<Real> stage_tile(const StoredRecords<Real>& data, Real* shared, int first,
                                        int count) {
    const bool stage = Length > 0 || data.stage;
    const Real* const records = data.records + static_cast<long long>(first) * data.size;
    Steps* const steps = reinterpret_cast<Steps*>(shared + (stage ? data.tile * data.size : 0));
    const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(blockDim.x);
    __syncthreads();  // the tile before has been used
    for (int i = thread; i < count; i += threads) steps[i] = data.steps[first + i];
    for (int i = thread; stage && i < count * data.size; i += threads) shared[i] = records[i];
    __syncthreads();
    return {stage ? shared : records, steps};
}

/// Steps that a thread has states of. Length 0: of a record of layout `whole`, by chunks.
template <int Length>
inline constexpr int chunk_of = Length > 0 ? Length : long_chunk;

/// How the steps of a record are taken.
enum class Taken {
    as_laid_out,    ///< through zeros where it is padded
    from_the_first  ///< that counts: rolled, for what overflows on its way through zeros
};

/// Adds one sequence; of `Length` inputs where that is not 0, of layout `padded` or `shared`.
template <class F, bool Gradient, int Length, Taken How, class V, class Real>
__device__ inline void add_record(const StoredRecords<Real>& data, const Real* from, Steps steps,
                                  V wx, V wrec, V* states, Checkpoints<V> checkpoints,
                                  LossGradient<V>& sums) {
    if constexpr (Length > 0 && How == Taken::from_the_first) {
        add_sequence<F, Gradient, Length>(RealInputs<Real>{from + Length - steps.length}, steps,
                                          data.initial_state, from[Length], from[Length + 1], wx,
                                          wrec, states, checkpoints, sums);
    } else if constexpr (Length > 0) {
        Real record[record_size<Real>(Length)];  // in registers
        load_vectors<record_size<Real>(Length)>(from, record);
        if constexpr (F::homogeneous) steps = {0, Length};
        GRADSCAPE_ASSUME(steps.length <= Length);
        add_sequence<F, Gradient, Length>(RealInputs<Real>{record}, steps, data.initial_state,
                                          record[Length], record[Length + 1], wx, wrec, states,
                                          checkpoints, sums);
    } else {
        add_sequence<F, Gradient, long_chunk>(RealInputs<Real>{from}, steps, data.initial_state,
                                              from[data.length], from[data.length + 1], wx, wrec,
                                              states, checkpoints, sums);
    }
}

template <class F, bool Gradient, int Length, Taken How, class V, class Real>
__device__ inline void add_tile(const StoredRecords<Real>& data, const Tile<Real>& tile, int count,
                                V wx, V wrec, V* states, Checkpoints<V> checkpoints,
                                LossGradient<V>& sums) {
    const int size = Length > 0 ? record_size<Real>(Length) : data.size;
    GRADSCAPE_ROLLED
    for (int i = 0; i < count; ++i)
        add_record<F, Gradient, Length, How>(data, tile.records + static_cast<long long>(i) * size,
                                             tile.steps[i], wx, wrec, states, checkpoints, sums);
}

/// Of one thread's weights, from records that it can read all.
template <class F, bool Gradient, int Length, Taken How, class V, class Real>
__device__ inline LossGradient<V> loss_gradient(const StoredRecords<Real>& data,
                                                const Tile<Real>& all, V wx, V wrec,
                                                Checkpoints<V> checkpoints) {
    SequenceSums<Gradient, V> sums;
    V states[chunk_of<Length> + 1];
    for (int first = 0; first < data.count; first += sequence_block) {
        const int rest = data.count - first;
        const Tile<Real> part{all.records + static_cast<long long>(first) * data.size,
                              all.steps + first};
        LossGradient<V> block{V(0), V(0), V(0)};
        add_tile<F, Gradient, Length, How>(data, part,
                                           rest < sequence_block ? rest : sequence_block, wx, wrec,
                                           states, checkpoints, block);
        sums.add(block);
    }
    return sums.times(V(data.inverse_total));
}

/// Whether steps through zeros may have made more of a gradient than there is.
template <class F, int Length>
inline constexpr bool may_overflow_in_zeros = Length > 0 && F::homogeneous;

/// Of one thread's weights. All threads of the block must come along, also those that are not
/// `active` and want no result.
template <class F, bool Gradient, int Length, class V, class Real>
__device__ inline LossGradient<V> tiled_loss_gradient(const StoredRecords<Real>& data, Real* shared,
                                                      bool active, V wx, V wrec,
                                                      Checkpoints<V> checkpoints) {
    SequenceSums<Gradient, V> sums;
    LossGradient<V> block{V(0), V(0), V(0)};
    V states[chunk_of<Length> + 1];
    for (int first = 0; first < data.count; first += data.tile) {
        const int count = data.count - first < data.tile ? data.count - first : data.tile;
        const Tile<Real> tile = stage_tile<Length>(data, shared, first, count);
        if (!active) continue;
        add_tile<F, Gradient, Length, Taken::as_laid_out>(data, tile, count, wx, wrec, states,
                                                          checkpoints, block);
        if ((first + count) % sequence_block != 0 && first + count != data.count) continue;
        sums.add(block);
        block = {V(0), V(0), V(0)};
    }
    return sums.times(V(data.inverse_total));
}

/// Calls `use` with the length that a kernel unrolls as a constant type, or 0.
template <int... Lengths, class Real, class Use>
void with_length(const DeviceRecords<Real>& records, Use use) {
    if (records.layout != RecordLayout::whole)
        if (((records.length == Lengths && (use(std::integral_constant<int, Lengths>{}), true)) ||
             ...))
            return;
    use(std::integral_constant<int, 0>{});
}

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
