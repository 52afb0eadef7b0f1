// What decides the bytes of a picture, as JSON: written into every PNG and into the journal of a
// render, read back by --like and --resume.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "gradscape/resume.hpp"
#include "tools/surface/surface_command.hpp"

namespace gradscape::cli {

/// What a PNG carries under the keyword `gradscape:parameters`.
Json picture_parameters(const SurfaceCommand& command, const View& view, const ColorMap& map,
                        const Evaluator& evaluator);

/// A picture's text chunks.
std::vector<PngText> picture_texts(const Json& parameters);

/// For run_resumable: the picture's parameters, the version, the files and their fields.
ResumeOptions resume_options(const SurfaceCommand& command, const View& view,
                             const Json& parameters);

/// Names the first parameter that differs, with both values; empty where none does.
std::string first_difference(const Json& found, const Json& wanted, const std::string& name = {});

/// 64 bits that change with the data, as 16 hexadecimal digits.
std::string content_mark(const Sequences& sequences);

/// --like --crop
void add_like_options(CLI::App& app, SurfaceCommand& command);

/// All options that the parameters tell of.
void take_parameters(CLI::App& app, const Json& parameters);

/// After parsing: the picture's parameters for all options that were not given.
void apply_like(CLI::App& app, SurfaceCommand& command);

}  // namespace gradscape::cli
