// SPDX-License-Identifier: MIT
#include "tools/common/color_options.hpp"

#include <fmt/format.h>

#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

template <class Choice, std::size_t count>
void add_optional_choice(CLI::App& app, const std::string& option, std::optional<Choice>& value,
                         const std::array<std::string_view, count>& names, const std::string& help,
                         const std::string& default_text) {
    const auto parse = [&names](const std::string& name, const std::string& text) {
        return static_cast<Choice>(parse_choice(name, text, names));
    };
    add_parsed(app, option, value, parse, help, fmt::format("{}", fmt::join(names, "|")),
               default_text);
}

}  // namespace

void add_color_options(CLI::App& app, ColorOptions& options) {
    in_group(app, "Colours");
    add_optional_choice(app, "--palette", options.palette, palette_names,
                        "Colours, from the lowest values to the highest", "viridis");
    add_optional_choice(app, "--style", options.style, color_style_names,
                        "Bands of one colour between levels, or as many colours as there are",
                        "bands");
    const auto levels = [](const std::string& option, const std::string& text) {
        return static_cast<int>(parse_count(option, text, min_levels, max_levels));
    };
    add_parsed(
        app, "--levels", options.levels, levels,
        "Number of levels, one more than there are bands between them; left out, what suits the "
        "field, for loss 30",
        "N", "");
    add_optional_choice(
        app, "--scale", options.scale, scale_names,
        "How the levels lie between the first and the last; left out, what suits the "
        "field, for loss log",
        "");
    const auto range = [](const std::string& option, const std::string& text) {
        Axis axis;
        parse_range(option, text, axis.lo, axis.hi);
        return axis;
    };
    add_parsed(
        app, "--range", options.range, range,
        "First and last level, as on the colour bar, which shows loss + 1; left out, what suits "
        "the field, for loss the article's",
        "LOW:HIGH", "");
}

ColorSpec color_spec(const ColorOptions& options, Field field, const TrainingOptions& training) {
    return color_spec(options, default_color_spec(field, training.iterations));
}

ColorSpec color_spec(const ColorOptions& options, ColorSpec spec) {
    spec.palette = options.palette.value_or(spec.palette);
    spec.style = options.style.value_or(spec.style);
    spec.levels = options.levels.value_or(spec.levels);
    spec.scale = options.scale.value_or(spec.scale);
    if (options.range) {
        spec.lo = options.range->lo;
        spec.hi = options.range->hi;
    }
    return spec;
}

Json describe(const ColorSpec& spec) {
    return {{"palette", name_of(spec.palette)},
            {"style", name_of(spec.style)},
            {"levels", spec.levels},
            {"scale", name_of(spec.scale)},
            {"range", {spec.lo, spec.hi}},
            {"offset", spec.offset}};
}

}  // namespace gradscape::cli
