// Values in the caller's memory, and from there to sinks.
// SPDX-License-Identifier: MIT
#include "gradscape/values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string_view>

#include "gradscape/error.hpp"
#include "gradscape/render.hpp"
#include "gradscape/sinks.hpp"
#include "tests/article_model.hpp"

namespace gradscape::rendering {
namespace {

View view_of(Precision precision) {
    View view;
    view.grid = {{-2, 3, 91}, {-1, 2, 67}};
    view.fields = {Field::loss, Field::grad_wx, Field::grad_wrec};
    view.precision = precision;
    return view;
}

/// Room for each field, with a number before and behind that nobody is to touch.
struct Room {
    explicit Room(const View& view) : bytes(view.grid.cells() * size_of(view.precision)) {
        for (Field field : view.fields) {
            memory[field].assign(bytes + 2 * sizeof(double), '\xa5');
            places[field] = memory[field].data() + sizeof(double);
        }
    }
    std::string values(Field field) const { return memory[field].substr(sizeof(double), bytes); }
    bool is_whole(Field field) const {
        const std::string edge(sizeof(double), '\xa5');
        return memory[field].starts_with(edge) && memory[field].ends_with(edge);
    }

    std::size_t bytes;
    FieldArray<std::string> memory;
    FieldArray<void*> places;
};

std::string npy_of(const LoadedModel& model, const View& view, Field field) {
    RenderJob job;
    job.grid = view.grid;
    job.field = field;
    job.precision = view.precision;
    std::string memory;
    job.outputs.push_back({OutputKind::npy, ByteSink(&memory)});
    render(model, std::move(job), {});
    return memory;
}

TEST(Values, AreThoseOfTheFileWhateverTheThreads) {
    for (const char* backend : {"reference", "cpu", "emulated"}) {
        const auto model =
            find_evaluator(backend).load({article_model().sequences, Activation::tanh});
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            View view = view_of(precision);
            if (std::string_view(backend) != "cpu")  // slow
                view.grid.wx.size = 31, view.grid.wrec.size = 23;
            for (const unsigned threads : {1u, 3u}) {
                Room room(view);
                Context context;
                context.threads = threads;
                fill_values(*model, view, room.places, context);
                for (Field field : view.fields) {
                    EXPECT_TRUE(npy_of(*model, view, field).ends_with(room.values(field)))
                        << backend << ' ' << name_of(field);
                    EXPECT_TRUE(room.is_whole(field));
                }
            }
        }
    }
}

TEST(Values, GoFromMemoryToTheSameFile) {
    const auto model = find_evaluator("cpu").load(article_model());
    const View view = view_of(Precision::f32);
    Room room(view);
    fill_values(*model, view, room.places);
    FieldArray<const void*> values;
    for (Field field : view.fields) values[field] = room.places[field];
    std::string memory;
    const auto sink = npy_sink(ByteSink(&memory), view, Field::grad_wx);
    const std::array<Sink*, 1> sinks{sink.get()};
    run_strips(*memory_source(view, values), sinks, {});
    EXPECT_TRUE(memory == npy_of(*model, view, Field::grad_wx));
}

TEST(Values, OfOtherFieldsAreLeftAlone) {
    const View view = view_of(Precision::f32);
    View all = view;
    all.fields.add(Field::log10_loss);
    for (const unsigned threads : {1u, 2u}) {
        Room room(all);
        Context context;
        context.threads = threads;
        fill_values(*find_evaluator("cpu").load(article_model()), view, room.places, context);
        EXPECT_EQ(room.values(Field::log10_loss), std::string(room.bytes, '\xa5'));
    }
}

TEST(Values, TellOfProgressAndEndAtAStop) {
    const auto model = find_evaluator("cpu").load(article_model());
    const View view = view_of(Precision::f64);
    Room room(view);
    std::atomic<std::uint64_t> done = 0;
    Context context;
    context.threads = 1;
    context.progress = [&](const RunProgress& at) { done = at.done; };
    fill_values(*model, view, room.places, context);
    EXPECT_EQ(done, view.grid.cells());
    std::stop_source stop;
    stop.request_stop();
    context.stop = stop.get_token();
    EXPECT_THROW(fill_values(*model, view, room.places, context), Interrupted);
    View rows = view;
    rows.method = Method::rows;
    const auto tanh = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    EXPECT_THROW(fill_values(*tanh, rows, room.places), InputError);
}

}  // namespace
}  // namespace gradscape::rendering
