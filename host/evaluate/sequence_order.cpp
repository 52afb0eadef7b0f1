// SPDX-License-Identifier: MIT
#include "host/evaluate/sequence_order.hpp"

#include <algorithm>
#include <span>

#include "gradscape/stop.hpp"

namespace gradscape::evaluate {
namespace {

int as_int(std::ptrdiff_t steps) { return static_cast<int>(steps); }

}  // namespace

std::vector<SequencePlace> sequence_order(const Sequences& sequences, bool zeros_stay) {
    StopCheck check(1 << 16);
    std::vector<SequencePlace> order(sequences.count);
    for (std::size_t i = 0; i < sequences.count; ++i) {
        check();
        const std::span<const double> x = sequences.inputs_of(i);
        const auto input = std::ranges::find_if(x, [](double value) { return value != 0; });
        order[i] = {static_cast<int>(i), zeros_stay ? as_int(input - x.begin()) : 0, 0};
    }
    if (sequences.length > std::size_t{most_shared_steps}) return order;

    const auto inputs = [&](const SequencePlace& place) {
        return sequences.inputs_of(static_cast<std::size_t>(place.sequence))
            .subspan(static_cast<std::size_t>(place.zeros));
    };
    std::ranges::stable_sort(order, [&](const SequencePlace& a, const SequencePlace& b) {
        check();
        return std::ranges::lexicographical_compare(inputs(a), inputs(b));
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        const auto before = inputs(order[i - 1]), own = inputs(order[i]);
        order[i].shared = as_int(std::ranges::mismatch(before, own).in2 - own.begin());
    }
    return order;
}

}  // namespace gradscape::evaluate
