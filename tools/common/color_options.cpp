// SPDX-License-Identifier: MIT
#include "tools/common/color_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/parse_number.hpp"
#include "gradscape/palette_file.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"

namespace gradscape::cli {
namespace {

/// The levels of `text`, which is rank: and these.
std::vector<double> parse_levels(const std::string& option, const std::string& text) {
    std::vector<double> levels;
    const auto reject = [&](const std::string& wrong) {
        throw InputError(fmt::format(
            "{} {}: {}; rank:LEVEL,LEVEL,... with {} to {} numbers, each above the last, is wanted",
            option, text, wrong, min_levels, smooth_levels));
    };
    for (const std::string& part : split(text.substr(text.find(':') + 1), ',')) {
        const auto level = parse_finite(part);
        if (!level) reject(fmt::format("'{}' is no finite number", part));
        if (!levels.empty() && *level <= levels.back())
            reject(fmt::format("{} is not above {}", *level, levels.back()));
        levels.push_back(*level);
    }
    if (std::cmp_less(levels.size(), min_levels) || std::cmp_greater(levels.size(), smooth_levels))
        reject(counted(levels.size(), "level"));
    return levels;
}

/// Of symlog:X.
double parse_linear_part(const std::string& option, const std::string& text) {
    const auto within = parse_finite(text.substr(text.find(':') + 1));
    if (!within || *within <= 0)
        throw InputError(
            fmt::format("{} {}: symlog:X with a number X above 0 is wanted", option, text));
    return *within;
}

/// As it was given, but for what is too long to be read.
std::string ranked_text(const std::vector<double>& levels) {
    constexpr std::size_t most = 8;
    if (levels.empty()) return "rank";
    return fmt::format(
        "rank:{}{}",
        fmt::join(levels.begin(),
                  levels.begin() + static_cast<std::ptrdiff_t>(std::min(levels.size(), most)), ","),
        levels.size() > most ? ",..." : "");
}

void add_style(CLI::App& app, ColorOptions& options) {
    const auto style = [](const std::string& option, const std::string& text) {
        return static_cast<ColorStyle>(parse_choice(option, text, color_style_names));
    };
    add_parsed(app, "--style", options.style, style,
               "Bands of one colour between levels, or as many colours as there are",
               fmt::format("{}", fmt::join(color_style_names, "|")), "bands");
    const auto levels = [](const std::string& option, const std::string& text) {
        return static_cast<int>(parse_count(option, text, min_levels, max_levels));
    };
    add_parsed(app, "--levels", options.levels, levels,
               "Number of levels, one more than there are bands between them; left out, what suits "
               "the field, for loss 30",
               "N", "");
}

}  // namespace

bool names_palette_file(const std::string& text) {
    return !text.starts_with('#') && text.find_first_of("./") != std::string::npos;
}

void parse_palette(const std::string& option, const std::string& text, ColorOptions& options) {
    options.palette_colors.clear();
    options.palette_file.clear();
    if (text.starts_with('#')) {
        for (const std::string& part : split(text, ',')) {
            Rgb color;
            if (!parse_hex_color(part, color))
                throw InputError(fmt::format(
                    "{} {}: '{}' is no colour; two or more of the form #rrggbb are wanted, between "
                    "commas",
                    option, text, part));
            options.palette_colors.push_back(color);
        }
        if (options.palette_colors.size() < 2 || options.palette_colors.size() > palette_size)
            throw InputError(
                fmt::format("{} {}: from 2 to {} colours are wanted", option, text, palette_size));
        options.palette = Palette::own;
    } else if (names_palette_file(text)) {
        options.palette_file = text;
        options.palette = Palette::own;
    } else {
        options.palette = static_cast<Palette>(parse_choice(option, text, palette_names));
    }
}

void parse_scale(const std::string& option, const std::string& text, ColorOptions& options) {
    options.linear_within.reset();
    options.ranked_levels.clear();
    const auto colon = text.find(':');
    const std::string name = text.substr(0, colon);
    const bool is_symlog = name == name_of(Scale::symlog), is_rank = name == name_of(Scale::rank);
    const bool has_detail = colon != std::string::npos && (is_symlog || is_rank);
    options.scale = static_cast<Scale>(parse_choice(option, has_detail ? name : text, scale_names));
    if (!has_detail) return;
    if (is_symlog)
        options.linear_within = parse_linear_part(option, text);
    else
        options.ranked_levels = parse_levels(option, text);
}

void add_color_options(CLI::App& app, ColorOptions& options) {
    in_group(app, "Colours");
    const auto taken_by = [&options](auto parse, const char* option) {
        return [&options, parse, option](const std::string& text) { parse(option, text, options); };
    };
    const auto palettes = std::span(palette_names).first(palette_count);
    app.add_option_function<std::string>(
           "--palette", taken_by(parse_palette, "--palette"),
           "Colours, from the lowest values to the highest; NAME_r is NAME the other way round, "
           "FILE.csv or '#rrggbb,#rrggbb,...' your own. Left out, viridis, or for values of both "
           "signs in a range of their own rdbu_r: blue, white at 0, red")
        ->type_name(fmt::format("{}", fmt::join(palettes, "|")));
    add_style(app, options);
    app.add_option_function<std::string>(
           "--scale", taken_by(parse_scale, "--scale"),
           "How the levels lie between the first and the last; left out, what suits the field, for "
           "loss log. symlog:X is linear from -X to X; rank puts equally many of the picture's "
           "cells between any two levels")
        ->type_name(fmt::format("{}", fmt::join(scale_names, "|")));
    const auto range = [&options](const std::string& text) {
        options.fit = text == "auto";
        options.range.reset();
        if (options.fit) return;
        Axis axis;
        parse_range("--range", text, axis.lo, axis.hi);
        options.range = axis;
    };
    app.add_option_function<std::string>(
           "--range", range,
           "First and last level, as on the colour bar, which shows loss + 1; auto: by quantiles "
           "of the picture's own values. Left out, the article's where that shows something of its "
           "data and cell, else auto")
        ->type_name("LOW:HIGH|auto");
}

void claim_files(Transaction& files, const ColorOptions& options) {
    if (!options.palette_file.empty()) files.read(options.palette_file);
}

void read_palette_file(const std::string& option, ColorOptions& options) {
    if (options.palette_file.empty()) return;
    try {
        options.palette_colors = read_palette(options.palette_file);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", option, error.what()));
    }
}

ColorSpec color_spec(const ColorOptions& options, Field field, const TrainingOptions& training) {
    return color_spec(options, default_color_spec(field, training.iterations));
}

ColorSpec color_spec(const ColorOptions& options, ColorSpec spec) {
    const std::vector<double>& ranked = options.ranked_levels;
    if (options.range && !ranked.empty() &&
        (options.range->lo != ranked.front() || options.range->hi != ranked.back()))
        throw InputError(
            fmt::format("--range {}:{}: the levels of --scale {} are the range; leave one out",
                        options.range->lo, options.range->hi, ranked_text(ranked)));
    spec.palette = options.palette.value_or(spec.palette);
    spec.style = options.style.value_or(spec.style);
    spec.levels = options.levels.value_or(spec.levels);
    spec.scale = options.scale.value_or(spec.scale);
    spec.linear_within = options.linear_within.value_or(spec.linear_within);
    if (options.range) {
        spec.lo = options.range->lo;
        spec.hi = options.range->hi;
    }
    return spec;
}

OwnColors own_colors(const ColorOptions& options) {
    return {options.palette_colors, options.ranked_levels};
}

void check_color_effects(const ColorOptions& options, ColorStyle style, const GivenColors& given) {
    const std::string_view dashes = given.dashes;
    const auto refuse = [&](const std::string& option, const std::string& otherwise) {
        throw InputError(fmt::format("{}{}: has no effect on {}", dashes, option, otherwise));
    };
    const bool has_levels = options.scale == Scale::rank && !options.ranked_levels.empty();
    const std::string scale = fmt::format("{}scale {}", dashes, ranked_text(options.ranked_levels));
    if (given.levels && options.levels && has_levels)
        refuse(fmt::format("levels {}", *options.levels), scale + ", which has its own");
    if (given.style && options.style && has_levels)
        refuse(fmt::format("style {}", name_of(*options.style)),
               scale + ", which has bands between its own levels");
    if (given.levels && style == ColorStyle::smooth)
        refuse(
            "levels",
            fmt::format("{}style smooth, which has as many levels as there are colours", dashes));
    if (given.range && options.fit && options.scale == Scale::rank)
        refuse("range auto",
               scale + (has_levels ? ", whose levels are the range"
                                   : ", which follows from the picture's own values"));
}

ColorMap color_map(const ColorOptions& options, const ColorSpec& spec) {
    const ColorSpec wanted = color_spec(options, spec);
    if (options.fit)
        throw InputError("--range auto: there are no values to take it from here; give LOW:HIGH");
    if (wanted.scale == Scale::rank && options.ranked_levels.empty())
        throw InputError(
            "--scale rank: there are no values to rank here; give rank:LEVEL,LEVEL,... or another "
            "scale");
    return {wanted, own_colors(options)};
}

Json describe(const ColorMap& map) {
    const ColorSpec& spec = map.spec();
    Json palette = name_of(spec.palette);
    if (spec.palette == Palette::own) {
        palette = Json::array();
        for (Rgb color : map.own().palette) palette.push_back(hex_text(color));
    }
    Json facts{{"palette", palette},          {"style", name_of(spec.style)},
               {"levels", spec.levels},       {"scale", name_of(spec.scale)},
               {"range", {spec.lo, spec.hi}}, {"offset", spec.offset}};
    if (spec.scale == Scale::symlog && spec.linear_within != 1)
        facts["linear_within"] = spec.linear_within;
    if (spec.scale == Scale::rank) facts["ranked_levels"] = map.own().levels;
    return facts;
}

}  // namespace gradscape::cli
