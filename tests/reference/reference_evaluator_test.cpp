// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "gradscape/loaded_model.hpp"
#include "gradscape/reference.hpp"
#include "gradscape/train.hpp"
#include "tests/golden.hpp"

namespace gradscape::reference {
namespace {

template <class Real>
FieldArray<std::vector<Real>> fill(const Model& model, const View& view, std::size_t first_row,
                                   std::size_t rows) {
    FieldArray<std::vector<Real>> values;
    Strip strip{first_row, rows, {}};
    for (Field field : view.fields) {
        values[field].resize(rows * view.grid.cols());
        strip.data[field] = values[field].data();
    }
    find_evaluator("reference").load(model)->values(view)(strip);
    return values;
}

TEST(ReferenceEvaluator, FillsEveryFieldOfAStrip) {
    const Model model{golden::article()};
    View view{{{-1, 1, 3}, {0.5, 1.5, 4}}, all_fields, Method::bptt, Precision::f64, {}};
    view.training.iterations = 20;
    const auto values = fill<double>(model, view, 1, 2);
    const auto at = [&](Field field, std::size_t cell) { return values[field][cell]; };
    for (std::size_t cell = 0; cell < 6; ++cell) {
        const double wx = view.grid.wx.at(cell % 3), wrec = view.grid.wrec.at(1 + cell / 3);
        const auto point = reference_gradient(model, wx, wrec);
        EXPECT_EQ(at(Field::loss, cell), point.loss);
        EXPECT_EQ(at(Field::grad_wx, cell), point.grad_wx);
        EXPECT_EQ(at(Field::grad_wrec, cell), point.grad_wrec);
        EXPECT_EQ(at(Field::grad_norm, cell), std::hypot(point.grad_wx, point.grad_wrec));
        EXPECT_EQ(at(Field::log10_loss, cell), std::log10(point.loss));
        const auto run = train(model, {wx, wrec}, view.training);
        EXPECT_EQ(at(Field::train_loss, cell), run.iterates.back().loss);
        EXPECT_EQ(at(Field::train_steps, cell), run.first_below(1e-6));
    }
}

TEST(ReferenceEvaluator, RoundsOnceToSinglePrecision) {
    const Model model{golden::article()};
    const View view{
        {{0.3, 0.3, 1}, {0.7, 0.7, 1}}, {Field::loss}, Method::rows, Precision::f32, {}};
    const auto values = fill<float>(model, view, 0, 1);
    EXPECT_EQ(values[Field::loss][0], static_cast<float>(reference_gradient(model, 0.3, 0.7).loss));
}

}  // namespace
}  // namespace gradscape::reference
