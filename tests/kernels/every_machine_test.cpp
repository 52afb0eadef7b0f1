// Every path of the kernels on every machine: several devices, streams that work when they please,
// allocations, copies, launches and kernels that fail. The result is the cpu evaluator's to the
// bit, or one clean error; no rule is broken, and all memory is given back.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/strips.hpp"
#include "kernels/launch.hpp"
#include "tests/kernels/machine_as.hpp"
#include "tests/random_model.hpp"
#include "tests/same_statistics.hpp"
#include "tests/slowdown.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::kernels {
namespace {

using emulation::Machine;
using emulation::MachineAs;

/// Grids are so much smaller where sanitizers slow the kernels.
constexpr std::size_t rows_of_grid = test::slowdown == 1 ? 48 : 12;
constexpr unsigned host_threads = 4;

template <class Real>
bool same_bits(const std::vector<Real>& a, const std::vector<Real>& b) {
    if (a.size() != b.size()) return false;
    return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

/// Runs `work(i)` for i < count in threads of their own; the first exception is rethrown.
void in_threads(unsigned count, const std::function<void(unsigned)>& work) {
    std::mutex mutex;
    std::exception_ptr first;
    {
        std::vector<std::jthread> all;
        for (unsigned i = 0; i < count; ++i)
            all.emplace_back([&, i] {
                try {
                    work(i);
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    if (!first) first = std::current_exception();
                }
            });
    }
    if (first) std::rethrow_exception(first);
}

template <class Real>
SurfaceValues<Real> filled_by_threads(const LoadedModel& model, View view) {
    view.precision = sizeof(Real) == 4 ? Precision::f32 : Precision::f64;
    SurfaceValues<Real> values;
    for (Field field : view.fields) values.fields[field].resize(view.grid.cells());
    const StripFiller fill = model.values(view);
    in_threads(host_threads, [&](unsigned thread) {
        for (std::size_t row = 3 * thread; row < view.grid.rows(); row += 3 * host_threads) {
            Strip strip{row, std::min<std::size_t>(3, view.grid.rows() - row), {}};
            for (Field field : view.fields)
                strip.data[field] = values.fields[field].data() + row * view.grid.cols();
            fill(strip);
        }
    });
    return values;
}

View view_on(Method method, FieldSet fields) {
    View view{{{-1.3, 1.7, 37}, {-1.4, 1.2, rows_of_grid}}, fields, method, Precision::f32, {}};
    view.training.iterations = 12;
    view.training.tolerance = 0.7;
    return view;
}

const FieldSet training_fields{Field::train_loss, Field::train_steps};

struct NamedMachine {
    const char *name, *words;
};

class EveryMachine : public testing::TestWithParam<NamedMachine> {
protected:
    /// `attempt` must succeed or, where the machine lets calls fail, end by one clean error: tried
    /// some times, since another call fails each time.
    void expect_right_or_clean(const std::function<void()>& attempt) const {
        Machine as = Machine::from(GetParam().words);
        const bool may_fail =
            as.failing_allocation + as.failing_launch + as.failing_copy + as.failing_work > 0;
        const MachineAs machine(as);
        const int attempts = may_fail ? 8 : 1;
        for (int i = 0; i < attempts; ++i) try {
                attempt();
            } catch (const RunError& error) {
                const std::string text = error.what();
                EXPECT_TRUE(may_fail) << text;
                EXPECT_FALSE(text.empty());
                EXPECT_EQ(text.find('\n'), std::string::npos) << text;
            }
    }

    template <class Real>
    void expect_cpu_bits(const Model& model, const View& view) const {
        const auto cpu = surface_values<Real>(find_evaluator("cpu"), model, view);
        expect_right_or_clean([&] {
            const auto emulated =
                filled_by_threads<Real>(*find_evaluator("emulated").load(model), view);
            for (Field field : all_fields)
                EXPECT_TRUE(same_bits(cpu.fields[field], emulated.fields[field])) << name_of(field);
        });
    }
};

TEST_P(EveryMachine, FillsValuesByBackpropagation) {
    const View view = view_on(Method::bptt, plain_fields);
    expect_cpu_bits<float>(random_model(1, 20, 10, Activation::tanh, true), view);
    expect_cpu_bits<double>(random_model(2, 3, 33, Activation::linear), view);
}

TEST_P(EveryMachine, FillsValuesByRows) {
    const View view = view_on(Method::rows, plain_fields);
    expect_cpu_bits<float>(random_model(3, 20, 10, Activation::linear), view);
    expect_cpu_bits<double>(random_model(4, 1, 40, Activation::linear, true), view);
}

TEST_P(EveryMachine, Trains) {
    View view = view_on(Method::automatic, training_fields);
    expect_cpu_bits<double>(random_model(5, 6, 10, Activation::linear, true), view);
    view.training.optimizer = Optimizer::adam;
    expect_cpu_bits<float>(random_model(6, 4, 19, Activation::tanh), view);
}

TEST_P(EveryMachine, FillsAllFieldsAtOnce) {
    View view = view_on(Method::automatic, all_fields);
    expect_cpu_bits<float>(random_model(7, 5, 6, Activation::relu), view);
    expect_cpu_bits<double>(random_model(7, 5, 20, Activation::linear), view);
}

TEST_P(EveryMachine, ColorsAndCounts) {
    const Model model = random_model(8, 4, 60, Activation::linear);
    const View view = view_on(Method::bptt, {Field::loss});
    const ColorMap map(default_color_spec(Field::loss));
    const auto values = surface_values<float>(find_evaluator("cpu"), model, view)[Field::loss];
    FieldStatistics expected;
    for (std::size_t cell = 0; cell < values.size(); ++cell)
        test::count(expected, values[cell], cell);
    expect_right_or_clean([&] {
        const ColorFiller filler =
            find_evaluator("emulated").load(model)->colors(view, Field::loss, map);
        std::vector<std::uint8_t> indices(values.size());
        std::mutex mutex;
        FieldStatistics all;
        in_threads(host_threads, [&](unsigned thread) {
            StripColors colors;
            for (std::size_t row = thread; row < view.grid.rows(); row += host_threads) {
                filler.fill({row, 1, {}}, colors);
                const std::lock_guard lock(mutex);
                std::copy(colors.indices.begin(), colors.indices.end(),
                          indices.begin() + static_cast<std::ptrdiff_t>(row * view.grid.cols()));
                all.merge(colors.statistics);
            }
        });
        for (std::size_t cell = 0; cell < values.size(); ++cell)
            ASSERT_EQ(indices[cell], map.index(values[cell])) << cell;
        test::expect_same(all, expected);
    });
}

TEST_P(EveryMachine, FindsStatisticsWhereTheFieldsLie) {
    const Model model = random_model(9, 4, 60, Activation::linear);
    const View view = view_on(Method::bptt, plain_fields);
    const auto found = [&](const char* evaluator) {
        StatisticsSink statistics(view, true);
        Sink* sinks[] = {&statistics};
        StripOptions options;
        options.threads = host_threads;
        options.cells_per_strip = view.grid.cols() * 4;
        run_strips(find_evaluator(evaluator).load(model)->values(view), view, sinks, options);
        return statistics;
    };
    const StatisticsSink cpu = found("cpu");
    expect_right_or_clean([&] {
        const StatisticsSink emulated = found("emulated");
        for (Field field : plain_fields) {
            test::expect_same(cpu.of(field), emulated.of(field));
            EXPECT_EQ(cpu.of(field).histogram.counts, emulated.of(field).histogram.counts);
        }
    });
}

TEST_P(EveryMachine, TracesGradients) {
    const Model model = random_model(10, 3, 12, Activation::sigmoid);
    std::vector<Weights> points;
    for (int i = 0; i < 150; ++i) points.push_back({-2 + 0.03 * i, 1.9 - 0.025 * i});
    const auto cpu = find_evaluator("cpu").load(model)->traces(points);
    expect_right_or_clean([&] {
        const auto emulated = find_evaluator("emulated").load(model)->traces(points);
        for (std::size_t p = 0; p < points.size(); ++p)
            ASSERT_TRUE(same_bits(cpu[p].sums, emulated[p].sums)) << p;
    });
}

/// One model, looked at in every way from several threads at once: its data go to each device once,
/// and outlive no view's work.
TEST_P(EveryMachine, KeepsAModelForManyViews) {
    const Model model = random_model(11, 6, 9, Activation::linear, true);
    View views[] = {view_on(Method::bptt, {Field::loss}), view_on(Method::rows, {Field::grad_wx}),
                    view_on(Method::automatic, training_fields),
                    view_on(Method::bptt, plain_fields)};
    for (View& view : views) view.grid.wrec = {-1, 1, rows_of_grid / 4};
    const auto values = [&](const LoadedModel& loaded, unsigned i) {
        return surface_values<float>(loaded, views[i], 2);
    };
    const auto cpu = find_evaluator("cpu").load(model);
    std::array<SurfaceValues<float>, 4> expected;
    for (unsigned i = 0; i < 4; ++i) expected[i] = values(*cpu, i);
    expect_right_or_clean([&] {
        const auto loaded = find_evaluator("emulated").load(model);
        for (int look = 0; look < 2; ++look)
            in_threads(4, [&](unsigned i) {
                const auto found = values(*loaded, i);
                for (Field field : all_fields)
                    EXPECT_TRUE(same_bits(expected[i].fields[field], found.fields[field]));
            });
    });
}

TEST_P(EveryMachine, MeasuresItsLimits) {
    expect_right_or_clean([] { EXPECT_GT(emulated_kernels.limits({100000, 2, 3}).read, 0); });
}

constexpr NamedMachine machines[] = {
    {"late", "deferred,shuffled"},
    {"two_devices", "devices=2"},
    {"two_late_devices", "devices=2,deferred,seed=5"},
    {"three_late_devices", "devices=3,deferred,reverse,seed=9"},
    {"every_tenth_allocation_fails", "failing-allocation=10"},
    {"every_tenth_allocation_of_late_devices_fails",
     "devices=2,deferred,failing-allocation=10,seed=3"},
    {"few_allocations_of_late_devices_fail", "devices=2,deferred,failing-allocation=61,seed=7"},
    {"launches_fail", "devices=3,deferred,failing-launch=61,seed=4"},
    {"copies_fail", "devices=2,deferred,failing-copy=83,seed=6"},
    {"work_fails_later", "devices=2,deferred,failing-work=97,seed=8"},
};

INSTANTIATE_TEST_SUITE_P(Emulated, EveryMachine, testing::ValuesIn(machines),
                         [](const auto& of) { return std::string(of.param.name); });

/// A training that one launch would take too long for goes on in others, with the same bits.
TEST(EmulatedLaunches, ShareALongTraining) {
    for (const auto& [activation, length, binary] :
         {std::tuple{Activation::linear, std::size_t{10}, true}, {Activation::tanh, 21, false}})
        for (std::size_t o = 0; o < optimizer_names.size(); ++o) {
            const Model model = random_model(12, 5, length, activation, binary);
            View view{{{-3, 3, 7}, {-3, 3, 3}}, training_fields, Method::automatic, {}, {}};
            view.training.optimizer = static_cast<Optimizer>(o);
            view.training.iterations = 30;
            view.training.tolerance = 0.7;
            const auto cpu = surface_values<double>(find_evaluator("cpu"), model, view);
            // 1, 7 and 31 evaluations a launch, and one launch
            for (const auto& [evaluations, launches] : {std::pair{1, 31u}, {7, 5u}, {31, 1u}}) {
                const double steps = 21.0 * 5 * static_cast<double>(length) * evaluations;
                const MachineAs machine({.deferred = o % 2 == 0, .launch_steps = steps});
                const auto emulated =
                    surface_values<double>(find_evaluator("emulated"), model, view);
                EXPECT_EQ(emulation::seen().launches, launches);
                for (Field field : {Field::train_loss, Field::train_steps})
                    EXPECT_TRUE(same_bits(cpu[field], emulated[field]))
                        << optimizer_names[o] << ' ' << evaluations;
            }
        }
}

/// A stop that is asked for once `launches` have been made; whether the work ended by it.
bool stops_after(std::size_t launches, const std::function<void()>& work) {
    const auto source = std::make_unique<std::stop_source>();
    const StopScope scope(source->get_token());
    const std::jthread asks([&](const std::stop_token& over) {
        while (emulation::seen().launches < launches && !over.stop_requested())
            std::this_thread::yield();
        source->request_stop();
    });
    try {
        work();
        return false;
    } catch (const Interrupted&) {
        return true;
    }
}

/// A GPU does not look whether it shall stop: it is asked for between two launches. In one launch
/// this would take a minute.
TEST(EmulatedLaunches, AStopIsSeenBetweenThem) {
    const Model model = random_model(13, 5, 10, Activation::linear, true);
    View view{{{-3, 3, 7}, {-3, 3, 3}}, {Field::train_loss}, Method::automatic, {}, {}};
    view.training.iterations = 3'000'000 / test::slowdown;
    const MachineAs machine({.deferred = true, .launch_steps = 1e5});
    EXPECT_TRUE(
        stops_after(3, [&] { surface_values<double>(find_evaluator("emulated"), model, view); }));
    EXPECT_LT(emulation::seen().launches, 1000u);
}

/// Both slots of a lane are at work when the stop comes: what they copy to must not go first.
TEST(EmulatedLanes, AStopWaitsForWhatIsUnderWay) {
    const Model model = random_model(14, 3, 8, Activation::tanh);
    const View view = view_on(Method::bptt, {Field::loss});
    View large = view;
    large.grid = {{-1, 1, 1500}, {-1, 1, 600}};
    const ColorMap map(default_color_spec(Field::loss));
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        // Pieces of a thousand cells.
        const MachineAs machine({.deferred = true, .seed = seed, .launch_steps = 1});
        const auto loaded = find_evaluator("emulated").load(model);
        EXPECT_TRUE(stops_after(5, [&] {
            StripColors colors;
            loaded->colors(large, Field::loss, map).fill({0, 600, {}}, colors);
        }));
        EXPECT_TRUE(stops_after(emulation::seen().launches + 3,
                                [&] { surface_values<double>(*loaded, large); }));
    }
}

/// One thread's two slots: one piece computes while the one before is copied.
TEST(EmulatedLanes, PiecesOfOneStripOverlap) {
    if (test::slowdown > 1) GTEST_SKIP() << "half a million cells";
    const Model model = random_model(15, 1, 1, Activation::linear);
    const View view{{{-1, 1, 1024}, {-1, 1, 512}}, {Field::loss}, Method::rows, {}, {}};
    const MachineAs machine({.deferred = true});
    surface_values<float>(find_evaluator("emulated"), model, view);
    EXPECT_EQ(emulation::seen().most_busy_streams, 2u);
}

/// Each lane's streams, data and memory belong to the device that it works on.
TEST(EmulatedLanes, UseAllDevices) {
    const Model model = random_model(16, 3, 8, Activation::tanh);
    const MachineAs machine({.devices = 3, .deferred = true});
    const auto loaded = find_evaluator("emulated").load(model);
    const View view = view_on(Method::bptt, {Field::loss});
    const auto cpu = surface_values<float>(find_evaluator("cpu"), model, view);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(
            same_bits(cpu[Field::loss], filled_by_threads<float>(*loaded, view)[Field::loss]));
}

/// Many points, or a large device: pinned memory stays moderate.
TEST(EmulatedMemory, PinnedIsBounded) {
    if (test::slowdown > 1) GTEST_SKIP() << "tens of millions of bytes";
    constexpr std::size_t most = 1 << 26, points = 70000, length = 127;
    const std::vector<double> inputs(length, 1.0), one{1.0}, half(points, 0.5);
    std::vector<double> gradients(points * (length + 1)), logarithms(gradients.size());
    const MachineAs machine({});
    emulated_kernels.trace(
        emulated_kernels.make_resident(),
        {Activation::linear,
         {inputs.data(), one.data(), one.data(), 1, static_cast<int>(length), 1.0},
         0,
         half.data(),
         half.data(),
         points,
         gradients.data(),
         logarithms.data()});
    EXPECT_LE(emulation::seen().most_pinned, most);
    for (std::size_t k = 0; k <= length; ++k)
        ASSERT_EQ(gradients[k], gradients[(points - 1) * (length + 1) + k]);
    emulated_kernels.limits({most + (most >> 3), 1, 1});
    EXPECT_LE(emulation::seen().most_pinned, most);
}

TEST(EmulatedMemory, LimitsAreMeasuredWithWhatThereIs) {
    const MachineAs machine({.device_memory = 3 << 20});
    EXPECT_GT(emulated_kernels.limits({16 << 20, 1, 1}).read, 0);
    const MachineAs none({.device_memory = 1 << 19});
    EXPECT_THROW(emulated_kernels.limits({16 << 20, 1, 1}), RunError);
}

}  // namespace
}  // namespace gradscape::kernels
