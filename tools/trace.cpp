// `gradscape trace`: the gradient over time at chosen points.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "gradscape/article.hpp"
#include "gradscape/atomic_file.hpp"
#include "gradscape/file_extension.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/loaded_model.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape {
namespace {

/// Points are few, so that the reference, which shares no code with the others, is fast enough.
EvaluationOptions independent() {
    EvaluationOptions options;
    options.backend = "reference";
    return options;
}

struct TraceCommand {
    DataOptions data;
    Cell cell = Cell::linear;
    EvaluationOptions evaluation = independent();
    std::vector<Weights> points{article_points.begin(), article_points.end()};
    Reduction reduction = Reduction::sum;
    std::vector<std::string> outputs;
    ReportOptions report;
};

std::string traces_text(const std::vector<Trace>& traces, Reduction reduction) {
    std::string text =
        fmt::format("grad_{} at the last state and at the first:\n", name_of(reduction));
    for (const Trace& trace : traces)
        text += fmt::format("  ({}, {}): {} -> {}; {}\n", trace.at.wx, trace.at.wrec,
                            trace.text(trace.sums.size() - 1, reduction), trace.text(0, reduction),
                            describe(behaviour_of(trace)));
    return text;
}

Json traces_facts(const std::vector<Trace>& traces, Reduction reduction) {
    Json all = Json::array();
    for (const Trace& trace : traces) {
        const GradientBehaviour behaviour = behaviour_of(trace);
        Json values = Json::array(), logarithms = Json::array();
        for (std::size_t k = 0; k < trace.sums.size(); ++k) {
            values.push_back(trace.value(k, reduction));
            logarithms.push_back(trace.log10_value(k, reduction));
        }
        all.push_back({{"w_x", trace.at.wx},
                       {"w_rec", trace.at.wrec},
                       {"behaviour", describe(behaviour)},
                       {"factor_per_step", behaviour.factor},
                       {"gradient", values},
                       {"log10_magnitude", logarithms}});
    }
    return all;
}

bool is_csv(const std::string& path) { return has_extension(path, ".csv"); }

void run_trace(const TraceCommand& command) {
    for (const std::string& output : command.outputs)
        if (!is_csv(output)) check_figure_path(output);
    check_report(command.report);
    const Evaluator& evaluator = find_evaluator(command.evaluation.backend);
    const CountingData data = load_data(command.data);
    const auto model = evaluator.load(make_problem(data.train, command.cell));
    announce(evaluator, command.evaluation, command.report);
    const std::vector<Trace> traces = model->traces(command.points);
    const Json facts{{"data", describe(command.data, data)},
                     {"cell", name_of(command.cell)},
                     {"backend", evaluator.name},
                     {"method", name_of(Method::bptt)},
                     {"precision", name_of(Precision::f64)},
                     {"reduction", name_of(command.reduction)},
                     {"traces", traces_facts(traces, command.reduction)}};
    for (const std::string& output : command.outputs) {
        if (is_csv(output))
            write_traces_csv(output, traces);
        else
            write_figure(output, traces_figure(traces, command.reduction),
                         figure_metadata(facts.dump()));
    }
    report(command.report, traces_text(traces, command.reduction), facts);
}

}  // namespace

void setup_trace(CLI::App& app) {
    auto command = std::make_shared<TraceCommand>();
    auto* sub = app.add_subcommand("trace", "Follow the gradient back through time");
    add_data_options(*sub, command->data);
    add_cell_option(*sub, command->cell);
    add_backend_option(*sub, command->evaluation.backend);
    add_points(*sub, "--at", command->points, "Points to follow; default: the article's eight");
    add_choice(*sub, "--reduction", command->reduction, reduction_names,
               "Of the sequences: mean, sum, or the article's (number of sequences x sum)", "sum");
    sub->add_option("-o,--output", command->outputs, "Write the gradients")
        ->type_name("FILE.csv|.png|.svg|.pdf");
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape trace --at 2,2 1,0.5 -2,-2 -o gradients.csv");
    sub->callback([command] { publish_together([&] { run_trace(*command); }); });
}

}  // namespace gradscape
