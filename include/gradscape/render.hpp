// A view of a loaded model as pictures and arrays: what every front calls, and the one place that
// decides in which precision and by which route (colours straight from the evaluator, or values)
// it is done.
//
//     const auto model = find_evaluator("auto").load({sequences, Activation::linear});
//     RenderJob job;
//     job.grid = {{-3, 3, 1024}, {-3, 3, 1024}};
//     job.outputs.push_back({OutputKind::png, "loss.png"});
//     render(*model, std::move(job), {});
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gradscape/byte_sink.hpp"
#include "gradscape/color_map.hpp"
#include "gradscape/context.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/png.hpp"
#include "gradscape/resume.hpp"
#include "gradscape/shard.hpp"
#include "gradscape/sink.hpp"
#include "gradscape/tiles.hpp"

namespace gradscape {

enum class OutputKind : std::uint8_t { png, npy, npz, csv, vti, nc, h5, dzi };
inline constexpr std::array<std::string_view, 8> output_kind_names{"png", "npy", "npz", "csv",
                                                                   "vti", "nc",  "h5",  "dzi"};

/// By the extension of a path, in capitals or not.
std::optional<OutputKind> output_kind_of(std::string_view path);

/// .png, .dzi and .npy hold the job's field; the others loss and gradients as well. A .dzi is a
/// folder of tiles and a page beside its file, so that it needs a file's name.
struct RenderOutput {
    OutputKind kind;
    /// A path, which the render opens in its context's transaction, or where bytes go instead.
    std::variant<std::string, ByteSink> to;

    RenderOutput(OutputKind as, std::string path) : kind(as), to(std::move(path)) {}
    RenderOutput(OutputKind as, const char* path) : kind(as), to(std::string(path)) {}
    RenderOutput(OutputKind as, ByteSink bytes) : kind(as), to(std::move(bytes)) {}
};

/// Of all kinds but pictures: a sink for the view's values. `field` is that of a .npy.
std::unique_ptr<FileSink> values_sink(OutputKind kind, ByteSink bytes, const View& view,
                                      Field field, std::span<const PngText> texts);

/// What is known once the view is decided.
struct RenderRecord {
    std::vector<PngText> texts;           ///< that pictures, .vti and .nc carry
    std::optional<ResumeOptions> resume;  ///< none: an interrupted render leaves nothing
};

struct RenderJob {
    Grid grid{{-3, 3, 1024}, {-3, 3, 1024}};
    Field field = Field::loss;
    Method method = Method::automatic;
    /// Empty: f32; but f64 for curvature and the training fields, where neighbouring points would
    /// coincide in f32 (gradscape/resolution.hpp), and for pictures that come as runs of colour,
    /// which cost nothing more in double.
    std::optional<Precision> precision;
    TrainingOptions training;
    ColorMap map;                             ///< of the pictures
    Overview overview = Overview::evaluated;  ///< of tiles
    bool histogram = false;  ///< counts by powers of two; always for train-steps, of its codes
    std::vector<RenderOutput> outputs;
    std::function<RenderRecord(const View&)> record;
    /// Only this part, which the outputs' part files keep for merge().
    std::optional<Shard> shard = {};
    std::optional<ParameterPlane> parameters = {};  ///< View's
    /// Those that do this job together, each with the same job; only the first one's outputs are
    /// files. Null: this process alone.
    Ranks* ranks = nullptr;
};

struct Rendered {
    View view;                               ///< as it was decided: its fields are those evaluated
    FieldArray<FieldStatistics> statistics;  ///< of the view's fields
    std::vector<std::string> parts = {};     ///< that a shard has left
};

/// MemoryError where the axes alone, which are held whole, would not fit.
void check_axes(const Grid& grid, std::size_t max_memory);

/// A view as it will be evaluated, and the colours that its pictures are drawn from, where the
/// evaluator has them and no values are wanted instead.
struct ColoredView {
    View view;
    ColorFiller colors;
};

/// What render() decides on for this job; the view alone.
ColoredView decide_colors(const LoadedModel& model, const RenderJob& job);
View decide_view(const LoadedModel& model, const RenderJob& job);

/// The files that these outputs name are the run's: all of one run together, and each picture in
/// tiles, a run of its own, with what lies beside it. Errors as of Transaction::write(), and
/// InputError where others' files are in the place of tiles.
void claim_outputs(Transaction& files, std::span<const RenderOutput> outputs,
                   const std::optional<Shard>& shard);

/// Evaluates once, encodes into all outputs, and completes them together: in the context's
/// transaction, whose files the caller has claimed, or in one of its own. InputError where the job
/// cannot be done, MemoryError where not in this memory, Interrupted at a stop.
Rendered render(const LoadedModel& model, RenderJob job, const Context& context);

/// What render() would have made of the job in this view, from its shards. Faults of theirs are
/// all found, and then nothing is written.
struct Merged {
    std::vector<ShardFault> faults;
    Rendered rendered;
};
Merged merge(RenderJob job, const View& view, const MergeInput& shards, const Context& context);

}  // namespace gradscape
