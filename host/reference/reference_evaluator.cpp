// The reference on the cells of a strip, one after another.
// SPDX-License-Identifier: MIT
#include <cmath>

#include "gradscape/reference.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/train.hpp"
#include "host/evaluate/evaluators.hpp"

namespace gradscape {
namespace {

template <class Real>
void fill(const Problem& problem, const SurfaceRequest& request, const Strip& strip) {
    const auto put = [&](Field field, std::size_t cell, double value) {
        if (request.fields.has(field)) strip.field<Real>(field)[cell] = static_cast<Real>(value);
    };
    std::size_t cell = 0;
    for (std::size_t row = 0; row < strip.rows; ++row)
        for (std::size_t column = 0; column < request.grid.cols(); ++column, ++cell) {
            const Weights w{request.grid.wx.at(column),
                            request.grid.wrec.at(strip.first_row + row)};
            const PointGradient point = reference_gradient(problem, w.wx, w.wrec);
            put(Field::loss, cell, point.loss);
            put(Field::grad_wx, cell, point.grad_wx);
            put(Field::grad_wrec, cell, point.grad_wrec);
            put(Field::grad_norm, cell, std::hypot(point.grad_wx, point.grad_wrec));
            if (request.fields.has(Field::log10_loss))
                put(Field::log10_loss, cell, reference_log10_loss(problem, w.wx, w.wrec));
            if (!request.fields.any_training()) continue;
            const auto trained =
                training_fields(train(problem, w, request.training), request.training);
            put(Field::train_loss, cell, trained.loss);
            put(Field::train_steps, cell, trained.steps);
        }
}

}  // namespace

StripFiller prepare_reference(const Problem& problem, const SurfaceRequest& request) {
    return [problem, request](const Strip& strip) {
        if (request.precision == Precision::f32)
            fill<float>(problem, request, strip);
        else
            fill<double>(problem, request, strip);
    };
}

std::vector<Trace> traces_reference(const Problem& problem, std::span<const Weights> points) {
    std::vector<Trace> traces;
    for (const Weights& at : points) traces.push_back(trace_at(problem, at));
    return traces;
}

}  // namespace gradscape
