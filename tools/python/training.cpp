// Training, gradients over time, the valley.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gradscape/article.hpp"
#include "gradscape/error.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/predictions.hpp"
#include "gradscape/trace_spread.hpp"
#include "gradscape/training_parameters.hpp"
#include "tools/article/article_range.hpp"
#include "tools/article/plots.hpp"
#include "tools/article/run_figure.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_types.hpp"
#include "tools/python/arrays.hpp"
#include "tools/python/figures.hpp"
#include "tools/python/files.hpp"
#include "tools/python/numbers.hpp"
#include "tools/python/surface.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

struct Run {
    LoadedData model;
    Weights start;
    TrainingOptions options;
    std::shared_ptr<const Trajectory> trajectory;
};

struct Traces {
    LoadedData model;
    std::vector<Trace> each;
};

/// learning_rate of learning-rate.
std::string python_name(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '-', '_');
    return text;
}

void set_parameter(TrainingOptions& options, const std::string& name, double value) {
    if (name == "tolerance") {
        if (!not_negative.holds(value))
            throw InputError(
                fmt::format("tolerance {}: {} is wanted", value, cli::wanted_in(not_negative)));
        options.tolerance = value;
        return;
    }
    const auto parameter = std::ranges::find_if(
        training_parameters,
        [&](const TrainingParameter& each) { return python_name(each.name) == name; });
    if (parameter == std::end(training_parameters))
        throw nb::type_error(fmt::format("{}: no such parameter", name).c_str());
    if (!parameter->range.holds(value))
        throw InputError(
            fmt::format("{} {}: {} is wanted", name, value, cli::wanted_in(parameter->range)));
    if (!parameter->is_used_by(options.optimizer))
        throw InputError(fmt::format("{}: has no effect on optimizer {}, only on {}", name,
                                     name_of(options.optimizer), cli::users_of(*parameter)));
    options.*(parameter->value) = value;
}

void check_together(const TrainingOptions& options) {
    if (options.delta_min > options.delta_max)
        throw InputError(fmt::format(
            "delta_min {}: the smallest step must not be above the largest, delta_max {}",
            options.delta_min, options.delta_max));
    if (options.optimizer == Optimizer::nesterov && options.momentum == 0)
        throw InputError(
            "momentum 0: nesterov looks ahead along its momentum; a number above 0 is wanted, or "
            "optimizer gd");
}

TrainingOptions training_options(int optimizer, long long iterations, const nb::dict& parameters) {
    TrainingOptions options;
    options.optimizer = static_cast<Optimizer>(optimizer);
    if (iterations < 0 || iterations > most_iterations)
        throw InputError(fmt::format("iterations {}: a whole number from 0 to {} is wanted",
                                     iterations, most_iterations));
    options.iterations = static_cast<int>(iterations);
    for (const auto& [name, value] : parameters)
        set_parameter(options, nb::cast<std::string>(name), nb::cast<double>(value));
    check_together(options);
    return options;
}

nb::dict dict_of(const TrainingOptions& options) {
    nb::dict all;
    all["optimizer"] = std::string(name_of(options.optimizer));
    all["iterations"] = options.iterations;
    for (const TrainingParameter& parameter : training_parameters)
        if (parameter.is_used_by(options.optimizer))
            all[python_name(parameter.name).c_str()] = options.*(parameter.value);
    all["tolerance"] = options.tolerance;
    return all;
}

double work_of(const LoadedData& model, double evaluations) {
    return static_cast<double>(model->model().sequences.inputs.size()) * evaluations * 20;
}

Run train_from(const LoadedData& model, double wx, double wrec, const TrainingOptions& options) {
    constexpr int not_worth_asking = 1 << 22;
    if (options.iterations > not_worth_asking)
        check_memory(fmt::format("a path of {} iterations", options.iterations),
                     static_cast<double>(options.iterations) * sizeof(Iterate), available_memory(),
                     "fewer would fit");
    Run done{model, {wx, wrec}, options, nullptr};
    run(work_of(model, options.iterations), {}, [&](const Context&) {
        done.trajectory = std::make_shared<const Trajectory>(model->path(done.start, done.options));
    });
    return done;
}

/// As a pickle has it.
Run run_again(const LoadedData& model, double wx, double wrec, const TrainingOptions& options,
              nb::handle iterates, bool diverged) {
    std::size_t shape[2];
    const std::vector<double> numbers = numbers_from(iterates, "path", 2, shape);
    if (shape[0] == 0 || shape[1] != 5)
        throw InputError("path: iterates are wanted, at least one, of five numbers each");
    auto trajectory = std::make_shared<Trajectory>();
    trajectory->iterates.resize(shape[0]);
    static_assert(sizeof(Iterate) == 5 * sizeof(double));
    std::memcpy(static_cast<void*>(trajectory->iterates.data()), numbers.data(),
                numbers.size() * sizeof(double));
    trajectory->diverged = diverged;
    return {model, {wx, wrec}, options, std::move(trajectory)};
}

/// Iterates are rows of five doubles: the array is their own memory.
Array path_of(const Run& run) {
    static_assert(sizeof(Iterate) == 5 * sizeof(double));
    const auto& iterates = run.trajectory->iterates;
    return array_of<const double>(&iterates.data()->wx, {iterates.size(), 5}, run.trajectory);
}

bool has_article_range(const LoadedData& model) {
    return !model.origin.in_memory && cli::article_range_fits(model.origin.options, model.unit());
}

std::optional<nb::bytes> run_figure(const Run& run, const std::string& format,
                                    const std::string& path, const nb::dict& page, double x0,
                                    double x1, double r0, double r1) {
    const cli::RunFigure wanted{run.options.optimizer,
                                {axis_of("wx", x0, x1, 2), axis_of("wrec", r0, r1, 2)},
                                has_article_range(run.model),
                                page_options(page),
                                run.model.origin.options};
    return make_figure(format, path, [&](const Context& context) {
        const auto model = find_evaluator("cpu").load(*run.model);
        return FigureOf{cli::run_figure(*model, *run.trajectory, wanted, context),
                        cli::figure_metadata(cli::json_text(cli::describe(run.options))),
                        cli::page_of(wanted.page)};
    });
}

Traces traces_at(const LoadedData& model, nb::handle points) {
    std::size_t shape[2];
    const std::vector<double> numbers = numbers_from(points, "at", 2, shape);
    if (shape[1] != 2)
        throw InputError(
            fmt::format("at: points (w_x, w_rec) are wanted, two numbers each, not {}", shape[1]));
    std::vector<Weights> at;
    for (std::size_t i = 0; i < shape[0]; ++i) at.push_back({numbers[2 * i], numbers[2 * i + 1]});
    Traces traces{model, {}};
    run(work_of(model, static_cast<double>(at.size())), {},
        [&](const Context&) { traces.each = model->traces(at); });
    return traces;
}

std::optional<nb::bytes> traces_figure(const Traces& traces, const std::string& format,
                                       const std::string& path, const nb::dict& page, int reduction,
                                       const std::string& values, bool spread) {
    const cli::FigureOptions options = page_options(page);
    const auto shown =
        static_cast<cli::TraceValues>(cli::parse_choice("values", values, cli::trace_values_names));
    return make_figure(format, path, [&](const Context&) {
        const Model& model = traces.model->model();
        std::vector<std::vector<Quartiles>> spreads;
        if (spread)
            for (const Trace& trace : traces.each) spreads.push_back(trace_spread(model, trace.at));
        LineFigure figure =
            cli::traces_figure(traces.each, static_cast<Reduction>(reduction), shown, spreads);
        return FigureOf{cli::titled(std::move(figure), options, traces.model.origin.options, model),
                        cli::figure_metadata("{}"), cli::page_of(options)};
    });
}

/// Points × (T + 1), k = 0 … T.
Array reduced(const Traces& traces, int reduction, bool logarithm) {
    std::vector<double> values;
    std::size_t steps = 0;
    for (const Trace& trace : traces.each) {
        steps = trace.sums.size();
        for (std::size_t k = 0; k < steps; ++k)
            values.push_back(logarithm ? trace.log10_value(k, static_cast<Reduction>(reduction))
                                       : trace.value(k, static_cast<Reduction>(reduction)));
    }
    return array_of(std::move(values), {traces.each.size(), steps});
}

/// What the model's network makes of other sequences with these weights.
Array predictions(const LoadedData& model, nb::handle x, double wx, double wrec) {
    Model other;
    std::size_t shape[2];
    other.sequences.inputs = numbers_from(x, "x", 2, shape);
    check_finite(other.sequences.inputs, "x", shape[1]);
    other.sequences.count = shape[0], other.sequences.length = shape[1];
    other.sequences.targets.assign(shape[0], 0);
    other.sequences.weights.assign(shape[0], 1);
    other.activation = model.unit().activation;
    other.initial_state = model.unit().initial_state;
    std::vector<double> values;
    run(static_cast<double>(other.sequences.inputs.size()) * 20, {}, [&](const Context&) {
        for (const Prediction& each : predict(other, {wx, wrec}).each)
            values.push_back(each.prediction);
    });
    return array_of(std::move(values));
}

Array valley_at(const LoadedData& model, nb::handle wrec) {
    std::size_t shape[2];
    const std::vector<double> rows = numbers_from(wrec, "wrec", 1, shape);
    check_finite(rows, "wrec", 0);
    std::vector<double> valley;
    run(work_of(model, static_cast<double>(rows.size())), {},
        [&](const Context&) { valley = model->valley(rows); });
    return array_of(std::move(valley));
}

void bind_options(nb::module_& m) {
    nb::class_<TrainingOptions>(m, "TrainingOptions")
        .def("as_dict", dict_of)
        .def_ro("tolerance", &TrainingOptions::tolerance);
    m.def("training_options", training_options, "optimizer"_a, "iterations"_a, "parameters"_a);
}

void bind_runs(nb::module_& m) {
    nb::class_<Run>(m, "Run")
        .def("path", path_of)
        .def_prop_ro("options", [](const Run& r) { return r.options; })
        .def_prop_ro("diverged", [](const Run& r) { return r.trajectory->diverged; })
        .def("first_below",
             [](const Run& r, double tolerance) { return r.trajectory->first_below(tolerance); })
        .def("largest_stable_rate",
             [](const Run& r) {
                 std::optional<double> rate;
                 run(work_of(r.model, 1), {}, [&](const Context&) {
                     rate = largest_stable_rate(r.model->model(), r.start, r.options);
                 });
                 return rate;
             })
        .def("save",
             [](const Run& r, const std::string& path) {
                 run(HUGE_VAL, {},
                     [&](const Context&) { write_trajectory_csv(open_file(path), *r.trajectory); });
             })
        .def("figure", run_figure);
    m.def("train", train_from, "model"_a, "wx"_a, "wrec"_a, "options"_a);
    m.def("run_again", run_again, "model"_a, "wx"_a, "wrec"_a, "options"_a, "iterates"_a,
          "diverged"_a);
}

void bind_traces(nb::module_& m) {
    nb::class_<Traces>(m, "Traces")
        .def("values", reduced, "reduction"_a, "logarithm"_a)
        .def("behaviours",
             [](const Traces& traces) {
                 std::vector<std::string> all;
                 for (const Trace& trace : traces.each)
                     all.push_back(describe(behaviour_of(trace)));
                 return all;
             })
        .def("factors",
             [](const Traces& traces) {
                 std::vector<double> all;
                 for (const Trace& trace : traces.each) all.push_back(behaviour_of(trace).factor);
                 return array_of(std::move(all));
             })
        .def("save",
             [](const Traces& traces, const std::string& path) {
                 run(HUGE_VAL, {},
                     [&](const Context&) { write_traces_csv(open_file(path), traces.each); });
             })
        .def("figure", traces_figure);
    m.def("trace", traces_at, "model"_a, "at"_a);
}

}  // namespace

void bind_training(nb::module_& m) {
    bind_options(m);
    bind_runs(m);
    bind_traces(m);
    m.def("predict", predictions, "model"_a, "x"_a, "wx"_a, "wrec"_a);
    m.def("valley", valley_at, "model"_a, "wrec"_a);
    nb::list at;
    for (const Weights& point : article_points) at.append(nb::make_tuple(point.wx, point.wrec));
    m.attr("article_points") = nb::tuple(at);
    m.attr("article_start") = nb::make_tuple(article_start.wx, article_start.wrec);
}

}  // namespace gradscape::python
