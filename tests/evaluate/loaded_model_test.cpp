// A model is prepared once: later views find all that does not depend on them ready, whatever they
// ask for, and agree with each other.
// SPDX-License-Identifier: MIT
#include "gradscape/loaded_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "gradscape/error.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"
#include "tests/random_model.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::evaluate {
namespace {

View view_of(std::size_t cols, Method method, Precision precision) {
    View view{{{-2, 2, cols}, {-1.5, 1.5, 3}}, all_fields, method, precision, {}};
    view.training.iterations = 5;
    return view;
}

/// Looks at the model in every way there is.
void look(const LoadedModel& model, std::size_t cols) {
    for (const Method method : {Method::bptt, Method::rows})
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            const View view = view_of(cols, method, precision);
            with_real(precision, [&](auto real) { surface_values<decltype(real)>(model, view); });
            const ColorFiller colors =
                model.colors(view, Field::loss, ColorMap(default_color_spec(Field::loss)));
            StripColors to;
            if (colors) colors.fill({0, view.grid.rows(), {}}, to);
        }
    model.point({0.5, 0.5}, all_fields);
    model.trace({0.5, 0.5});
    model.path({0.5, 0.5}, view_of(1, Method::bptt, Precision::f64).training);
    model.valley(std::vector<double>{0.5});
}

TEST(LoadedModel, IsPreparedOnceForAllViews) {
    const auto prepared =
        std::make_shared<const PreparedModel>(random_model(1, 300, 4, Activation::linear));
    const auto cpu = load_cpu(prepared), emulated = load_emulated(prepared);
    EXPECT_EQ(prepared->parts_made(), 0);
    look(*cpu, 7);
    const int parts = prepared->parts_made();
    EXPECT_EQ(parts, 7);  // merged, range, binary, float, double, order, compressed
    look(*cpu, 9);
    look(*emulated, 8);
    EXPECT_EQ(prepared->parts_made(), parts);
    look(*find_evaluator("reference").load(*cpu), 2);
    EXPECT_EQ(prepared->parts_made(), parts);
}

/// What is not asked for is not made: the row form of a million sequences needs no floats.
TEST(LoadedModel, MakesOnlyWhatItsViewsNeed) {
    const auto prepared =
        std::make_shared<const PreparedModel>(random_model(2, 300, 4, Activation::linear));
    const auto cpu = load_cpu(prepared);
    View view = view_of(5, Method::rows, Precision::f32);
    view.fields = {Field::loss};
    surface_values<float>(*cpu, view);
    EXPECT_EQ(prepared->parts_made(), 2);  // merged, compressed
}

/// The count above sees all of it: nothing else in the library merges or compresses.
TEST(LoadedModel, IsTheOnlyPlaceThatPrepares) {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(GRADSCAPE_SOURCE_DIR) / "host")) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        for (const char* call :
             {"= merge_identical(", "return merge_identical(", "(merge_identical(",
              "return MergedSequences(", "return RowArrays("})
            if (text.str().find(call) != std::string::npos)
                found.push_back(entry.path().filename());
    }
    std::ranges::sort(found);
    EXPECT_EQ(found, (std::vector<std::string>{"prepared_data.cpp",  // MergedSequences' own
                                               "prepared_model.cpp", "prepared_model.cpp"}));
}

TEST(LoadedModel, IsPreparedOnceByManyThreads) {
    const auto prepared =
        std::make_shared<const PreparedModel>(random_model(3, 200, 3, Activation::linear));
    const auto cpu = load_cpu(prepared);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t) threads.emplace_back([&, t] { look(*cpu, 3 + t); });
    }
    EXPECT_EQ(prepared->parts_made(), 7);
}

TEST(LoadedModel, LivesAsLongAsSomeoneLooks) {
    View view = view_of(6, Method::automatic, Precision::f32);
    view.fields = {Field::loss};
    const Model model = random_model(4, 30, 5, Activation::linear);
    for (const char* name : {"reference", "cpu", "emulated"}) {
        const Evaluator& evaluator = find_evaluator(name);
        const auto expected = surface_values<float>(evaluator, model, view);
        const StripFiller fill = evaluator.load(model)->values(view);  // its model is gone
        std::vector<float> values(view.grid.cells());
        Strip strip{0, view.grid.rows(), {}};
        strip.data[Field::loss] = values.data();
        fill(strip);
        EXPECT_EQ(values, expected[Field::loss]) << name;
    }
}

TEST(LoadedModel, HasOfAPointWhatAViewHasOfItsCell) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const char* name : {"reference", "cpu", "emulated"}) {
            const auto model = find_evaluator(name).load(random_model(5, 6, 7, activation));
            const View view = view_of(5, Method::automatic, Precision::f64);
            const auto values = surface_values<double>(*model, view);
            for (std::size_t at : {0u, 7u, 14u}) {
                const Weights w{view.grid.wx.at(at % 5), view.grid.wrec.at(at / 5)};
                const auto point = model->point(w, all_fields, view.training);
                for (Field field : all_fields) {
                    // The row form takes w_x as a grid's lo + j·step, a rounding away.
                    const double value = values.fields[field][at], got = point[field];
                    // A condition number loses as many digits as it has.
                    const double digits = field == Field::condition ? 1e-15 * value : 0;
                    if (value == got) continue;  // infinite ones, too
                    EXPECT_NEAR(got, value, (1e-12 + digits) * std::abs(value))
                        << name << ' ' << name_of(activation) << ' ' << name_of(field);
                }
            }
        }
}

/// The path ends where the cell of a training field says, to the bit.
TEST(LoadedModel, FollowsThePathOfATrainingField) {
    for (Activation activation :
         {Activation::linear, Activation::tanh, Activation::relu, Activation::sigmoid})
        for (const char* name : {"reference", "cpu", "emulated"})
            for (Optimizer optimizer : {Optimizer::rprop, Optimizer::adam}) {
                const auto model = find_evaluator(name).load(random_model(6, 5, 140, activation));
                View view = view_of(3, Method::automatic, Precision::f64);
                view.fields = {Field::train_loss, Field::train_steps};
                view.training.optimizer = optimizer;
                const auto values = surface_values<double>(*model, view);
                for (std::size_t at = 0; at < view.grid.cells(); ++at) {
                    const Weights start{view.grid.wx.at(at % 3), view.grid.wrec.at(at / 3)};
                    const Trajectory path = model->path(start, view.training);
                    const TrainingFields end = training_fields(path, view.training);
                    EXPECT_EQ(path.iterates.front().wx, start.wx);
                    EXPECT_EQ(end.loss, values[Field::train_loss][at])
                        << name << ' ' << name_of(activation) << ' ' << name_of(optimizer);
                    EXPECT_EQ(end.steps, values[Field::train_steps][at]);
                }
            }
}

TEST(LoadedModel, RefusesTheValleyOfANonlinearCell) {
    const auto model = find_evaluator("cpu").load(random_model(7, 2, 3, Activation::tanh));
    EXPECT_THROW(model->valley(std::vector<double>{1}), InputError);
}

TEST(LoadedModel, SequencesOfOtherSizesAreRefused) {
    for (const Sequences& wrong :
         {Sequences{1000000, 5, {1}, {1}, {1}}, Sequences{2, 1, {1, 0}, {1, 2}, {}}})
        EXPECT_THROW(find_evaluator("cpu").load({wrong, Activation::tanh}), InputError);
}

}  // namespace
}  // namespace gradscape::evaluate
