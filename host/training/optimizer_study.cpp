// SPDX-License-Identifier: MIT
#include "gradscape/optimizer_study.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "gradscape/atomic_file.hpp"

namespace gradscape::training {
namespace {

bool diverges(const Model& model, Weights start, int iterations, double rate) {
    TrainingOptions options;
    options.optimizer = Optimizer::gd;
    options.iterations = iterations;
    options.learning_rate = rate;
    return train(model, start, options).diverged;
}

/// Two significant digits, so that a label says exactly what ran.
double short_rate(double rate) { return rate > 0 ? std::stod(fmt::format("{:.1e}", rate)) : 0; }

struct Plan {
    Optimizer optimizer;
    double learning_rate, clip_norm;
};

std::vector<Plan> plan(RateLimit limit) {
    std::vector<Plan> plans;
    for (const auto optimizer : {Optimizer::rprop, Optimizer::rprop_minus, Optimizer::rprop_plus,
                                 Optimizer::irprop_minus, Optimizer::irprop_plus})
        plans.push_back({optimizer, 0, 0});
    const double stable = limit.stable > 0 ? limit.stable : 1;
    for (const double part : {2.0, 0.9, 0.1, 0.01})
        plans.push_back({Optimizer::gd, short_rate(part * stable), 0});
    plans.push_back({Optimizer::gd, 0.01, 1});
    for (const auto optimizer : {Optimizer::momentum, Optimizer::nesterov}) {
        plans.push_back({optimizer, short_rate(0.1 * stable), 0});
        plans.push_back({optimizer, 0.001, 10});
    }
    plans.push_back({Optimizer::rmsprop, 0.01, 0});
    plans.push_back({Optimizer::rmsprop, 0.01, 1});
    plans.push_back({Optimizer::adam, 0.01, 0});
    plans.push_back({Optimizer::adam, 0.01, 1});
    return plans;
}

StudyRun run(const Model& model, Weights start, int iterations, const Plan& plan) {
    StudyRun run;
    run.options.optimizer = plan.optimizer;
    run.options.iterations = iterations;
    if (has_learning_rate(plan.optimizer)) run.options.learning_rate = plan.learning_rate;
    run.options.clip_norm = plan.clip_norm;
    run.trajectory = train(model, start, run.options);
    run.curvature = path_curvature(model, run.trajectory, run.options);
    return run;
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

RateLimit find_rate_limit(const Model& model, Weights start, int iterations) {
    RateLimit limit{1e-16, 1e-16};
    while (training::diverges(model, start, iterations, limit.unstable)) {
        if (limit.unstable < 1e-300) return {0, limit.unstable};
        limit.unstable /= 10;
    }
    while (!training::diverges(model, start, iterations, limit.unstable)) {
        limit.stable = limit.unstable;
        limit.unstable *= 10;
        if (limit.unstable > 2) return {};  // beyond 1, whatever the rounding
    }
    while (limit.unstable > 1.001 * limit.stable) {
        const double middle = std::sqrt(limit.stable * limit.unstable);
        (training::diverges(model, start, iterations, middle) ? limit.unstable : limit.stable) =
            middle;
    }
    return limit;
}

OptimizerStudy study_optimizers(const Model& model, Weights start, int iterations) {
    OptimizerStudy study{start, find_rate_limit(model, start, iterations), {}};
    for (const training::Plan& each : training::plan(study.limit))
        study.runs.push_back(training::run(model, start, iterations, each));
    return study;
}

void write_study_csv(AtomicFile file, const OptimizerStudy& study) {
    std::string text =
        "optimizer,learning_rate,clip_norm,iterations,diverged,final_w_x,final_w_rec,final_loss,"
        "iterations_to_1e-3,iterations_to_1e-5,nearest_to_edge,largest_sharpness,"
        "final_sharpness\n";
    for (const StudyRun& each : study.runs) {
        const Iterate& last = each.trajectory.iterates.back();
        const bool rated = has_learning_rate(each.options.optimizer);
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                       name_of(each.options.optimizer),
                       rated ? fmt::format("{}", each.options.learning_rate) : "",
                       each.options.clip_norm, each.trajectory.iterates.size() - 1,
                       each.trajectory.diverged ? "true" : "false", last.wx, last.wrec, last.loss,
                       each.trajectory.first_below(1e-3), each.trajectory.first_below(1e-5),
                       each.curvature.nearest_to_edge
                           ? fmt::format("{}", *each.curvature.nearest_to_edge)
                           : "",
                       each.curvature.largest_sharpness, each.curvature.final_sharpness);
    }
    write_file(std::move(file), text);
}

}  // namespace gradscape
