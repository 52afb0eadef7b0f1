// SPDX-License-Identifier: MIT
#include "gradscape/index_image.hpp"

#include <gtest/gtest.h>

#include "tests/article_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::color {
namespace {

TEST(IndexImage, ColoursEveryCellWithRowZeroLowest) {
    const Model model = article_model();
    const View view{
        {{-3, 3, 61}, {-2, 3, 41}}, {Field::loss}, Method::automatic, Precision::f32, {}};
    const ColorMap map;
    Context context;
    context.threads = 2;
    context.max_memory = 1 << 20;
    const auto image =
        index_image(*find_evaluator("cpu").load(model), view, Field::loss, map, context);
    const auto values = surface_values<float>(find_evaluator("cpu"), model, view);
    ASSERT_EQ(image.size(), view.grid.cells());
    for (std::size_t i = 0; i < image.size(); ++i)
        ASSERT_EQ(image[i], map.index(values[Field::loss][i])) << i;
}

}  // namespace
}  // namespace gradscape::color
