// The order in which BPTT and training take the sequences, so that neighbours share as many states
// as they can: sorted as strings, after their leading zeros are cut where those leave the state at
// zero. All fast backends add in this one order; which states they share changes no bit.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/core/bptt.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape::evaluate {

/// A place for each sequence. `zeros_stay`: f(0) = 0 and S_0 = 0, so that leading zeros may be cut.
/// Sequences of more than most_shared_steps steps stay in their order. O(N·log N) comparisons of up
/// to T inputs; looks for a stop.
std::vector<SequencePlace> sequence_order(const Sequences& sequences, bool zeros_stay);

}  // namespace gradscape::evaluate
