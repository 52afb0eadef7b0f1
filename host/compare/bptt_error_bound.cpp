// Running error analysis (rounding.hpp) of one backpropagation through time. Second-order terms are
// kept: near the minimum, where the loss is 0, the square of the output's error is all.
// Number is double; where that overflows, long double; where that does, or where the evaluators are
// careful (careful_cell.hpp), Scaled.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <vector>

#include "gradscape/core/careful_cell.hpp"
#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "host/common/scaled.hpp"
#include "host/compare/rounding.hpp"

namespace gradscape::compare {
namespace {

template <class Number>
struct ErrorSums {
    Sum<Number> loss, wx, wrec;
    Number loss_value{}, M{};
};

template <class Number>
void add_sequence(const Model& model, std::size_t i, Approximate<Number> w_x,
                  Approximate<Number> w_rec, const Rounding<Number>& round, ErrorSums<Number>& sums,
                  std::vector<Approximate<Number>>& S, StopCheck& check) {
    const auto x = model.sequences.inputs_of(i);
    S.assign(x.size() + 1, {});
    S[0] = round.input(model.initial_state);
    for (std::size_t k = 1; k <= x.size(); ++k) {
        check();
        S[k] = round.activation(
            model.activation,
            round.add(round.multiply(w_x, round.input(x[k - 1])), round.multiply(w_rec, S[k - 1])));
    }
    const auto m = round.input(model.sequences.weights[i]);
    const auto error = round.add(S.back(), round.input(-model.sequences.targets[i]));
    const auto loss = round.multiply(m, round.multiply(error, error));
    sums.loss.add(loss);
    sums.loss_value += loss.value;
    sums.M += m.value;
    auto G = round.multiply({Number(2), Number(0)}, error);
    for (std::size_t k = x.size(); k >= 1; --k) {
        check();
        const auto D = round.multiply(G, round.slope(model.activation, S[k]));
        sums.wx.add(round.multiply(m, round.multiply(D, round.input(x[k - 1]))));
        sums.wrec.add(round.multiply(m, round.multiply(D, S[k - 1])));
        G = round.multiply(D, w_rec);
    }
}

struct BoundAndLoss {
    PointErrorBound bound;
    double loss;
};

template <class Number>
BoundAndLoss bound_at(const Model& model, double wx, double wrec, double u, bool subnormals) {
    const Rounding<Number> round(u, subnormals);
    ErrorSums<Number> sums;
    std::vector<Approximate<Number>> S;
    StopCheck check(1024);
    for (std::size_t i = 0; i < model.sequences.count; ++i)
        add_sequence(model, i, round.input(wx), round.input(wrec), round, sums, S, check);
    // M is a sum in double, too, and of n weights errs by n·2⁻⁵³ of itself.
    const Number of_total(static_cast<double>(model.sequences.count) * 0x1p-53);
    const auto total = [&](const Sum<Number>& sum) {
        return sum.bound(u) + of_total * sum.magnitude;
    };
    const auto mean = [&](const Sum<Number>& sum) {
        return static_cast<double>(total(sum) / sums.M);
    };
    return {{{mean(sums.loss), mean(sums.wx), mean(sums.wrec)},
             static_cast<double>(total(sums.loss) / sums.loss_value)},
            static_cast<double>(sums.loss_value / sums.M)};
}

bool has_nan(const PointErrorBound& b) {
    return std::isnan(b.absolute.loss) || std::isnan(b.absolute.grad_wx) ||
           std::isnan(b.absolute.grad_wrec);
}

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

PointErrorBound bptt_error_bound(const Model& model, double wx, double wrec, double unit_roundoff,
                                 bool plain) {
    const auto careful = [&](double u) {
        return compare::bound_at<common::Scaled>(model, wx, wrec, u, false).bound;
    };
    if (!plain) return careful(unit_roundoff);
    auto [bound, loss] = compare::bound_at<double>(model, wx, wrec, unit_roundoff, true);
    if (!bound.is_finite()) {
        bound = compare::bound_at<long double>(model, wx, wrec, unit_roundoff, true).bound;
        const bool known = std::isfinite(bound.relative_loss) && !compare::has_nan(bound);
        return bound.is_finite() || known ? bound : careful(unit_roundoff);
    }
    // The computed loss is below the threshold for certain, and so the cell is evaluated carefully.
    const double least =
        unit_roundoff > 0x1p-40 ? least_plain_loss<float> : least_plain_loss<double>;
    return loss + bound.absolute.loss < least ? careful(0x1p-53) : bound;
}

PointGradient reference_error_bound(const Model& model, double wx, double wrec,
                                    double unit_roundoff) {
    return bptt_error_bound(model, wx, wrec, unit_roundoff).absolute;
}

}  // namespace gradscape
