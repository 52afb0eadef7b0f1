// `gradscape trace`: the gradient over time at chosen points.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "gradscape/article.hpp"
#include "gradscape/gradient_behaviour.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/trace_spread.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/given_options.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

/// Points are few, so that the reference, which shares no code with the others, is fast enough.
EvaluationOptions independent() {
    EvaluationOptions options;
    options.backend = "reference";
    return options;
}

struct TraceCommand {
    DataOptions data;
    RecurrentUnit unit;
    EvaluationOptions evaluation = independent();
    std::vector<Weights> points{article_points.begin(), article_points.end()};
    std::optional<Reduction> reduction;  ///< empty: the sum, with --spread the mean
    TraceValues values = TraceValues::automatic;
    bool spread = false;
    std::vector<std::string> outputs;
    FigureOptions page;
    ReportOptions report;
    std::size_t max_memory = 0;
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

Json quartiles_facts(const std::vector<Quartiles>& spread) {
    Json states = Json::array();
    for (const Quartiles& q : spread) states.push_back({q.min, q.lower, q.median, q.upper, q.max});
    return states;
}

Json traces_facts(const std::vector<Trace>& traces, Reduction reduction,
                  const std::vector<std::vector<Quartiles>>& spreads) {
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
        if (!spreads.empty())
            all.back()["log10_quartiles"] = quartiles_facts(spreads[all.size() - 1]);
    }
    return all;
}

void run_trace(const TraceCommand& command, Transaction& files) {
    claim_files(files, command.data);
    for (const std::string& output : command.outputs) {
        if (!is_table(output)) check_figure_path(output);
        files.write(output);
    }
    const Evaluator& evaluator = named_evaluator("--backend", command.evaluation.backend);
    const double steps = static_cast<double>(command.data.length + 1);
    const auto points = static_cast<double>(command.points.size());
    // A trace's values, then as facts; a sequence's states and the sums at each of them.
    constexpr double value_bytes = 8, fact_bytes = 32, state_bytes = 40;
    const double of_traces = steps * (points * (value_bytes + fact_bytes) + state_bytes);
    const double copies = evaluator.name == "reference" ? 1 : 2;
    CountingData data = load_data(command.data, {copies, of_traces, command.max_memory});
    const Json data_facts = describe(command.data, data);
    const auto model = evaluator.load(make_model(std::move(data.train), command.unit));
    announce(evaluator, command.evaluation, command.report);
    const std::vector<Trace> traces = model->traces(command.points);
    const Reduction reduction =
        command.reduction.value_or(command.spread ? Reduction::mean : Reduction::sum);
    std::vector<std::vector<Quartiles>> spreads;
    if (command.spread)
        for (const Weights& at : command.points)
            spreads.push_back(trace_spread(model->model(), at));
    Json facts{{"data", data_facts},
               {"cell", name_of(command.unit.activation)},
               {"backend", evaluator.name},
               {"method", name_of(Method::bptt)},
               {"precision", name_of(Precision::f64)},
               {"reduction", name_of(reduction)},
               {"traces", traces_facts(traces, reduction, spreads)}};
    describe_initial_state(command.unit, facts);
    for (const std::string& output : command.outputs) {
        if (is_table(output))
            write_traces_csv(files.open(output), traces);
        else
            write_figure(files.open(output),
                         titled(traces_figure(traces, reduction, command.values, spreads),
                                command.page, command.data, model->model()),
                         figure_metadata(json_text(facts)), page_of(command.page));
    }
    report(command.report, files, traces_text(traces, reduction), facts);
}

}  // namespace

void setup_trace(CLI::App& app) {
    auto command = std::make_shared<TraceCommand>();
    auto* sub = app.add_subcommand("trace", "Follow the gradient back through time");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->outputs, "Write the gradients, or draw them over time")
        ->type_name("FILE.csv|.png|.svg|.pdf");
    const auto reduction = [](const std::string& option, const std::string& text) {
        return static_cast<Reduction>(parse_choice(option, text, reduction_names));
    };
    add_parsed(*sub, "--reduction", command->reduction, reduction,
               "Of the sequences' gradients: their mean, their sum, or what the article's figure "
               "shows, number of sequences x sum",
               fmt::format("{}", fmt::join(reduction_names, "|")), "sum");
    add_choice(*sub, "--values", command->values, trace_values_names,
               "Of a figure: the gradients, or the logarithms of their magnitudes, with marks for "
               "their signs; auto takes the latter for long sequences and beyond double",
               "auto");
    sub->add_flag("--spread", command->spread,
                  "Least, quartiles and largest of the single sequences' gradients, as bands in a "
                  "figure and in --json; the line is their mean");
    add_points(*sub, "--at", command->points, "Weights to follow; left out, the article's eight");
    in_group(*sub, "Figure");
    add_figure_options(*sub, command->page);
    add_data_options(*sub, command->data);
    add_unit_options(*sub, command->unit);
    add_backend_option(*sub, command->evaluation.backend);
    add_memory_option(*sub, command->max_memory);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape trace --at 2,2 1,0.5 -2,-2 -o gradients.csv");
    sub->callback([command, sub] {
        constexpr auto draws = [](const TraceCommand& c) {
            return !std::ranges::all_of(c.outputs, is_table);
        };
        constexpr auto wanted = "without a figure; add -o FILE.png, .svg or .pdf";
        constexpr auto is_reduced = [](const TraceCommand& c) {
            return !c.spread || c.reduction == Reduction::mean;
        };
        constexpr auto beside_spread = "beside --spread, whose line is the mean of the sequences";
        constexpr auto shows_magnitudes = [](const TraceCommand& c) {
            return !c.spread || c.values != TraceValues::signed_values;
        };
        static constexpr std::string_view only_values[]{"--values"},
            only_reduction[]{"--reduction"};
        const Effect<TraceCommand> effects[]{no_test_sequences<TraceCommand>,
                                             {figure_option_names, draws, wanted},
                                             {only_values, draws, wanted},
                                             {only_values, shows_magnitudes,
                                              "as signed beside --spread, whose bands are of "
                                              "magnitudes"},
                                             {only_reduction, is_reduced, beside_spread}};
        check_effects<TraceCommand>(GivenOptions(*sub), *command, effects);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_trace(*command, files);
    });
}

}  // namespace gradscape::cli
