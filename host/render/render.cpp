// SPDX-License-Identifier: MIT
#include "gradscape/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/resolution.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/transaction.hpp"
#include "host/render/recorded_run.hpp"
#include "host/render/render_tiles.hpp"

namespace gradscape::rendering {
namespace {

/// An output whose file, if it is one, is open.
struct OpenOutput {
    OutputKind kind;
    ByteSink bytes;
};

/// Only the first of several ranks has files.
bool has_files(const RenderJob& job) { return !job.ranks || job.ranks->is_first(); }

/// A file that has no transaction yet.
bool is_loose(AtomicFile* file) { return file && !file->transaction(); }

/// Where there is a file, the context has a transaction (needs_transaction()).
ByteSink open(RenderOutput& output, const Context& context) {
    if (const auto* path = std::get_if<std::string>(&output.to))
        return context.transaction->open(*path);
    auto& bytes = std::get<ByteSink>(output.to);
    if (is_loose(bytes.file())) context.transaction->adopt(*bytes.file());
    return std::move(bytes);
}

/// A shard's parts have names of their own.
std::vector<OpenOutput> open_outputs(RenderJob& job, const Context& context) {
    std::vector<OpenOutput> outputs;
    for (RenderOutput& output : job.outputs) {
        ByteSink bytes = has_files(job) ? open(output, context) : ByteSink::nowhere();
        if (AtomicFile* const file = bytes.file(); file && job.shard)
            file->set_part_suffix(part_suffix(*job.shard));
        outputs.push_back({output.kind, std::move(bytes)});
    }
    return outputs;
}

bool needs_transaction(RenderJob& job, const Context& context) {
    return !context.transaction && has_files(job) &&
           std::ranges::any_of(job.outputs, [](RenderOutput& output) {
               ByteSink* const bytes = std::get_if<ByteSink>(&output.to);
               return !bytes || is_loose(bytes->file());
           });
}

template <class Run>
auto in_own_transaction(const RenderJob& job, const Context& context, Run run) {
    Transaction files;
    claim_outputs(files, job.outputs, job.shard);
    Context own = context;
    own.transaction = &files;
    auto result = run(own);
    files.publish();
    return result;
}

std::vector<std::string> part_paths(std::span<OpenOutput> outputs) {
    std::vector<std::string> parts;
    for (OpenOutput& output : outputs)
        if (const AtomicFile* const file = output.bytes.file()) parts.push_back(file->part_path());
    return parts;
}

bool is_tiles(const RenderOutput& output) { return output.kind == OutputKind::dzi; }

/// Whether the shards are of tiles. InputError where there are other files beside these: strips of
/// tiles are rows of tiles, of all levels one below the other, and so other rows than of the files.
bool are_tiles(const RenderJob& job) {
    if (std::ranges::none_of(job.outputs, is_tiles)) return false;
    if (job.outputs.size() == 1) return true;
    throw InputError("shards of tiles have no other files; render each .dzi by itself");
}

bool is_picture(OutputKind kind) { return kind == OutputKind::png || kind == OutputKind::dzi; }

/// .npy has the field that is asked for; the others loss and gradients besides.
bool has_gradients(OutputKind kind) { return !is_picture(kind) && kind != OutputKind::npy; }

/// How a view is to be evaluated: values, colours, or both.
struct Route {
    View view;
    ColorFiller colors;  ///< of the pictures; empty: they are coloured by their values
    bool values = true;

    bool only_colors() const { return colors && !values; }
};

FieldSet wanted_fields(const RenderJob& job) {
    FieldSet fields{job.field};
    for (const RenderOutput& output : job.outputs)
        if (has_gradients(output.kind))
            for (Field field : {Field::loss, Field::grad_wx, Field::grad_wrec}) fields.add(field);
    return fields;
}

/// The codes among numbers of iterations are counted by their values.
bool needs_histogram(const RenderJob& job) {
    return job.histogram || row_of(job.field).counts_iterations;
}

/// Colours straight from the evaluator, where it offers them; indices only where no values are
/// wanted besides. A picture's bytes must not depend on the files beside it, so what is drawn as
/// runs always is.
Route choose_route(const LoadedModel& model, const RenderJob& job) {
    const FieldSet fields = wanted_fields(job);
    const Method method = resolve_method(job.method, model.model().unit());
    const PrecisionChoice choice = choose_precision({&job.grid, 1}, method, job.precision, fields);
    Route route{{job.grid, fields, job.method, choice.precision.value_or(usual_precision(fields)),
                 job.training, job.parameters},
                {}};
    route.values =
        needs_histogram(job) || !std::ranges::all_of(job.outputs, is_picture, &RenderOutput::kind);
    if (!route.values && !job.precision) {
        View exact = route.view;
        exact.precision = Precision::f64;
        ColorFiller colors = model.colors(exact, job.field, job.map);
        if (colors && colors.shape == ColorShape::runs) return {exact, std::move(colors), false};
    }
    if (!job.outputs.empty() && std::ranges::none_of(job.outputs, is_picture, &RenderOutput::kind))
        return route;
    ColorFiller colors = model.colors(route.view, job.field, job.map);
    if (colors && (!route.values || colors.shape == ColorShape::runs))
        route.colors = std::move(colors);
    else
        route.values = true;
    return route;
}

/// As many as the evaluator likes, but enough strips to encode one while others are computed.
std::size_t value_strip_cells(const LoadedModel& model, std::size_t cells, const Ranks* ranks) {
    return std::min(model.preferred_strip_cells(), cells / 16 / (ranks ? ranks->count() : 1));
}

std::unique_ptr<Source> make_source(const LoadedModel& model, Route& route) {
    if (route.only_colors()) return colors_source(std::move(route.colors), route.view);
    StripFiller values = model.values(route.view);
    if (route.colors)
        return values_and_colors_source(std::move(values), std::move(route.colors), route.view);
    return values_source(std::move(values), route.view, model.preferred_strip_cells() == 0);
}

std::unique_ptr<FileSink> make_sink(OpenOutput output, const RenderJob& job, const View& view,
                                    std::optional<ColorShape> shape,
                                    const std::vector<PngText>& texts) {
    if (!is_picture(output.kind))
        return values_sink(output.kind, std::move(output.bytes), view, job.field, texts);
    if (shape) return heatmap_sink(std::move(output.bytes), view, *shape, job.map, texts);
    return heatmap_sink(std::move(output.bytes), view, job.field, job.map, texts);
}

StripOptions options_of(const LoadedModel& model, const RenderJob& job, const Route& route,
                        const RenderRecord& record, const Context& context) {
    StripOptions options{context};
    if (job.shard) divide(options, rows_of(*job.shard, job.grid), record);
    const std::size_t cells = options.rows_of(job.grid).rows() * job.grid.cols();
    options.cells_per_strip = route.only_colors() ? color_strip_cells(job.grid)
                                                  : value_strip_cells(model, cells, job.ranks);
    share(options, job.ranks, record);
    return options;
}

/// All but tiles: one run.
void render_files(const LoadedModel& model, std::span<OpenOutput> outputs, const RenderJob& job,
                  Route& route, const RenderRecord& record, const Context& context,
                  StatisticsSink& statistics) {
    std::optional<ColorShape> shape;
    if (route.colors) shape = route.colors.shape;
    const StripOptions options = options_of(model, job, route, record, context);
    std::vector<Sink*> sinks{&statistics};
    std::vector<std::unique_ptr<FileSink>> files;
    for (OpenOutput& output : outputs) {
        files.push_back(make_sink(std::move(output), job, route.view, shape, record.texts));
        sinks.push_back(files.back().get());
    }
    run_recorded(*make_source(model, route), sinks, options, record);
}

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

/// Their values and the order of the strips: little beside the picture itself.
void check_axes(const Grid& grid, std::size_t max_memory) {
    const std::size_t bytes = 24 * (grid.cols() + grid.rows());
    if (bytes > max_memory)
        throw MemoryError(
            fmt::format("{} × {} cells: the axes alone take {}, more than the {} allowed; "
                        "fewer columns "
                        "and rows would fit, or allow more memory",
                        grid.cols(), grid.rows(), memory_text(bytes), memory_text(max_memory)));
}

std::optional<OutputKind> output_kind_of(std::string_view path) {
    std::string extension(path.substr(std::min(path.rfind('.'), path.size())));
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (std::size_t kind = 0; kind < output_kind_names.size(); ++kind)
        if (extension.size() > 1 && extension.substr(1) == output_kind_names[kind] &&
            path.size() > extension.size())
            return static_cast<OutputKind>(kind);
    return {};
}

std::unique_ptr<FileSink> values_sink(OutputKind kind, ByteSink bytes, const View& view,
                                      Field field, std::span<const PngText> texts) {
    switch (kind) {
        case OutputKind::npy:
            return npy_sink(std::move(bytes), view, field);
        case OutputKind::npz:
            return npz_sink(std::move(bytes), view);
        case OutputKind::csv:
            return csv_sink(std::move(bytes), view);
        case OutputKind::vti:
            return vti_sink(std::move(bytes), view, texts);
        case OutputKind::nc:
        case OutputKind::h5:
            return hdf5_sink(std::move(bytes), view, texts);
        case OutputKind::png:
        case OutputKind::dzi:
            break;
    }
    throw InputError("pictures need colours, not values alone");
}

ColoredView decide_colors(const LoadedModel& model, const RenderJob& job) {
    rendering::Route route = rendering::choose_route(model, job);
    return {route.view, std::move(route.colors)};
}

View decide_view(const LoadedModel& model, const RenderJob& job) {
    return decide_colors(model, job).view;
}

void claim_outputs(Transaction& files, std::span<const RenderOutput> outputs,
                   const std::optional<Shard>& shard) {
    std::vector<std::string> together;
    for (const RenderOutput& output : outputs)
        if (const auto* path = std::get_if<std::string>(&output.to);
            path && !rendering::is_tiles(output))
            together.push_back(*path);
    claim_resumable(files, together, shard);
    for (const RenderOutput& output : outputs)
        if (const auto* path = std::get_if<std::string>(&output.to);
            path && rendering::is_tiles(output))
            claim_tiles(files, *path, shard);
}

Rendered render(const LoadedModel& model, RenderJob job, const Context& context) {
    if (rendering::needs_transaction(job, context))
        return rendering::in_own_transaction(
            job, context, [&](const Context& own) { return render(model, std::move(job), own); });
    const StopScope scope(context.stop);  // the data are prepared for the first view
    check_axes(job.grid, context.max_memory);
    if (job.shard) rendering::are_tiles(job);
    rendering::Route route = rendering::choose_route(model, job);
    Rendered rendered{route.view, {}};
    if (job.outputs.empty()) return rendered;
    std::vector<rendering::OpenOutput> outputs = rendering::open_outputs(job, context);
    std::vector<rendering::OpenOutput> files, tiles;
    if (job.shard) rendered.parts = rendering::part_paths(outputs);
    const RenderRecord record = job.record ? job.record(route.view) : RenderRecord{};
    StatisticsSink statistics(route.view, rendering::needs_histogram(job));
    for (rendering::OpenOutput& output : outputs)
        (output.kind == OutputKind::dzi ? tiles : files).push_back(std::move(output));
    const bool any_files = !files.empty();
    if (any_files) rendering::render_files(model, files, job, route, record, context, statistics);
    // Tiles come in runs of their own, whose view is the same but for other fields.
    View tile_view = route.view;
    tile_view.fields = {job.field};
    const bool colors = !tiles.empty() && (any_files || !route.values) &&
                        static_cast<bool>(model.colors(tile_view, job.field, job.map));
    for (rendering::OpenOutput& output : tiles) {
        const bool counted = any_files || &output != &tiles.front();
        rendering::render_tiles(model, std::move(output.bytes), job, tile_view, colors, record,
                                context, counted ? nullptr : &statistics);
    }
    for (Field field : route.view.fields) rendered.statistics[field] = statistics.of(field);
    return rendered;
}

Merged merge(RenderJob job, const View& view, const MergeInput& shards, const Context& context) {
    if (rendering::needs_transaction(job, context))
        return rendering::in_own_transaction(job, context, [&](const Context& own) {
            return merge(std::move(job), view, shards, own);
        });
    const StopScope scope(context.stop);
    check_axes(view.grid, context.max_memory);
    const RenderRecord record = job.record ? job.record(view) : RenderRecord{};
    StatisticsSink statistics(view, rendering::needs_histogram(job));
    const auto merged = [&](std::vector<ShardFault> faults) {
        Merged all{std::move(faults), {view, {}, {}}};
        for (Field field : view.fields) all.rendered.statistics[field] = statistics.of(field);
        return all;
    };
    std::vector<rendering::OpenOutput> outputs = rendering::open_outputs(job, context);
    if (rendering::are_tiles(job))
        return merged(rendering::merge_tiles(std::move(outputs.front().bytes), job, view, record,
                                             shards, context, statistics));
    std::vector<Sink*> sinks{&statistics};
    std::vector<std::unique_ptr<FileSink>> files;
    for (rendering::OpenOutput& output : outputs) {
        files.push_back(rendering::make_sink(std::move(output), job, view, {}, record.texts));
        sinks.push_back(files.back().get());
    }
    return merged(merge_shards(shards, view.grid, sinks, context));
}

}  // namespace gradscape
