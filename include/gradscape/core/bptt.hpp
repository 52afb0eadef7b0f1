// The recurrent network of all fast backends, written once for a value type V: float or double in
// a CUDA thread, a SIMD pack on the CPU. Forward pass S_k = f(w_x·x_k + w_rec·S_k-1) from S_0, loss
// (1/M) Σ m (S_T − t)², reverse pass (BPTT). host/reference/reference.cpp is the independent second
// text. Cost per sequence and step with both gradients, linear cell: 3 fma and one multiplication.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/ops.hpp"

namespace gradscape {

/// One sequence's inputs, any values. `from(k)` are those of step k on.
template <class Real>
struct RealInputs {
    const Real* x;
    GRADSCAPE_HD RealInputs from(int k) const { return {x + k}; }
    GRADSCAPE_HD bool has(int k) const { return x[k] != 0; }
    template <class V>
    GRADSCAPE_HD V drive(int k, V wx, V recurrent, V wrec) const {
        return madd(wrec, recurrent, wx * V(x[k]));
    }
    template <class V>
    GRADSCAPE_HD V accumulate(int k, V gradient, V sum) const {
        return madd(gradient, V(x[k]), sum);
    }
};
/// The same bits where all inputs are 0 or 1, without the multiplications: the test is the same for
/// all lanes.
template <class Real>
struct BinaryInputs {
    const Real* x;
    GRADSCAPE_HD BinaryInputs from(int k) const { return {x + k}; }
    GRADSCAPE_HD bool has(int k) const { return x[k] != 0; }
    template <class V>
    GRADSCAPE_HD V drive(int k, V wx, V recurrent, V wrec) const {
        return x[k] != 0 ? madd(wrec, recurrent, wx) : wrec * recurrent;
    }
    template <class V>
    GRADSCAPE_HD V accumulate(int k, V gradient, V sum) const {
        return x[k] != 0 ? gradient + sum : sum;
    }
};
/// The sequences as the kernels read them: `inputs` is N × T in C order.
template <class Real>
struct SequenceView {
    const Real* inputs;
    const Real* targets;
    const Real* weights;
    int count, length;
    Real inverse_total;      ///< 1/M
    Real initial_state = 0;  ///< S_0 of every sequence

    GRADSCAPE_HD const Real* inputs_of(int i) const {
        return inputs + static_cast<long long>(i) * length;
    }
};

/// A sequence's place in the order in which BPTT takes them (host/evaluate/sequence_order.hpp): the
/// state S_k depends on the inputs so far alone, and begins with a difference only.
struct SequencePlace {
    int sequence;  ///< its number
    int zeros;     ///< first inputs that leave the state at 0: left out
    int shared;    ///< next inputs that the sequence before has, too: its states serve again
};

/// Sequences longer than this are taken as they come, and share no states.
inline constexpr int most_shared_steps = 64;

template <class Real>
struct OrderedSequences {
    SequenceView<Real> all;
    const SequencePlace* order;  ///< all.count of them
};

template <class V>
struct LossGradient {
    V loss, grad_wx, grad_wrec;
};

/// Where a thread or pack keeps the states at the start of each chunk of a long sequence.
template <class V>
struct Checkpoints {
    V* first;
    long long stride = 1;
    GRADSCAPE_HD V& operator[](int chunk) const { return first[chunk * stride]; }
};

/// Checkpoints needed for sequences of a length: none when the history fits one chunk.
GRADSCAPE_HD constexpr int checkpoint_count(int length, int chunk) { return (length - 1) / chunk; }

/// Of a sequence: the states S_1 … S_from are there already.
struct Steps {
    int from, length;
};

/// Adds one sequence's share of Σ m (y − t)² and of its gradient to `sums`. `states`, of Chunk + 1
/// elements, holds S_0 … S_length afterwards, for the next sequence to share; of a sequence longer
/// than a chunk, which can begin anew only (`from` 0), those of one chunk at a time: earlier chunks
/// are computed again from their checkpoints, to the same bits.
template <class F, bool Gradient, int Chunk, class V, class Inputs>
GRADSCAPE_HD inline void add_sequence(const Inputs& inputs, Steps steps, real_of<V> initial_state,
                                      real_of<V> target, real_of<V> weight, V wx, V wrec, V* states,
                                      Checkpoints<V> checkpoints, LossGradient<V>& sums) {
    V g(0);
    int start = 0;
    states[0] = V(initial_state);
    if (steps.length > Chunk) {
        V state = states[0];
        for (; steps.length - start > Chunk; start += Chunk) {
            if constexpr (Gradient) checkpoints[start / Chunk] = state;
            const Inputs x = inputs.from(start);
            for (int j = 0; j < Chunk; ++j) state = F::f(x.drive(j, wx, state, wrec));
        }
        states[0] = state;
    }
    int end = steps.length - start;
    for (bool last = true;; last = false) {
        const Inputs x = inputs.from(start);
        const int bound = GRADSCAPE_UNROLLED_STEPS(end, Chunk);
        const int from = start > 0 ? 0 : steps.from;
        V state = states[GRADSCAPE_FIRST_STEP(from)];
        GRADSCAPE_UNROLL
        for (int j = GRADSCAPE_FIRST_STEP(from); j < bound; ++j) {
            if (j >= end) break;
            if (j >= from) states[j + 1] = F::f(x.drive(j, wx, state, wrec));
            state = states[j + 1];
        }
        if (last) {
            const V error = state - V(target), weighted = V(weight) * error;
            sums.loss = madd(weighted, error, sums.loss);
            g = weighted + weighted;  // G_T
        }
        if constexpr (!Gradient) return;
        V grad_wx = sums.grad_wx, grad_wrec = sums.grad_wrec;  // in registers
        GRADSCAPE_UNROLL
        for (int j = bound - 1; j >= 0; --j) {
            if (j >= end) continue;
            const bool is_first = j == 0 && start == 0;
            g = F::back(g, state);
            // A gradient too large for its type would make 0·∞ of an input that adds nothing.
            if (!is_first || x.has(0)) grad_wx = x.accumulate(j, g, grad_wx);
            if (is_first && initial_state == 0) break;  // S_0 = 0 adds nothing
            state = states[j];
            grad_wrec = madd(g, state, grad_wrec);
            g = g * wrec;
        }
        sums.grad_wx = grad_wx, sums.grad_wrec = grad_wrec;
        if (start == 0) return;
        start -= Chunk;
        end = Chunk;
        states[0] = checkpoints[start / Chunk];
    }
}

/// Compensated addition (Neumaier 1974 without the branch: Knuth's two-sum): keeps the error of a
/// sum of many blocks at that of one block.
template <class V>
struct CompensatedSum {
    V sum{V(0)}, lost{V(0)};
    GRADSCAPE_HD void add(V x) {
        const V next = sum + x, part = next - sum;
        lost = lost + ((sum - (next - part)) + (x - part));
        sum = next;
    }
    GRADSCAPE_HD V total() const { return sum + lost; }
};

/// Sequences summed plainly before the compensated sum takes over.
inline constexpr int sequence_block = 64;

/// The sums over all blocks of sequences.
template <bool Gradient, class V>
struct SequenceSums {
    CompensatedSum<V> loss, grad_wx, grad_wrec;

    GRADSCAPE_HD void add(const LossGradient<V>& block) {
        loss.add(block.loss);
        if constexpr (Gradient) {
            grad_wx.add(block.grad_wx);
            grad_wrec.add(block.grad_wrec);
        }
    }
    GRADSCAPE_HD LossGradient<V> times(V scale) const {
        return {loss.total() * scale, grad_wx.total() * scale, grad_wrec.total() * scale};
    }
};

/// Loss and gradient of one cell (or one pack of cells). Results that are not finite, or a loss
/// below least_plain_loss, say only that something left the range of the type on the way:
/// careful_cell (careful_cell.hpp) has the answer then, and where weights or data are such that it
/// might happen unseen (PlainRange).
template <class F, bool Gradient, int Chunk, template <class> class Inputs, class V>
GRADSCAPE_HD inline LossGradient<V> cell_loss_gradient(const OrderedSequences<real_of<V>>& data,
                                                       V wx, V wrec, Checkpoints<V> checkpoints) {
    const SequenceView<real_of<V>>& all = data.all;
    const bool shares = all.length <= Chunk && all.length <= most_shared_steps;
    SequenceSums<Gradient, V> sums;
    V states[Chunk + 1];
    for (int first = 0; first < all.count; first += sequence_block) {
        const int end = first + sequence_block < all.count ? first + sequence_block : all.count;
        LossGradient<V> block{V(0), V(0), V(0)};
        for (int i = first; i < end; ++i) {
            const SequencePlace& place = data.order[i];
            add_sequence<F, Gradient, Chunk>(
                Inputs<real_of<V>>{all.inputs_of(place.sequence) + place.zeros},
                Steps{shares ? place.shared : 0, all.length - place.zeros}, all.initial_state,
                all.targets[place.sequence], all.weights[place.sequence], wx, wrec, states,
                checkpoints, block);
        }
        sums.add(block);
    }
    return sums.times(V(all.inverse_total));
}

/// √(a² + b²) without overflow on the way.
template <class V>
GRADSCAPE_HD inline V norm_of(V a, V b) {
    a = absolute(a), b = absolute(b);
    const V large = select(a < b, b, a), small = select(a < b, a, b);
    const V ratio = small / large;
    const V norm = large * square_root(madd(ratio, ratio, V(1)));
    // 0/0 and inf/inf would be NaN
    const V infinite = V(static_cast<real_of<V>>(HUGE_VAL));
    return select(large == V(0), V(0), select(large == infinite, infinite, norm));
}

}  // namespace gradscape
