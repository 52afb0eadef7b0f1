// The numbers of the article's report, and report.json.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/internal/counted.hpp"
#include "tools/article/article_report.hpp"

namespace gradscape::cli {
namespace {

Json facts_of(const Weights& w) { return {{"w_x", w.wx}, {"w_rec", w.wrec}}; }

Json facts_of(const Trace& trace) {
    const GradientBehaviour behaviour = behaviour_of(trace);
    Json facts = facts_of(trace.at);
    facts["behaviour"] = describe(behaviour);
    facts["alternates"] = behaviour.alternates;
    facts["factor_per_step"] = behaviour.factor;
    facts["grad_sum_last_state"] = trace.sums.back();
    facts["grad_sum_first_state"] = trace.sums.front();
    facts["log10_grad_sum_last_state"] = trace.log10_value(trace.sums.size() - 1, Reduction::sum);
    facts["log10_grad_sum_first_state"] = trace.log10_value(0, Reduction::sum);
    return facts;
}

Json facts_of(const Predictions& predictions) {
    Json each = Json::array();
    for (const Prediction& p : predictions.each)
        each.push_back(
            {{"target", p.target}, {"prediction", p.prediction}, {"rounded", p.rounded}});
    return {{"count", predictions.each.size()},
            {"counted_right", count_right(predictions)},
            {"mean_square_error", predictions.mean_square_error},
            {"predictions", each}};
}

Json facts_of(const Trajectory& run) {
    const Iterate& last = run.iterates.back();
    return {{"iterations", run.iterates.size() - 1},
            {"diverged", run.diverged},
            {"final", facts_of(Weights{last.wx, last.wrec})},
            {"loss", last.loss},
            {"gradient", {{"w_x", last.grad_wx}, {"w_rec", last.grad_wrec}}},
            {"iterations_to_1e-3", run.first_below(1e-3)},
            {"iterations_to_1e-5", run.first_below(1e-5)}};
}

Json facts_of(const OptimizerStudy& study) {
    Json runs = Json::array();
    for (const StudyRun& run : study.runs) {
        Json facts = facts_of(run.trajectory);
        facts["options"] = describe(run.options);
        facts["nearest_to_edge"] = nullptr;
        if (run.curvature.nearest_to_edge)
            facts["nearest_to_edge"] = json_number(*run.curvature.nearest_to_edge);
        std::vector<double> losses;
        for (const Iterate& at : run.trajectory.iterates) losses.push_back(at.loss);
        facts["losses"] = losses;
        runs.push_back(facts);
    }
    return {{"start", facts_of(study.start)},
            {"largest_stable_gd_rate", study.limit.stable},
            {"smallest_diverging_gd_rate", study.limit.unstable},
            {"runs", runs}};
}

}  // namespace

bool sums_inputs(const Sequences& sequences) {
    for (std::size_t i = 0; i < sequences.count; ++i) {
        const auto x = sequences.inputs_of(i);
        if (std::accumulate(x.begin(), x.end(), 0.0) != sequences.targets[i]) return false;
    }
    return true;
}

bool counts_ones(const Sequences& sequences) {
    return sums_inputs(sequences) &&
           std::ranges::all_of(sequences.inputs, [](double x) { return x == 0 || x == 1; });
}

std::size_t count_right(const Predictions& predictions) {
    return static_cast<std::size_t>(std::ranges::count_if(
        predictions.each, [](const Prediction& p) { return p.rounded == p.target; }));
}

std::size_t counting_range(Weights w, std::size_t limit) {
    double state = 0;
    for (std::size_t ones = 1; ones <= limit; ++ones) {
        state = w.wx + w.wrec * state;
        if (!(std::abs(state - static_cast<double>(ones)) < 0.5)) return ones - 1;
    }
    return limit;
}

std::string article_summary(const ArticleResults& results) {
    const Iterate& last = results.training.iterates.back();
    if (results.training.diverged)
        return fmt::format("Training diverged after {}: loss {}\n",
                           counted(results.training.iterates.size() - 1, "iteration"), last.loss);
    std::string text = fmt::format("Final weights are: wx = {},  wRec = {}\nTraining loss: {}\n",
                                   fixed(last.wx), fixed(last.wrec), last.loss);
    if (counts_ones(results.data.train))
        text += fmt::format("Training sequences counted right: {} of {}\n",
                            count_right(results.on_training), results.on_training.each.size());
    for (const Prediction& p : results.on_test.each)
        text += fmt::format("Test: target {}  prediction {}  rounded {}\n", p.target,
                            fixed(p.prediction), p.rounded);
    if (!results.on_test.each.empty())
        text += fmt::format("Test MSE: {}\n", results.on_test.mean_square_error);
    return text;
}

Json article_facts(const ArticleResults& results) {
    const Iterate& last = results.training.iterates.back();
    Json gradients = Json::array();
    for (const Trace& trace : results.traces) gradients.push_back(facts_of(trace));
    Json training = facts_of(results.training);
    if (counts_ones(results.data.train))
        training["counts_ones_up_to"] = counting_range({last.wx, last.wrec}, counting_limit);
    return {{"gradients", gradients},
            {"training", training},
            {"on_training", facts_of(results.on_training)},
            {"on_test", facts_of(results.on_test)},
            {"optimizers", facts_of(results.study)}};
}

}  // namespace gradscape::cli
