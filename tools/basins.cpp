// `gradscape basins`: where training ends from every start. The minima and their basins, and how
// rough the boundary is between starts that converge and starts that do not.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "gradscape/article.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "tools/article/basin_figures.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/front_context.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"
#include "tools/common/parameter_axes.hpp"

namespace gradscape::cli {
namespace {

struct BasinsCommand {
    DataOptions data;
    RecurrentUnit unit;
    std::string backend = "auto";
    unsigned threads = 0;
    Grid grid{{-3, 3, 513}, {-3, 3, 513}};
    TrainingOptions training;
    BasinOptions basins;
    std::optional<ParameterAxes> axes;      ///< in place of w_x and w_rec
    Weights start = article_start;          ///< of all runs then
    std::size_t smallest = 2, largest = 0;  ///< sides of boxes; 0: as many as there is room for
    std::vector<std::string> outputs;
    std::string figure;
    FigureOptions page;
    ReportOptions report;

    /// What the grid's cells are.
    const char* cells() const { return axes ? "run" : "start"; }
};

struct Boundary {
    BoxCounts counts;
    std::optional<BoxDimension> dimension;
};

/// The largest side of a box: what is asked for as a power of two, or what leaves eight boxes.
std::size_t largest_box(const BasinsCommand& command) {
    const Grid& grid = command.grid;
    const std::size_t room = largest_side(grid.cols(), grid.rows());
    if (command.largest == 0) {
        if (room == 0)
            throw InputError(fmt::format(
                "--size {}x{}: nine cells along each side are the least for a boundary to be "
                "counted in",
                grid.cols(), grid.rows()));
        return room;
    }
    if (command.smallest > command.largest)
        throw InputError(fmt::format("--smallest-box {}: is larger than --largest-box {}",
                                     command.smallest, command.largest));
    if ((command.largest & (command.largest - 1)) != 0)
        throw InputError(fmt::format("--largest-box {}: a power of 2 is wanted", command.largest));
    if (command.largest >= std::min(grid.cols(), grid.rows()))
        throw InputError(fmt::format("--largest-box {}: does not fit into {} x {} cells",
                                     command.largest, grid.cols(), grid.rows()));
    return command.largest;
}

Boundary boundary_of(const Basins& basins, const BasinsCommand& command) {
    Boundary boundary{
        count_boxes(basins.reached, command.grid.cols(), command.grid.rows(), largest_box(command)),
        {}};
    boundary.dimension =
        box_dimension(boundary.counts, command.smallest, boundary.counts.by_side.back().side);
    return boundary;
}

std::string boundary_text(const Boundary& boundary, const std::string& cell) {
    if (!boundary.counts.has_boundary())
        return fmt::format("No boundary: all {}s are of one kind\n", cell);
    if (!boundary.dimension)
        return "Boundary: fewer than three sides of boxes, so no dimension; more cells have more\n";
    const BoxDimension& found = *boundary.dimension;
    constexpr std::size_t few = 20;
    std::size_t most = 0;
    for (const BoxCount& count : boundary.counts.by_side) most = std::max(most, count.crossed);
    return fmt::format(
        "Boundary between the two: box-counting dimension {:.3f} ± {:.3f} (standard error), boxes "
        "of {} to {} cells{}\n",
        found.dimension, found.standard_error, found.smallest, found.largest,
        most < few ? fmt::format("; from so few boxes, {} at most, it tells nothing", most) : "");
}

std::string basins_text(const Basins& basins, const Boundary& boundary,
                        const BasinsCommand& command) {
    const std::string cell = command.cells();
    std::string text;
    for (std::size_t m = 0; m < basins.minima.size(); ++m)
        text += fmt::format("minimum {} at ({:.6g}, {:.6g}): {}\n", m + 1, basins.minima[m].at.wx,
                            basins.minima[m].at.wrec, share_text(basins, m, cell + 's'));
    const auto reached = std::ranges::count(basins.reached, std::uint8_t{1});
    text += fmt::format("elsewhere or under way {}, diverged {}\n", counted(basins.under_way, cell),
                        counted(basins.lost, cell));
    text += fmt::format("loss < {} reached {} {} of {}\n", command.training.tolerance,
                        command.axes ? "by" : "from", reached, counted(basins.of.size(), cell));
    return text + boundary_text(boundary, cell);
}

void write_counts_csv(AtomicFile file, const BoxCounts& counts) {
    std::string text = "side,crossed,boxes\n";
    for (const BoxCount& count : counts.by_side)
        fmt::format_to(std::back_inserter(text), "{},{},{}\n", count.side, count.crossed,
                       count.boxes);
    write_file(std::move(file), text);
}

void add_basin_facts(const Basins& basins, const Boundary& boundary, Json& facts) {
    facts["minima"] = Json::array();
    for (const BasinMinimum& minimum : basins.minima)
        facts["minima"].push_back({{"w_x", minimum.at.wx},
                                   {"w_rec", minimum.at.wrec},
                                   {"loss", json_number(minimum.loss)},
                                   {"starts", minimum.starts}});
    facts["elsewhere"] = basins.under_way;
    facts["diverged"] = basins.lost;
    facts["reached"] = std::ranges::count(basins.reached, std::uint8_t{1});
    facts["box_counts"] = Json::array();
    for (const BoxCount& count : boundary.counts.by_side)
        facts["box_counts"].push_back(
            {{"side", count.side}, {"crossed", count.crossed}, {"boxes", count.boxes}});
    facts["dimension"] = nullptr;
    if (boundary.dimension)
        facts["dimension"] = {{"value", boundary.dimension->dimension},
                              {"standard_error", boundary.dimension->standard_error},
                              {"smallest_box", boundary.dimension->smallest},
                              {"largest_box", boundary.dimension->largest}};
}

Json basins_parameters(const BasinsCommand& command, const CountingData& data,
                       const Evaluator& evaluator) {
    Json facts{{"data", describe(command.data, data)},
               {"cell", name_of(command.unit.activation)},
               {"backend", evaluator.name},
               {"method", name_of(Method::bptt)},
               {"precision", name_of(Precision::f64)},
               {"wx", {command.grid.wx.lo, command.grid.wx.hi}},
               {"wrec", {command.grid.wrec.lo, command.grid.wrec.hi}},
               {"size", {command.grid.cols(), command.grid.rows()}},
               {"training", describe(command.training)},
               {"apart", command.basins.apart}};
    describe_initial_state(command.unit, facts);
    if (command.axes) {
        facts["axes"] = {(*command.axes)[0].name(), (*command.axes)[1].name()};
        facts["start"] = {{"w_x", command.start.wx}, {"w_rec", command.start.wrec}};
    }
    return facts;
}

void claim_outputs(const BasinsCommand& command, Transaction& files) {
    claim_files(files, command.data);
    for (const std::string& output : command.outputs) {
        if (!is_table(output)) check_figure_path(output);
        files.write(output);
    }
    if (command.figure.empty()) return;
    check_figure_path(command.figure);
    files.write(command.figure);
}

/// What runs were made, after what is seen of them.
std::string runs_title(std::string_view what, const BasinsCommand& command,
                       const Sequences& sequences) {
    std::string title = fmt::format(
        "{}: {}, {}; {}, {}", what, unit_markup(command.unit), data_markup(command.data, sequences),
        name_of(command.training.optimizer), counted(command.training.iterations, "iteration"));
    if (command.axes) title += " from " + weights_markup(command.start.wx, command.start.wrec);
    return title_of(command.page, title);
}

void run_basins(const BasinsCommand& command, Transaction& files) {
    check(command.training);
    claim_outputs(command, files);
    largest_box(command);  // wrong ones before the work
    const std::string backend = backend_of_axes(command.axes, command.backend);
    const Evaluator& evaluator = named_evaluator("--backend", backend);
    CountingData data =
        load_data(command.data, {3, 40.0 * static_cast<double>(command.grid.cells()), 0});
    Json facts = basins_parameters(command, data, evaluator);
    const auto model = evaluator.load(make_model(std::move(data.train), command.unit));
    EvaluationOptions evaluation;
    evaluation.backend = backend;
    announce(evaluator, evaluation, command.report);
    constexpr std::size_t memory = std::size_t{256} << 20;
    BasinOptions options = command.basins;
    if (command.axes) options.parameters = {(*command.axes)[0], (*command.axes)[1], command.start};
    const Basins basins =
        find_basins(*model, command.grid, command.training, options,
                    front_context(command.report, files, command.threads, memory));
    const Boundary boundary = boundary_of(basins, command);
    const FigureMetadata metadata = figure_metadata(json_text(facts));
    for (const std::string& output : command.outputs) {
        if (is_table(output))
            write_counts_csv(files.open(output), boundary.counts);
        else
            write_figure(files.open(output),
                         counts_figure(boundary.counts, boundary.dimension,
                                       runs_title("The boundary between runs that reach the "
                                                  "tolerance and others",
                                                  command, model->model().sequences)),
                         metadata, page_of(command.page));
    }
    if (!command.figure.empty())
        write_figure(
            files.open(command.figure),
            basins_figure(basins, command.grid, command.axes,
                          runs_title("Where training ends", command, model->model().sequences)),
            metadata, page_of(command.page));
    add_basin_facts(basins, boundary, facts);
    report(command.report, files, basins_text(basins, boundary, command), facts);
}

void add_basin_options(CLI::App& app, BasinsCommand& command) {
    in_group(app, "Output");
    app.add_option("-o,--output", command.outputs,
                   "Write the boxes that the boundary crosses by their side, or draw them")
        ->type_name("FILE.csv|.png|.svg|.pdf");
    app.add_option("--figure", command.figure,
                   "The starts, in the colours of the minima that they end in")
        ->type_name("FILE.png|.svg|.pdf");
    in_group(app, "Basins");
    add_number(app, "--apart", command.basins.apart, positive_number,
               "Ends of runs that are no further apart, in both weights, are one");
    add_count(app, "--minima", command.basins.most, 1, "Minima to tell apart at most", 7);
    add_count(app, "--smallest-box", command.smallest, 1,
              "Side of the smallest boxes that the dimension is from, in cells", 1 << 20);
    add_count(app, "--largest-box", command.largest, 1,
              "Side of the largest boxes, a power of 2; left out, eight go along a side", 1 << 20)
        ->default_str("");
}

}  // namespace

void setup_basins(CLI::App& app) {
    auto command = std::make_shared<BasinsCommand>();
    auto* sub = app.add_subcommand("basins", "Where training ends from every start");
    add_basin_options(*sub, *command);
    in_group(*sub, "Figure");
    add_figure_options(*sub, command->page);
    add_data_options(*sub, command->data);
    add_unit_options(*sub, command->unit);
    add_backend_option(*sub, command->backend);
    add_count(*sub, "--threads", command->threads, 1, "Threads to use", 4096)->default_str("all");
    add_grid_options(*sub, command->grid);
    add_training_options(*sub, command->training);
    add_axes_options(*sub, command->axes, command->start);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape basins --optimizer irprop-plus --figure basins.png -o boxes.csv");
    sub->callback([command, sub] {
        constexpr auto draws = [](const BasinsCommand& c) {
            return !c.figure.empty() || !std::ranges::all_of(c.outputs, is_table);
        };
        static constexpr std::string_view only_start[]{"--start"};
        const Effect<BasinsCommand> effects[]{
            no_test_sequences<BasinsCommand>,
            {figure_option_names, draws, "without a figure; add --figure FILE or -o FILE.png"},
            {only_start, [](const BasinsCommand& c) { return c.axes.has_value(); },
             "without --axes; of a map over weights each cell is a start"}};
        const GivenOptions given(*sub);
        check_effects<BasinsCommand>(given, *command, effects);
        if (command->axes)
            check_axes({(*command->axes)[0], (*command->axes)[1], command->start}, command->grid,
                       command->training, command->backend, given,
                       given.contains("--wx") && given.contains("--wrec"));
        check_optimizer_parameters(given, command->training.optimizer);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_basins(*command, files);
    });
}

}  // namespace gradscape::cli
