// Which options of `gradscape surface` need what to have an effect.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "gradscape/internal/notice.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

bool writes(const SurfaceCommand& command, std::string_view extension) {
    return std::ranges::any_of(command.outputs, [extension](const std::string& path) {
        return path.ends_with(extension);
    });
}
/// Without any output, surface.png is written.
bool writes_outputs(const SurfaceCommand& command) {
    return !command.outputs.empty() || command.figure.empty();
}
bool tiles(const SurfaceCommand& command) {
    return writes(command, ".dzi") || command.kind == OutputKind::dzi;
}
bool trains(const SurfaceCommand& command) { return FieldSet{command.field}.any_training(); }

constexpr std::string_view only_overview[]{"--overview"}, only_histogram[]{"--histogram"},
    only_resume[]{"--resume"}, only_shard[]{"--shard"}, only_tolerance[]{"--tolerance"},
    only_method[]{"--method"}, only_axes[]{"--axes"}, only_start[]{"--start"},
    of_weights[]{"--valley", "--trajectory", "--arrows"};

constexpr Effect<SurfaceCommand> surface_effects[]{
    no_test_sequences<SurfaceCommand>,
    {color_option_names, is_drawn, "on arrays and tables, which have no colours; add -o FILE.png"},
    {training_option_names, trains,
     "on this --field, which is not trained; give --field train-loss or train-steps"},
    {only_axes, trains,
     "on this --field, which is not trained; give --field train-loss or train-steps"},
    {only_start, [](const SurfaceCommand& c) { return c.axes.has_value(); },
     "without --axes; of a map over weights each cell is a start"},
    {of_weights, [](const SurfaceCommand& c) { return !c.axes.has_value(); },
     "with --axes, whose points are not weights"},
    {only_tolerance, [](const SurfaceCommand& c) { return row_of(c.field).counts_iterations; },
     "on this --field; only train-steps asks when the loss was reached"},
    {only_overview, tiles, "on files without tiles; add -o FILE.dzi"},
    {only_histogram,
     [](const SurfaceCommand& c) {
         return (c.shard || !c.report.json.empty()) && writes_outputs(c);
     },
     "without --json FILE, which the counts are for, and an output besides the figure"},
    {only_shard, [](const SurfaceCommand& c) { return c.figure.empty(); },
     "on a --figure, which is drawn at once; draw it by a command of its own"},
    {only_shard, [](const SurfaceCommand& c) { return !tiles(c) || c.outputs.size() == 1; },
     "on tiles beside other files; render the .dzi by a command of its own"},
    {only_resume, writes_outputs, "on a --figure alone, which is drawn at once"},
    {only_method,
     [](const SurfaceCommand& c) {
         return c.evaluation.method != Method::rows || c.evaluation.backend != "reference";
     },
     "on --backend reference, which knows backpropagation alone"},
};

bool is_within(const Grid& grid, const Weights& at) {
    return at.wx >= grid.wx.lo && at.wx <= grid.wx.hi && at.wrec >= grid.wrec.lo &&
           at.wrec <= grid.wrec.hi;
}

}  // namespace

bool is_drawn(const SurfaceCommand& command) {
    return command.outputs.empty() || !command.figure.empty() || writes(command, ".png") ||
           tiles(command);
}

void check_surface_effects(const GivenOptions& given, const SurfaceCommand& command) {
    check_effects<SurfaceCommand>(given, command, surface_effects);
    check_color_effects(command.colors,
                        color_spec(command.colors, command.field, command.training).style,
                        given_colors(given));
    check_optimizer_parameters(given, command.training.optimizer);
    if (command.report.quiet) return;
    for (const MarkedPoint& mark : command.marks)
        if (!is_within(command.grid, {mark.wx, mark.wrec}))
            notice(fmt::format("--mark {},{}: lies outside the figure, which is {}:{} by {}:{}",
                               mark.wx, mark.wrec, command.grid.wx.lo, command.grid.wx.hi,
                               command.grid.wrec.lo, command.grid.wrec.hi));
}

}  // namespace gradscape::cli
