// One training run with the gradients of core/, in double: bit for bit the run that ends in a
// cell's training fields.
// SPDX-License-Identifier: MIT
#include "gradscape/core/activation.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"
#include "host/training/follow.hpp"

namespace gradscape::evaluate {

Trajectory shared_path(const PreparedModel& prepared, Weights start,
                       const TrainingOptions& options) {
    constexpr int chunk = 128;  // steps; no result depends on it
    const OrderedSequences<double> data = prepared.ordered<double>();
    std::vector<double> states(static_cast<std::size_t>(checkpoint_count(data.all.length, chunk)));
    return with_activation(prepared.model().activation, [&](auto f) {
        using F = decltype(f);
        return training::follow(start, options, [&](Weights w) {
            return cell_loss_gradient<F, true, chunk, RealInputs>(
                data, w.wx, w.wrec, Checkpoints<double>{states.data()});
        });
    });
}

}  // namespace gradscape::evaluate
