// `gradscape ravine`: why the ravine defeats gradient descent. The curvature along its bottom, the
// valley line: across it the surface is steep, along it nearly flat. The condition number is their
// ratio, and so the number of steps that gradient descent needs (Nocedal & Wright, Numerical
// Optimization, 2nd ed., section 3.3).
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "gradscape/error_bound.hpp"
#include "gradscape/figure.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/reference.hpp"
#include "gradscape/stop.hpp"
#include "tools/article/plots.hpp"
#include "tools/article/ravine_figure.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/figure_options.hpp"
#include "tools/common/given_options.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

struct RavineCommand {
    DataOptions data;
    EvaluationOptions evaluation;
    Axis wrec{-3, 3, 601};
    std::vector<std::string> outputs;
    FigureOptions page;
    ReportOptions report;
    std::size_t max_memory = 0;
};

std::vector<RavinePoint> ravine(const LoadedModel& model, const Axis& wrec) {
    FieldSet fields = curvature_fields;
    fields.add(Field::loss);
    const std::vector<double> rows = wrec.values(), lowest = model.valley(rows);
    std::vector<RavinePoint> points;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        check_stop();
        if (!std::isfinite(lowest[i])) continue;
        const Weights at{lowest[i], rows[i]};
        const FieldArray<double> values = model.point(at, fields, {});
        points.push_back(
            {at,
             values[Field::loss],
             {values[Field::sharpness], values[Field::curvature_min], values[Field::condition]},
             bptt_curvature_bound(model.model(), at.wx, at.wrec).error});
    }
    return points;
}

/// Empty where rounding has left nothing of the value.
std::string resolved_text(const RavinePoint& point, double value) {
    return point.is_resolved() ? fmt::format("{}", value) : std::string();
}

void write_ravine_csv(AtomicFile file, const std::vector<RavinePoint>& points) {
    std::string text = "w_x,w_rec,loss,sharpness,curvature_min,condition\n";
    for (const RavinePoint& p : points)
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", p.at.wx, p.at.wrec, p.loss,
                       p.curvature.sharpness, resolved_text(p, p.curvature.curvature_min),
                       resolved_text(p, p.curvature.condition));
    write_file(std::move(file), text);
}

/// Where the bottom is most and least ill-conditioned.
std::string ravine_text(const std::vector<RavinePoint>& points) {
    if (points.empty()) return "No valley line in this range\n";
    std::string text = "Condition number of the Hessian along the ravine's bottom:\n";
    const auto tell = [&text](const char* what, const RavinePoint& p) {
        fmt::format_to(std::back_inserter(text),
                       "  {} {:.4g} at ({:.4g}, {:.4g}): {:.4g} across, {:.4g} along\n", what,
                       p.curvature.condition, p.at.wx, p.at.wrec, p.curvature.sharpness,
                       p.curvature.curvature_min);
    };
    std::vector<RavinePoint> told;
    std::ranges::copy_if(points, std::back_inserter(told), &RavinePoint::is_resolved);
    if (!told.empty()) {
        const auto by_condition = [](const RavinePoint& p) { return p.curvature.condition; };
        const auto [least, most] = std::ranges::minmax_element(told, {}, by_condition);
        tell("least", *least);
        tell("largest", *most);
    }
    if (told.size() < points.size())
        fmt::format_to(std::back_inserter(text),
                       "  left out at {} of {} points: along the bottom there is less curvature "
                       "than rounding in double makes\n",
                       points.size() - told.size(), points.size());
    return text;
}

Json resolved_json(const RavinePoint& point, double value) {
    return point.is_resolved() ? json_number(value) : Json();
}

Json ravine_facts(const std::vector<RavinePoint>& points) {
    Json all = Json::array();
    for (const RavinePoint& p : points)
        all.push_back({{"w_x", p.at.wx},
                       {"w_rec", p.at.wrec},
                       {"loss", json_number(p.loss)},
                       {"sharpness", json_number(p.curvature.sharpness)},
                       {"curvature_min", resolved_json(p, p.curvature.curvature_min)},
                       {"condition", resolved_json(p, p.curvature.condition)}});
    return all;
}

void run_ravine(const RavineCommand& command, Transaction& files) {
    claim_files(files, command.data);
    for (const std::string& output : command.outputs) {
        if (!is_table(output)) check_figure_path(output);
        files.write(output);
    }
    const Evaluator& evaluator = named_evaluator("--backend", command.evaluation.backend);
    const double of_points = 200.0 * static_cast<double>(command.wrec.size);
    CountingData data = load_data(command.data, {3, of_points, command.max_memory});
    Json facts{{"data", describe(command.data, data)}, {"backend", evaluator.name}};
    const auto model = evaluator.load(make_model(std::move(data.train), {}));
    announce(evaluator, command.evaluation, command.report);
    const std::vector<RavinePoint> points = ravine(*model, command.wrec);
    for (const std::string& output : command.outputs) {
        if (is_table(output))
            write_ravine_csv(files.open(output), points);
        else
            write_figure(files.open(output),
                         titled(ravine_figure(points), command.page, command.data, model->model()),
                         figure_metadata(json_text(facts)), page_of(command.page));
    }
    facts["bottom"] = ravine_facts(points);
    report(command.report, files, ravine_text(points), facts);
}

}  // namespace

void setup_ravine(CLI::App& app) {
    auto command = std::make_shared<RavineCommand>();
    auto* sub = app.add_subcommand("ravine", "The curvature along the bottom of the ravine");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->outputs, "Write the curvature, or draw it")
        ->type_name("FILE.csv|.png|.svg|.pdf");
    in_group(*sub, "Range");
    add_range(*sub, "--wrec", command->wrec, "Range of w_rec");
    add_count(*sub, "--points", command->wrec.size, 2, "Points along it", 1000000);
    in_group(*sub, "Figure");
    add_figure_options(*sub, command->page);
    add_data_options(*sub, command->data);
    add_backend_option(*sub, command->evaluation.backend);
    add_memory_option(*sub, command->max_memory);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape ravine -o ravine.csv ravine.png");
    sub->callback([command, sub] {
        constexpr auto draws = [](const RavineCommand& c) {
            return !std::ranges::all_of(c.outputs, is_table);
        };
        const Effect<RavineCommand> effects[]{
            no_test_sequences<RavineCommand>,
            {figure_option_names, draws, "without a figure; add -o FILE.png, .svg or .pdf"}};
        check_effects<RavineCommand>(GivenOptions(*sub), *command, effects);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_ravine(*command, files);
    });
}

}  // namespace gradscape::cli
