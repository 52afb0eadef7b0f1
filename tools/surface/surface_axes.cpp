// What `gradscape surface` can do with --axes.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "gradscape/error.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {
namespace {

/// Whose files call their columns w_x and w_rec.
bool names_weights(const std::string& path) {
    const auto kind = output_kind_of(path);
    return kind && *kind != OutputKind::png && *kind != OutputKind::npy && *kind != OutputKind::dzi;
}

}  // namespace

void check_axes_of(const SurfaceCommand& command, const GivenOptions& given) {
    if (!command.axes) return;
    const bool has_ranges =
        !command.like.empty() || (given.contains("--wx") && given.contains("--wrec"));
    check_axes(*command.parameters(), command.grid, command.training, command.evaluation.backend,
               given, has_ranges);
    const auto wrong = std::ranges::find_if(command.outputs, names_weights);
    if (wrong != command.outputs.end())
        throw InputError(fmt::format(
            "-o {}: such files tell of weights; .png, .npy and .dzi can have other --axes",
            *wrong));
}

}  // namespace gradscape::cli
