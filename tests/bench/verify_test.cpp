// That a wrong result is found is the promise of the whole tool.
// SPDX-License-Identifier: MIT
#include "tools/bench/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/sinks.hpp"
#include "tests/article_model.hpp"
#include "tests/surface_values.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::bench {
namespace {

using ::testing::HasSubstr;

Strip whole(SurfaceValues<float>& values, std::size_t rows) {
    Strip strip{0, rows, {}};
    for (Field field : all_fields)
        if (!values.fields[field].empty()) strip.data[field] = values.fields[field].data();
    return strip;
}

TEST(Verify, FindsAWrongFieldAndSaysWhere) {
    const Model model = article_model();
    const View view{{{-3, 3, 9}, {-3, 3, 7}},
                    {Field::loss, Field::grad_wx, Field::grad_wrec},
                    Method::bptt,
                    Precision::f32,
                    {}};
    auto values = surface_values<float>(find_evaluator("cpu"), model, view);
    EXPECT_EQ(surface_error(model, view, whole(values, 7)), "");
    for (const Field field : {Field::loss, Field::grad_wx, Field::grad_wrec}) {
        auto wrong = values;
        wrong.fields[field][8] *= 1.01f;
        EXPECT_THAT(surface_error(model, view, whole(wrong, 7)),
                    HasSubstr(std::string(name_of(field)) + " at row 0, column 8"));
    }
}

TEST(Verify, FindsTrainingThatEndsElsewhere) {
    const Model model = article_model();
    View view{{{-1, 1, 5}, {-1, 1, 4}},
              {Field::train_loss, Field::train_steps},
              Method::bptt,
              Precision::f32,
              {}};
    view.training.iterations = 5;
    auto values = surface_values<float>(find_evaluator("cpu"), model, view);
    EXPECT_EQ(surface_error(model, view, whole(values, 4)), "");
    for (float& loss : values.fields[Field::train_loss]) loss += 1;
    EXPECT_THAT(surface_error(model, view, whole(values, 4)), HasSubstr("end elsewhere"));
}

TEST(Verify, FindsAWrongPixel) {
    const Model model = article_model();
    View view;
    view.grid = {{-3, 3, 40}, {-3, 3, 40}};
    const test::TemporaryFolder folder;
    const auto draw = [&](const Model& drawn) {
        const auto sink = heatmap_sink(folder / "picture.png", view, Field::loss, ColorMap(), {});
        Sink* const sinks[] = {sink.get()};
        run_strips(find_evaluator("cpu").load(drawn)->values(view), view, sinks);
        return picture_error(folder / "picture.png", model, view.grid, ColorMap());
    };
    EXPECT_EQ(draw(model), "");
    Model other = model;
    other.sequences.targets[0] += 1;
    EXPECT_THAT(draw(other), HasSubstr("wrong result: pixel"));
    EXPECT_THAT(picture_error(folder / "missing.png", model, view.grid, ColorMap()),
                HasSubstr("no picture of this size"));
}

}  // namespace
}  // namespace gradscape::bench
