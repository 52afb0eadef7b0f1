// SPDX-License-Identifier: MIT
#include "gradscape/cliff.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gradscape/stop.hpp"
#include "gradscape/values.hpp"

namespace gradscape::training {
namespace {

/// The bias with which a state is a fixed point: σ⁻¹(S) − w·S, where 1 − S is `rest`.
double bias_of_fixed_point(double wrec, double state, double rest) {
    return std::log(state / rest) - wrec * state;
}

/// The two states where the map's slope w·S(1 − S) is 1: between them a fixed point is unstable.
std::optional<std::array<double, 2>> fold_states(double wrec) {
    if (!(wrec > 4)) return std::nullopt;
    const double root = std::sqrt(1 - 4 / wrec), upper = (1 + root) / 2;
    return std::array{1 / (wrec * upper), upper};  // whose product is 1/w: nothing cancels
}

constexpr FieldSet sampled{Field::loss, Field::grad_wx, Field::grad_wrec, Field::grad_norm};

/// The longest gradient among the points of a line.
Iterate steepest_of(const LoadedModel& model, double wrec, const Axis& wx) {
    const View view{{wx, {wrec, wrec, 1}}, sampled, Method::automatic, Precision::f64, {}};
    FieldArray<std::vector<double>> values;
    FieldArray<void*> places;
    for (const Field field : sampled) {
        values[field].resize(wx.size);
        places[field] = values[field].data();
    }
    fill_values(model, view, places);
    const auto& norms = values[Field::grad_norm];
    const auto at = static_cast<std::size_t>(std::ranges::max_element(norms) - norms.begin());
    return {wx.at(at), wrec, values[Field::loss][at], values[Field::grad_wx][at],
            values[Field::grad_wrec][at]};
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

Model cliff_model(const CliffNetwork& network) {
    Sequences ones;
    ones.count = 1, ones.length = network.length;
    ones.inputs.assign(network.length, 1);
    ones.targets = {network.target};
    ones.weights = {1};
    return {std::move(ones), Activation::sigmoid, network.initial_state};
}

std::optional<std::array<double, 2>> fold_biases(double wrec) {
    const auto states = training::fold_states(wrec);
    if (!states) return std::nullopt;
    const auto [lower, upper] = *states;  // whose sum is 1
    return std::array{training::bias_of_fixed_point(wrec, upper, lower),
                      training::bias_of_fixed_point(wrec, lower, upper)};
}

std::optional<double> basin_boundary(double wrec, double state) {
    const auto states = training::fold_states(wrec);
    if (!states || state <= (*states)[0] || state >= (*states)[1]) return std::nullopt;
    return training::bias_of_fixed_point(wrec, state, 1 - state);
}

Iterate steepest_point(const LoadedModel& model, double wrec, Axis wx) {
    wx.size = std::max<std::size_t>(wx.size, 33);
    Iterate best = training::steepest_of(model, wrec, wx);
    while (true) {
        check_stop();
        const double lo = std::max(best.wx - 2 * wx.step(), wx.lo),
                     hi = std::min(best.wx + 2 * wx.step(), wx.hi);
        const Axis closer{lo, hi, 33};
        if (!(closer.step() < wx.step()) || best.wx + closer.step() == best.wx) return best;
        wx = closer;
        const Iterate found = training::steepest_of(model, wrec, wx);
        if (std::hypot(found.grad_wx, found.grad_wrec) >= std::hypot(best.grad_wx, best.grad_wrec))
            best = found;
    }
}

}  // namespace gradscape
