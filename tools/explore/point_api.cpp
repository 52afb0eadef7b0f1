// api/point, api/path, api/valley: what is known of a place, and of the way down from it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/error_bound.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/predictions.hpp"
#include "tools/common/option_types.hpp"
#include "tools/explore/api.hpp"
#include "tools/explore/asked.hpp"
#include "tools/explore/json.hpp"
#include "tools/explore/wire.hpp"

namespace gradscape::explore {
namespace {

constexpr std::size_t max_predictions = 8, max_trace_points = 512;

/// log10 |sum| and the sign, from the last state back to the first; of long ones some.
cli::Json trace_json(const Trace& trace) {
    cli::Json steps = cli::Json::array(), logarithms = cli::Json::array(),
              signs = cli::Json::array();
    const std::size_t last = trace.sums.size() - 1;
    const std::size_t stride = last / max_trace_points + 1;
    for (std::size_t back = 0; back <= last; back += stride) {
        const std::size_t k = last - back;
        steps.push_back(back);
        logarithms.push_back(json_number(trace.log10_value(k, Reduction::sum)));
        signs.push_back(std::signbit(trace.sums[k]) ? -1 : 1);
    }
    const GradientBehaviour behaviour = behaviour_of(trace);
    return {{"steps_back", steps},
            {"log10", logarithms},
            {"sign", signs},
            {"first", trace.text(0, Reduction::sum, 6)},
            {"last", trace.text(last, Reduction::sum, 6)},
            {"behaviour", describe(behaviour)}};
}

/// Of the test sequences, or else the first of the others.
cli::Json predictions_json(const DataSet& set, const RecurrentUnit& unit, Weights at) {
    const Sequences& from = set.data.test.count > 0 ? set.data.test : set.data.train;
    Sequences some;
    some.count = std::min(from.count, max_predictions);
    some.length = from.length;
    const auto first = [](const std::vector<double>& all, std::size_t count) {
        return std::vector<double>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    };
    some.inputs = first(from.inputs, some.count * some.length);
    some.targets = first(from.targets, some.count);
    some.weights = first(from.weights, some.count);
    cli::Json json = cli::Json::array();
    for (const Prediction& prediction :
         predict({some, unit.activation, unit.initial_state}, at).each)
        json.push_back(
            {{"target", prediction.target}, {"prediction", json_number(prediction.prediction)}});
    return json;
}

std::vector<Optimizer> take_optimizers(Query& query) {
    std::vector<Optimizer> optimizers;
    const auto text = query.take("optimizers");
    if (!text) return optimizers;
    for (const std::string& name : cli::split(*text, ','))
        optimizers.push_back(
            static_cast<Optimizer>(cli::parse_choice("optimizers", name, optimizer_names)));
    if (optimizers.size() > optimizer_names.size())
        throw InputError("optimizers: each once is enough");
    return optimizers;
}

void append_run(std::string& bytes, const Trajectory& run, const TrainingOptions& training) {
    append_value(bytes, static_cast<std::uint32_t>(training.optimizer));
    append_value(bytes, static_cast<std::uint32_t>(run.iterates.size()));
    append_value(bytes, static_cast<std::int32_t>(run.first_below(training.tolerance)));
    append_value(bytes, static_cast<std::uint32_t>(run.diverged));
    for (const Iterate& iterate : run.iterates) {
        append_value(bytes, iterate.wx);
        append_value(bytes, iterate.wrec);
        append_value(bytes, iterate.loss);
    }
}

}  // namespace

void answer_point(Session& session, Query query, const std::stop_token&, Response& response) {
    const double x = query.take_number("x"), y = query.take_number("y");
    const Weights at{x, y};
    const Asked asked = parse_asked(query, session);
    const LoadedModel& model = session.model(asked.data_set, asked.surface.unit);
    const FieldSet shown{asked.surface.field};
    FieldSet fields = plain_fields;
    fields.add(asked.surface.field);
    if (shown.any_curvature())
        for (const Field field : curvature_fields) fields.add(field);
    if (shown.any_training()) {
        check_iterations(asked.surface.training, max_map_iterations);
        fields.add(Field::train_loss);
        fields.add(Field::train_steps);
    }
    const FieldArray<double> values = model.point(at, fields, asked.surface.training);
    cli::Json of_fields;
    for (const Field field : fields)
        of_fields[std::string(name_of(field))] = json_number(values[field]);
    const PointErrorBound bound =
        bptt_error_bound(model.model(), at.wx, at.wrec, unit_roundoff(Precision::f64));
    cli::Json facts{{"x", x},
                    {"y", y},
                    {"fields", of_fields},
                    {"loss_error", json_number(bound.absolute.loss)},
                    {"trace", trace_json(model.trace(at))},
                    {"predictions", predictions_json(session.data_sets()[asked.data_set],
                                                     asked.surface.unit, at)}};
    if (has_row_form(asked.surface.unit))
        facts["valley"] = json_number(model.valley(std::vector{y}).front());
    write_json(response, facts);
}

void answer_path(Session& session, Query query, const std::stop_token&, Response& response) {
    const double x = query.take_number("x"), y = query.take_number("y");
    std::vector<Optimizer> optimizers = take_optimizers(query);
    const Asked asked = parse_asked(query, session);
    check_iterations(asked.surface.training, max_path_iterations);
    if (optimizers.empty()) optimizers.push_back(asked.surface.training.optimizer);
    const LoadedModel& model = session.model(asked.data_set, asked.surface.unit);
    response.type = "application/octet-stream";
    for (const Optimizer optimizer : optimizers) {
        TrainingOptions training = asked.surface.training;
        training.optimizer = optimizer;
        cli::check(training);
        std::string bytes;
        append_run(bytes, model.path({x, y}, training), training);
        response.write(bytes);
    }
}

void answer_valley(Session& session, Query query, const std::stop_token&, Response& response) {
    Axis wrec;
    wrec.lo = query.take_number("y0");
    wrec.hi = query.take_number("y1");
    wrec.size = static_cast<std::size_t>(query.take_integer("h", 1, max_side));
    const Asked asked = parse_asked(query, session);
    const LoadedModel& model = session.model(asked.data_set, asked.surface.unit);
    std::string bytes;
    for (const double wx : model.valley(wrec.values())) append_value(bytes, wx);
    response.type = "application/octet-stream";
    response.write(bytes);
}

}  // namespace gradscape::explore
