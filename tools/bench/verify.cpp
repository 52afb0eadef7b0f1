// SPDX-License-Identifier: MIT
#include "tools/bench/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "gradscape/reference.hpp"
#include "gradscape/train.hpp"

namespace gradscape::bench {
namespace {

/// Cells to look at: as many as the reference can do in a moment.
std::size_t sample_size(const Model& model, const View& view) {
    const std::size_t runs =
        view.fields.any_training() ? static_cast<std::size_t>(view.training.iterations) : 1;
    const std::size_t steps = model.sequences.count * model.sequences.length * runs;
    return std::clamp<std::size_t>(2'000'000 / std::max<std::size_t>(steps, 1), 4, 500);
}

struct Place {
    std::size_t row, column;
};

/// Corners first, then anywhere.
Place place_of(std::size_t sample, const Grid& grid, std::mt19937& random) {
    const std::size_t right = grid.cols() - 1, top = grid.rows() - 1;
    if (sample < 4) return {sample / 2 * top, sample % 2 * right};
    return {random() % grid.rows(), random() % grid.cols()};
}

template <class Real>
class Comparison {
public:
    Comparison(const Model& model, const View& view, const Strip& whole)
        : model_(model), view_(view), whole_(whole) {}

    std::string plain(Place at) const {
        const double wx = view_.grid.wx.at(at.column), wrec = view_.grid.wrec.at(at.row);
        const bool rows = resolve_method(view_.method, model_.unit()) == Method::rows;
        // bptt evaluates at the numbers of its type that are nearest to the grid point.
        const PointGradient point =
            rows ? reference_gradient(model_, wx, wrec)
                 : reference_gradient(model_, static_cast<Real>(wx), static_cast<Real>(wrec));
        const double u = sizeof(Real) == 4 ? 0x1p-24 : 0x1p-53;
        const PointGradient bound = reference_error_bound(model_, wx, wrec, 4 * u);
        std::string error = differs(Field::loss, at, point.loss, bound.loss);
        if (error.empty()) error = differs(Field::grad_wx, at, point.grad_wx, bound.grad_wx);
        if (error.empty()) error = differs(Field::grad_wrec, at, point.grad_wrec, bound.grad_wrec);
        return error;
    }

    /// The sign of a tiny gradient may turn a run: `other` counts the runs with another outcome.
    void training(Place at, std::size_t& other) const {
        const Weights start{view_.grid.wx.at(at.column), view_.grid.wrec.at(at.row)};
        const TrainingFields truth =
            training_fields(train(model_, start, view_.training), view_.training);
        const double loss = value(Field::train_loss, at);
        other += !(loss == truth.loss || std::abs(loss - truth.loss) <= 1e-6 * (1 + truth.loss));
    }

private:
    double value(Field field, Place at) const {
        return whole_.field<Real>(field)[at.row * view_.grid.cols() + at.column];
    }
    std::string differs(Field field, Place at, double truth, double bound) const {
        if (!whole_.field<Real>(field)) return {};
        const double got = value(field, at);
        if (got == truth || std::abs(got - truth) <= bound) return {};
        return fmt::format("wrong result: {} at row {}, column {} is {}, by the reference {} ± {}",
                           name_of(field), at.row, at.column, got, truth, bound);
    }

    const Model& model_;
    const View& view_;
    const Strip& whole_;
};

template <class Real>
std::string error_of(const Model& model, const View& view, const Strip& whole) {
    const Comparison<Real> comparison(model, view, whole);
    const std::size_t samples = sample_size(model, view);
    std::mt19937 random(1);
    std::size_t other = 0;
    for (std::size_t sample = 0; sample < samples; ++sample) {
        const Place at = place_of(sample, view.grid, random);
        if (view.fields.any_plain())
            if (std::string error = comparison.plain(at); !error.empty()) return error;
        if (whole.field<Real>(Field::train_loss)) comparison.training(at, other);
    }
    if (other * 20 > samples)
        return fmt::format(
            "wrong result: {} of {} training runs end elsewhere than the reference's", other,
            samples);
    return {};
}

}  // namespace

std::string surface_error(const Model& model, const View& view, const Strip& whole) {
    return with_real(view.precision,
                     [&](auto real) { return error_of<decltype(real)>(model, view, whole); });
}

}  // namespace gradscape::bench
