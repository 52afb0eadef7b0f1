// --like PICTURE.png: the parameters that a picture carries become the options that made it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/notice.hpp"
#include "gradscape/png.hpp"
#include "tools/common/all_ranks.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::cli {
namespace {

using OptionText = std::pair<std::string, std::string>;

std::string number_text(const Json& number) {
    return number.is_number_integer() ? fmt::format("{}", number.get<std::int64_t>())
                                      : fmt::format("{}", number.get<double>());
}

std::string json_value_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : number_text(value);
}

std::string pair_text(const Json& pair, char separator) {
    return number_text(pair.at(0)) + separator + number_text(pair.at(1));
}

/// One value, or several between commas.
std::string list_text(const Json& values) {
    if (!values.is_array()) return json_value_text(values);
    std::string text;
    for (const Json& value : values) text += (text.empty() ? "" : ",") + json_value_text(value);
    return text;
}

std::string scale_text(const Json& colors) {
    std::string text = json_value_text(colors.at("scale"));
    for (const char* detail : {"linear_within", "ranked_levels"})
        if (colors.contains(detail)) text += ":" + list_text(colors.at(detail));
    return text;
}

/// The command line that makes the picture.
std::vector<OptionText> options_of(const Json& parameters) {
    std::vector<OptionText> options;
    const Json& data = parameters.at("data");
    if (data.contains("file")) {
        options.emplace_back("--data", data.at("file").get<std::string>());
    } else if (data.contains("seed")) {
        for (const char* key : {"seed", "sequences", "length"})
            options.emplace_back(std::string("--") + key, json_value_text(data.at(key)));
    }
    for (const char* key : {"cell", "backend", "method", "precision", "field"})
        options.emplace_back(std::string("--") + key, parameters.at(key).get<std::string>());
    if (parameters.contains("axes")) {
        options.emplace_back("--axes", list_text(parameters.at("axes")));
        options.emplace_back("--start", pair_text(parameters.at("start"), ','));
    }
    if (parameters.contains("initial_state"))
        options.emplace_back("--initial-state", number_text(parameters.at("initial_state")));
    options.emplace_back("--wx", pair_text(parameters.at("wx"), ':'));
    options.emplace_back("--wrec", pair_text(parameters.at("wrec"), ':'));
    options.emplace_back("--size", pair_text(parameters.at("size"), 'x'));
    const Json& colors = parameters.at("colors");
    for (const char* key : {"style", "levels"})
        options.emplace_back(std::string("--") + key, json_value_text(colors.at(key)));
    options.emplace_back("--palette", list_text(colors.at("palette")));
    options.emplace_back("--scale", scale_text(colors));
    options.emplace_back("--range", pair_text(colors.at("range"), ':'));
    if (parameters.contains("training"))
        for (const auto& [key, value] : parameters.at("training").items()) {
            std::string option = "--" + key;
            std::replace(option.begin(), option.end(), '_', '-');
            options.emplace_back(option, json_value_text(value));
        }
    return options;
}

/// Options that the picture's own value of another one makes no sense with.
std::vector<std::string> displaced_by(const std::string& given) {
    if (given == "--data") return {"--seed", "--sequences", "--length", "--range"};
    if (given == "--seed") return {"--data"};
    if (given == "--sequences" || given == "--length") return {"--data", "--range"};
    if (given == "--cell" || given == "--initial-state")
        return {"--method", "--precision", "--range"};
    if (given == "--field") return {"--style", "--levels", "--scale", "--range", "--precision"};
    if (given == "--iterations") return {"--range"};
    if (given == "--axes") return {"--wx", "--wrec", "--range"};
    return {};
}

/// What the picture decides and the command line does not.
std::vector<OptionText> wanted_options(const CLI::App& app, const Json& parameters) {
    std::vector<OptionText> options = options_of(parameters);
    const auto drop = [&options](const std::string& name) {
        std::erase_if(options, [&](const OptionText& option) { return option.first == name; });
    };
    for (const CLI::Option* option : app.get_options()) {
        if (option->count() == 0) continue;
        const std::string given = option->get_name();
        if (given == "--field" &&
            option->as<std::string>() == parameters.at("field").get<std::string>())
            continue;
        if (given == "--iterations" && parameters.at("field").get<std::string>() != "train-steps")
            continue;
        for (const std::string& name : displaced_by(given)) drop(name);
    }
    std::erase_if(options, [&](const OptionText& option) {
        return app.get_option(option.first)->count() > 0;
    });
    return options;
}

Json read_parameters(const std::string& path) {
    const std::vector<PngText> texts = read_png_texts(path);
    const auto first = [&texts](std::string_view keyword) {
        return std::ranges::find(texts, keyword, &PngText::keyword);
    };
    const auto software = first("Software"), made_with = first("gradscape:parameters");
    if (speaks_for_all() && software != texts.end() &&
        software->text != "gradscape " GRADSCAPE_VERSION)
        notice(fmt::format("'{}' was made by {}, this is gradscape " GRADSCAPE_VERSION
                           ": the bytes may differ",
                           path, software->text.substr(0, 80)));
    if (made_with == texts.end())
        throw InputError(fmt::format(
            "--like {}: it does not carry the parameters it was made with; give a heatmap written "
            "by `gradscape surface`",
            path));
    return parse_parameters(made_with->text);
}

/// A picture of data that were in a program's memory does not say where to find them.
void check_data_source(const CLI::App& app, const Json& data, SurfaceCommand& command) {
    if (data.contains("file") || data.contains("seed")) return;
    command.content_of_like = data.value("content", "");
    for (const char* option : {"--data", "--seed", "--sequences", "--length"})
        if (app.get_option(option)->count() > 0) return;
    throw InputError("its data came from no file and no seed; give a file of them with --data");
}

void crop(const Axis& part, Axis& axis, const std::string& name) {
    if (part.lo < axis.lo || part.hi > axis.hi)
        throw InputError(fmt::format(
            "--crop: {}:{} is not within the picture's {} from {} to {}; use --wx and --wrec for "
            "other ranges",
            part.lo, part.hi, name, axis.lo, axis.hi));
    axis.lo = part.lo;
    axis.hi = part.hi;
}

/// The picture's data file: by its name from here, else from beside the picture.
void find_data(const Json& data, SurfaceCommand& command) {
    namespace fs = std::filesystem;
    command.data_content = data.at("content").get<std::string>();
    command.data_name = command.data.file;
    const fs::path name = command.data.file, folder = fs::path(command.like).parent_path();
    std::error_code none;
    for (const fs::path& path : {name, folder / name, folder / name.filename()})
        if (fs::exists(path, none)) {
            command.data.file = path.string();
            return;
        }
    throw InputError(fmt::format(
        "the data file '{}' is neither here nor beside the picture; give it with --data",
        command.data.file));
}

void take_option(CLI::App& app, const OptionText& given) {
    CLI::Option* option = app.get_option(given.first);
    option->add_result(given.second);
    option->run_callback();
}

}  // namespace

void take_parameters(CLI::App& app, const Json& parameters) {
    for (const OptionText& option : options_of(parameters)) take_option(app, option);
}

void add_like_options(CLI::App& app, SurfaceCommand& command) {
    auto* like = app.add_option("--like", command.like,
                                "A heatmap whose parameters to take; options given beside it are "
                                "used instead of the picture's (another --field comes with its own "
                                "colours, but for the palette)")
                     ->type_name("PICTURE.png");
    const auto ranges = [](const std::string& option, const std::string& text) {
        const auto comma = text.find(',');
        if (comma == std::string::npos)
            throw InputError(fmt::format(
                "{} {}: two ranges WX_LO:WX_HI,WREC_LO:WREC_HI are wanted, as in 0:2,-1:1", option,
                text));
        Grid part;
        parse_range(option, text.substr(0, comma), part.wx.lo, part.wx.hi);
        parse_range(option, text.substr(comma + 1), part.wrec.lo, part.wrec.hi);
        return part;
    };
    add_parsed(app, "--crop", command.crop, ranges, "Zoom into a part of the --like picture",
               "WX_LO:WX_HI,WREC_LO:WREC_HI", "")
        ->needs(like);
}

void apply_like(CLI::App& app, SurfaceCommand& command) {
    if (command.like.empty()) return;
    const Json parameters = read_parameters(command.like);
    try {
        const Json& data = parameters.at("data");
        check_data_source(app, data, command);
        for (const OptionText& option : wanted_options(app, parameters)) take_option(app, option);
        // Of data that were in a program's memory there is a content, but no file.
        if (app.get_option("--data")->count() > 0 && data.contains("content") &&
            data.contains("file") && command.data.file == data.at("file").get<std::string>())
            find_data(data, command);
    } catch (const nlohmann::json::exception&) {
        throw InputError(
            fmt::format("--like {}: its parameters are not those of a heatmap of this version of "
                        "gradscape",
                        command.like));
    } catch (const InputError& error) {
        throw InputError(fmt::format("--like {}: {}", command.like, error.what()));
    }
    if (!command.crop) return;
    crop(command.crop->wx, command.grid.wx, "w_x");
    crop(command.crop->wrec, command.grid.wrec, "w_rec");
}

}  // namespace gradscape::cli
