// Where the rules of optimisers take their parameters from: the options of a run, or those of a
// pack of runs that differ in two of them, a value a lane.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/ops.hpp"
#include "gradscape/optimizer.hpp"

namespace gradscape {

/// P: real_of<V>, one value for all lanes. Inlined, since translation units for different
/// instruction sets must not share it.
template <class P>
[[gnu::always_inline]] inline P parameter_of(const TrainingOptions& options,
                                             TrainingNumber parameter) {
    return static_cast<P>(options.*parameter);
}

/// Options in which two parameters have values of their own.
template <class V>
struct VariedOptions {
    const TrainingOptions& options;
    TrainingNumber x, y;
    V of_x, of_y;
};
/// P = V.
template <class P>
[[gnu::always_inline]] inline P parameter_of(const VariedOptions<P>& varied,
                                             TrainingNumber parameter) {
    if (parameter == varied.x) return varied.of_x;
    if (parameter == varied.y) return varied.of_y;
    return P(static_cast<real_of<P>>(varied.options.*parameter));
}

}  // namespace gradscape
