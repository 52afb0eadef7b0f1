// api/view, api/fit, api/doubt, api/colors, api/info: pictures, the range that their colours would
// fit, how sure these are, and the words they are asked for in.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gradscape/color_doubt.hpp"
#include "gradscape/color_fit.hpp"
#include "gradscape/error.hpp"
#include "gradscape/palette_file.hpp"
#include "gradscape/system_info.hpp"
#include "tools/article/article_range.hpp"
#include "tools/common/color_options.hpp"
#include "tools/explore/api.hpp"
#include "tools/explore/asked.hpp"
#include "tools/explore/json.hpp"
#include "tools/explore/wire.hpp"

namespace gradscape::explore {
namespace {

/// Pixels of a block's side, of which api/doubt looks at the middle.
constexpr std::size_t doubt_block = 8;

LatticeAxis take_lattice_axis(Query& query, const std::string& axis, const std::string& size) {
    LatticeAxis taken;
    constexpr std::int64_t most = std::int64_t{1} << 53;
    taken.first = query.take_integer("k" + axis, -most, most);
    taken.pitch.m =
        static_cast<int>(query.take_integer("m" + axis, Pitch::steps.front(), Pitch::steps.back()));
    taken.pitch.n = static_cast<int>(query.take_integer("n" + axis, -960, 900));
    taken.size = static_cast<std::size_t>(query.take_integer(size, 1, max_side));
    if (!taken.is_exact())
        throw InputError(
            fmt::format("k{} {}: points this far out are no doubles; a coarser pitch is wanted",
                        axis, taken.first));
    return taken;
}

Axis take_axis(Query& query, const std::string& name, const std::string& size) {
    Axis axis;
    axis.lo = query.take_number(name + "0");
    axis.hi = query.take_number(name + "1");
    axis.size = static_cast<std::size_t>(query.take_integer(size, 1, max_side));
    if (axis.lo > axis.hi || (axis.size > 1 && axis.lo == axis.hi))
        throw InputError(
            fmt::format("{}0 {}: must be below {}1, {}", name, axis.lo, name, axis.hi));
    return axis;
}

/// The method that the evaluator takes, said outright.
Method method_of(const Session& session, const Asked& asked) {
    View view;
    view.fields = {asked.surface.field};
    return method_used(session.evaluator(), view, asked.surface.unit);
}

cli::Json names_json(const auto& names) {
    cli::Json json = cli::Json::array();
    for (const std::string_view name : names) json.push_back(name);
    return json;
}

/// What a command is told of the data and the initial state, where it would not take them anyway.
cli::Json data_options(const cli::DataOptions& data, double initial_state) {
    cli::Json words = cli::Json::array();
    const cli::DataOptions usual;
    if (!data.file.empty())
        words = {"--data", data.file};
    else if (data.seed != usual.seed || data.sequences != usual.sequences ||
             data.length != usual.length)
        words = {"--seed",      std::to_string(data.seed),
                 "--sequences", std::to_string(data.sequences),
                 "--length",    std::to_string(data.length)};
    if (initial_state != 0) words.push_back(fmt::format("--initial-state={}", initial_state));
    return words;
}

cli::Json data_sets_json(const Session& session) {
    cli::Json json = cli::Json::array();
    for (const DataSet& set : session.data_sets()) {
        cli::Json one = cli::describe(set.options, set.data);
        one["name"] = set.name;
        one["article"] = cli::article_range_fits(
            set.options, RecurrentUnit{Activation::linear, session.initial_state()});
        one["options"] = data_options(set.options, session.initial_state());
        json.push_back(std::move(one));
    }
    return json;
}

/// What figures call the field, where there is no markup: indices as letters, or after a `_`.
std::string label_of(const FieldRow& field) {
    std::string label(field.markup);
    const auto replace = [&](std::string_view from, std::string_view to) {
        std::size_t at = 0;
        while ((at = label.find(from)) != std::string::npos) label.replace(at, from.size(), to);
    };
    replace("<sub>10</sub>", "₁₀");
    replace("<sub>x</sub>", "ₓ");
    replace("<sub>", "_");
    for (const std::string_view tag : {"</sub>", "<i>", "</i>"}) replace(tag, "");
    return label;
}

cli::Json labels_json() {
    cli::Json labels = cli::Json::array();
    for (const FieldRow& field : field_rows) labels.push_back(label_of(field));
    return labels;
}

cli::Json info_facts(const Session& session) {
    const SystemInfo system = system_info();
    cli::Json article_fields = cli::Json::array();
    for (const Field field : all_fields)
        if (cli::article_shows(field)) article_fields.push_back(name_of(field));
    cli::Json parameters;
    for (std::size_t o = 0; o < optimizer_names.size(); ++o)
        parameters[std::string(optimizer_names[o])] = cli::parameters_of(static_cast<Optimizer>(o));
    return {{"version", GRADSCAPE_VERSION},
            {"backend", session.evaluator().name},
            {"devices", system.devices},
            {"simd", system.simd},
            {"cells", names_json(activation_names)},
            {"initial_state", session.initial_state()},
            {"fields", names_json(field_names)},
            {"article_fields", article_fields},
            {"labels", labels_json()},
            {"palettes", names_json(palette_names)},
            {"styles", names_json(color_style_names)},
            // not rank: a map that moves would change its colours
            {"scales", names_json(std::span(scale_names).first(3))},
            {"optimizers", names_json(optimizer_names)},
            {"training", cli::describe(TrainingOptions{})},
            {"parameters", parameters},
            {"data", data_sets_json(session)},
            {"limits",
             {{"side", max_side},
              {"map_iterations", max_map_iterations},
              {"path_iterations", max_path_iterations}}}};
}

struct AskedFrame {
    FrameJob job;
    const LoadedModel* model;
};
AskedFrame take_frame(Query& query, Session& session) {
    FrameJob job;
    if (query.has("kx")) {
        const LatticeAxis x = take_lattice_axis(query, "x", "w"),
                          y = take_lattice_axis(query, "y", "h");
        job.lattice = Lattice{x, y};
        job.grid = job.lattice->grid();
    } else {
        job.grid.wx = take_axis(query, "x", "w");
        job.grid.wrec = take_axis(query, "y", "h");
    }
    const Asked asked = parse_asked(query, session);
    job.field = asked.surface.field;
    job.training = asked.surface.training;
    if (FieldSet{job.field}.any_training()) check_iterations(job.training, max_map_iterations);
    job.method = method_of(session, asked);
    job.map = asked.color_map();
    return {std::move(job), &session.model(asked.data_set, asked.surface.unit)};
}

/// Points in the middles of the blocks from the upper left corner on; the middle of a narrow last
/// block lies beyond the view.
Grid block_middles(const Grid& pixels, std::size_t side) {
    const auto middles = [side](const Axis& axis, bool from_above) -> Axis {
        const std::size_t size = (axis.size + side - 1) / side;
        const double half = static_cast<double>(std::min(side, axis.size) - 1) / 2 * axis.step();
        const double length = static_cast<double>((size - 1) * side) * axis.step();
        const double end = axis.at(axis.size - 1);
        if (from_above) return {end - half - length, end - half, size};
        return {axis.lo + half, axis.lo + half + length, size};
    };
    return {middles(pixels.wx, false), middles(pixels.wrec, true)};
}

/// In shown values: that of `--range auto` where it leaves the scale as it is; where the values are
/// too much alike for it, all that they are, since a map may be so small that they are. None where
/// no range follows from them.
std::optional<std::pair<double, double>> fitting_range(const ColorSpec& usual, Field field,
                                                       std::span<const double> values) {
    constexpr double alike = 1e-6;
    const FixedColors all_but_range{true, true, true};
    const ColorSpec fitted = fitted_colors(usual, field, values, all_but_range);
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        least = std::min(least, value + usual.offset), most = std::max(most, value + usual.offset);
    }
    const bool are_alike = most - least <= alike * std::max(std::fabs(least), std::fabs(most));
    if (least < most && are_alike && (usual.scale != Scale::log || least > 0))
        return std::pair(std::nextafter(least, -HUGE_VAL), most);  // what is on it is below it
    if (fitted.lo == usual.lo && fitted.hi == usual.hi) return {};
    return std::pair(fitted.lo, fitted.hi);
}

}  // namespace

void answer_info(Session& session, Query, const std::stop_token&, Response& response) {
    write_json(response, info_facts(session));
}

void answer_info_module(Session& session, Query, const std::stop_token&, Response& response) {
    response.type = "text/javascript; charset=utf-8";
    response.write("export const info = " + cli::json_text(info_facts(session)) + ";\n");
}

void answer_colors(Session& session, Query query, const std::stop_token&, Response& response) {
    const Asked asked = parse_asked(query, session);
    const ColorMap map = asked.color_map();
    cli::Json colors = cli::Json::array(), levels = cli::Json::array();
    for (const Rgb& color : map.colors()) colors.push_back(hex_text(color));
    for (const double level : map.levels()) levels.push_back(json_number(level));
    cli::Json facts = cli::describe(map);
    facts["linear_within"] = map.spec().linear_within;
    facts["colors"] = std::move(colors);
    facts["values"] = std::move(levels);
    write_json(response, facts);
}

void answer_view(Session& session, Query query, const std::stop_token& stop, Response& response) {
    const auto start = std::chrono::steady_clock::now();
    const AskedFrame asked = take_frame(query, session);
    const FrameJob& job = asked.job;
    const LoadedModel& model = *asked.model;
    const ColoredView plan = FrameRenderer::plan(model, job);
    response.type = "application/octet-stream";
    response.fields.emplace_back("Gradscape-Precision", name_of(plan.view.precision));
    response.fields.emplace_back("Gradscape-Method", name_of(job.method));
    // Runs come in a moment; pieces of what takes longer leave when some time has passed.
    auto left = start;
    const FrameFacts facts =
        session.renderer().render(model, job, plan, stop, [&](const FramePiece& piece) {
            std::string bytes;
            append_piece(bytes, piece, job.grid.rows());
            response.write(bytes);
            const auto now = std::chrono::steady_clock::now();
            if (piece.runs.empty() && now - left > std::chrono::milliseconds(15)) {
                response.flush();
                left = now;
            }
        });
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::string bytes;
    append_facts(bytes, cli::json_text({{"min", json_number(facts.min)},
                                        {"max", json_number(facts.max)},
                                        {"non_finite", facts.non_finite},
                                        {"precision", name_of(facts.precision)},
                                        {"method", name_of(job.method)},
                                        {"milliseconds", took.count()}}));
    response.write(bytes);
}

void answer_fit(Session& session, Query query, const std::stop_token& stop, Response& response) {
    const AskedFrame asked = take_frame(query, session);
    const FrameJob& job = asked.job;
    View view = FrameRenderer::plan(*asked.model, job).view;
    view.grid = job.grid;
    Context context;
    context.threads = session.threads();
    context.stop = stop;
    const auto values = sample_values(*asked.model, view, job.field, context);
    cli::Json range;
    if (const auto found = fitting_range(job.map.spec(), job.field, values))
        range = {found->first, found->second};
    write_json(response, {{"range", range}});
}

void answer_doubt(Session& session, Query query, const std::stop_token&, Response& response) {
    const AskedFrame asked = take_frame(query, session);
    const FrameJob& job = asked.job;
    View view = FrameRenderer::plan(*asked.model, job).view;
    view.grid = block_middles(job.grid, doubt_block);
    const std::vector<std::uint8_t> doubtful =
        doubtful_colors(*asked.model, view, job.field, job.map, session.threads());
    response.type = "application/octet-stream";
    for (std::size_t row = view.grid.rows(); row-- > 0;)
        response.write(
            {reinterpret_cast<const char*>(&doubtful[row * view.grid.cols()]), view.grid.cols()});
}

}  // namespace gradscape::explore
