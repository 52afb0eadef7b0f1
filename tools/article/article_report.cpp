// report.md: tables, and the article's questions answered from them. No sentence is printed whose
// condition was not computed.
// SPDX-License-Identifier: MIT
#include "tools/article/article_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/internal/counted.hpp"

namespace gradscape::cli {
namespace {

std::string weights_text(const Weights& w) { return fmt::format("({:.6g}, {:.6g})", w.wx, w.wrec); }

std::string reached_text(int iteration) {
    return iteration < 0 ? "never" : fmt::format("{}", iteration);
}

/// "below 1e-3 after 160 iterations" or "never below 1e-3".
std::string below_text(const Trajectory& run, const char* name, double loss) {
    const int reached = run.first_below(loss);
    if (reached < 0) return fmt::format("never below {}", name);
    return fmt::format("below {} after {}", name, counted(reached, "iteration"));
}

std::string data_section(const ArticleResults& results) {
    const Sequences& train = results.data.train;
    const char* const target = counts_ones(train)   ? "is the number of ones"
                               : sums_inputs(train) ? "is the sum of the inputs"
                                                    : "is given with each sequence";
    return fmt::format("## Data\n\n{} of length {} ({} distinct), {}; the target {}.\n\n",
                       counted(train.count, "training sequence"), train.length,
                       merge_identical(train).count,
                       counted(results.data.test.count, "test sequence"), target);
}

/// "(2, 2), (1, 2)", or "none" of the points that the condition holds for.
std::string points_where(const std::vector<Trace>& traces,
                         const std::function<bool(const GradientBehaviour&)>& holds) {
    std::string points;
    for (const Trace& trace : traces)
        if (holds(behaviour_of(trace)))
            points += (points.empty() ? "" : ", ") + weights_text(trace.at);
    return points.empty() ? "none" : points;
}

std::string gradients_section(const std::vector<Trace>& traces) {
    std::string text =
        "## Gradient over time\n\n| (w_x, w_rec) | last state | first state | behaviour |\n"
        "|---|---:|---:|---|\n";
    double worst = 0;  // distance of the factor per step from |w_rec|
    for (const Trace& trace : traces) {
        const GradientBehaviour behaviour = behaviour_of(trace);
        text += fmt::format("| {} | {} | {} | {} |\n", weights_text(trace.at),
                            trace.text(trace.sums.size() - 1, Reduction::sum, 6),
                            trace.text(0, Reduction::sum, 6), describe(behaviour));
        if (behaviour.behaviour != Behaviour::zero)
            worst = std::max(worst, std::abs(behaviour.factor - std::abs(trace.at.wrec)));
    }
    const auto is = [&traces](Behaviour wanted) {
        return points_where(traces,
                            [wanted](const GradientBehaviour& b) { return b.behaviour == wanted; });
    };
    text += fmt::format("\n- Where does the gradient explode? {}.\n", is(Behaviour::explodes));
    text += fmt::format("- Where does it vanish? {}.\n", is(Behaviour::vanishes));
    text += fmt::format("- Where does it stay constant? {}.\n", is(Behaviour::constant));
    text += fmt::format("- Where is it zero throughout? {}.\n", is(Behaviour::zero));
    text +=
        fmt::format("- Where does its sign alternate? {}.\n",
                    points_where(traces, [](const GradientBehaviour& b) { return b.alternates; }));
    if (worst < 1e-6)
        text +=
            "- Why? At every point above a step back in time multiplies the gradient by w_rec: "
            "it explodes beyond ±1, vanishes within, and alternates where w_rec is negative.\n";
    return text + "\n";
}

std::string training_section(const ArticleResults& results) {
    const auto& path = results.training.iterates;
    const Iterate& last = path.back();
    const Iterate& middle = path[path.size() / 2];
    std::string text =
        "## Training\n\nRprop from " + weights_text({path.front().wx, path.front().wrec}) + ", ";
    if (results.training.diverged && path.size() == 1)
        return text + "where the loss or its gradient is beyond double: nothing was trained.\n\n";
    if (results.training.diverged)
        return text + fmt::format(
                          "diverged after {}: the loss is {} there, from {:.4g} at the "
                          "start.\n\n",
                          counted(path.size() - 1, "iteration"), last.loss, path.front().loss);
    text += fmt::format(
        "{}: w_x = {}, w_rec = {}, loss {:.4g} (from {:.4g} at the start); {}, {}.\n\n",
        counted(path.size() - 1, "iteration"), last.wx, last.wrec, last.loss, path.front().loss,
        below_text(results.training, "1e-3", 1e-3), below_text(results.training, "1e-5", 1e-5));
    if (counts_ones(results.data.train))
        text += fmt::format(
            "- Is it well trained? {}: the loss is {:.3g}, the weights are {:.2g} away from (1, "
            "1), which counts exactly.\n",
            last.loss < 1e-3   ? "Yes"
            : last.loss < 0.25 ? "Not quite"
                               : "No",
            last.loss, std::hypot(last.wx - 1, last.wrec - 1));
    return text + fmt::format(
                      "- Would more iterations help? {}: in the second half of the run the loss "
                      "went from {:.3g} to {:.3g}.\n\n",
                      last.loss < 0.5 * middle.loss ? "Yes" : "Hardly", middle.loss, last.loss);
}

std::string counting_section(const ArticleResults& results) {
    const Iterate& last = results.training.iterates.back();
    const bool counts = counts_ones(results.data.train);
    if (results.training.diverged) return {};
    std::string text = counts ? "## Counting\n\n" : "## Predictions\n\n";
    const auto& each = results.on_test.each;
    if (!each.empty())
        text += "| test sequence | target | prediction | rounded |\n|---:|---:|---:|---:|\n";
    for (std::size_t i = 0; i < each.size(); ++i)
        text += fmt::format("| {} | {} | {} | {} |\n", i + 1, each[i].target,
                            fixed(each[i].prediction), each[i].rounded);
    if (!counts)
        return text +
               fmt::format("{}The mean square error is {:.4g} over the training sequences.\n\n",
                           each.empty() ? "" : "\n", results.on_training.mean_square_error);
    const std::size_t right = count_right(results.on_test) + count_right(results.on_training);
    const std::size_t all = each.size() + results.on_training.each.size();
    const std::size_t range = counting_range({last.wx, last.wrec}, counting_limit);
    text += fmt::format(
        "{}- Does it count well? {}: {} of {} are counted right after rounding ({} of {}).\n",
        each.empty() ? "" : "\n",
        right == all            ? "Yes"
        : 10 * right >= 9 * all ? "Mostly"
                                : "No",
        right, counted(all, "sequence"), count_right(results.on_test),
        counted(each.size(), "test sequence"));
    if (range == 0) return text + "- How far does it count? Not even a single one.\n\n";
    return text + fmt::format(
                      "- How far does it count? A sequence of ones only is counted right up to "
                      "length {}{}; it was trained on length {}.\n\n",
                      range == counting_limit ? "at least " : "", range, results.data.train.length);
}

std::string study_table(const OptimizerStudy& study) {
    std::string text =
        "| optimiser | rate | norm ≤ | loss < 1e-3 | loss < 1e-5 | final weights | "
        "final loss | nearest to the edge |\n|---|---:|---:|---:|---:|---|---:|---:|\n";
    for (const StudyRun& run : study.runs) {
        const TrainingOptions& options = run.options;
        const Iterate& last = run.trajectory.iterates.back();
        text += fmt::format(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n", name_of(options.optimizer),
            has_learning_rate(options.optimizer) ? fmt::format("{}", options.learning_rate) : "",
            options.clip_norm > 0 ? fmt::format("{}", options.clip_norm) : "",
            reached_text(run.trajectory.first_below(1e-3)),
            reached_text(run.trajectory.first_below(1e-5)), weights_text({last.wx, last.wrec}),
            run.trajectory.diverged
                ? fmt::format("diverged after {}", run.trajectory.iterates.size() - 1)
                : fmt::format("{:.3g}", last.loss),
            run.curvature.nearest_to_edge ? fmt::format("{:.3g}", *run.curvature.nearest_to_edge)
                                          : "");
    }
    return text +
           "\nNearest to the edge of stability: the largest quotient of the rate and the largest "
           "stable one (for gd 2/sharpness) along the path; above 1 the loss may grow. Those that "
           "scale each step by themselves have no such edge.\n";
}

/// The run with the least final loss among those that `belongs` picks; null if none stayed finite.
const StudyRun* best_of(const OptimizerStudy& study,
                        const std::function<bool(const TrainingOptions&)>& belongs) {
    const StudyRun* best = nullptr;
    for (const StudyRun& run : study.runs)
        if (belongs(run.options) && !run.trajectory.diverged &&
            (!best || run.trajectory.iterates.back().loss < best->trajectory.iterates.back().loss))
            best = &run;
    return best;
}

std::string final_loss_text(const StudyRun* run) {
    if (!run) return "diverges";
    std::string rate;
    if (has_learning_rate(run->options.optimizer))
        rate = fmt::format(" at rate {}", run->options.learning_rate);
    return fmt::format("ends at loss {:.3g}{}", run->trajectory.iterates.back().loss, rate);
}

std::string study_section(const OptimizerStudy& study) {
    const auto moved = [](const StudyRun& run) { return run.trajectory.iterates.size() > 1; };
    if (std::ranges::none_of(study.runs, moved))
        return "## Rprop and the others\n\nFrom " + weights_text(study.start) +
               " none of them makes a step: the loss or its gradient is beyond double there.\n";
    const auto gd = [](bool clipped) {
        return [clipped](const TrainingOptions& o) {
            return o.optimizer == Optimizer::gd && (o.clip_norm > 0) == clipped;
        };
    };
    const StudyRun* plain = best_of(study, gd(false));
    const StudyRun* clipped = best_of(study, gd(true));
    const StudyRun* rprop =
        best_of(study, [](const TrainingOptions& o) { return o.optimizer == Optimizer::rprop; });
    std::string text = "## Rprop and the others\n\nAll from " + weights_text(study.start) +
                       ".\n\n" + study_table(study) + "\n";
    if (study.limit.unstable > 0 && study.limit.stable == 0)
        text += "- Where is the limit of gradient descent? It diverges at every rate.\n";
    else if (study.limit.stable > 0)
        text += fmt::format(
            "- Where is the limit of gradient descent? At rate {:.4g} it still "
            "stays finite, at {:.4g} it diverges.\n",
            study.limit.stable, study.limit.unstable);
    else
        text += "- Where is the limit of gradient descent? No rate up to 1 diverges.\n";
    const auto loss = [](const StudyRun* run) {
        return run ? run->trajectory.iterates.back().loss : HUGE_VAL;
    };
    const double gain = loss(plain) / loss(rprop);
    text += fmt::format(
        "- How significant is Rprop? {}Rprop {}; plain gradient descent {}; with "
        "the gradient's norm clipped it {}.\n",
        !rprop        ? ""
        : gain > 1000 ? "Very: "
        : gain > 2    ? "Somewhat: "
                      : "Not: ",
        final_loss_text(rprop), final_loss_text(plain), final_loss_text(clipped));
    const StudyRun* best = best_of(study, [](const TrainingOptions&) { return true; });
    if (best)
        text += fmt::format("- Which optimiser came furthest? {}: it {}.\n",
                            name_of(best->options.optimizer), final_loss_text(best));
    return text;
}

}  // namespace

std::string article_report(const ArticleResults& results) {
    return std::string(counts_ones(results.data.train) ? "# A recurrent network that counts: report"
                                                       : "# A recurrent network: report") +
           "\n\n" + data_section(results) + gradients_section(results.traces) +
           training_section(results) + counting_section(results) + study_section(results.study);
}

}  // namespace gradscape::cli
