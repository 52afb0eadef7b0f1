// SPDX-License-Identifier: MIT
#include "host/io/tile_viewer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "gradscape/palette_file.hpp"

namespace gradscape::io {
namespace {

constexpr std::string_view place_of_picture = "/*picture*/ null";
constexpr std::string_view generator = "<meta name=\"generator\" content=\"gradscape tiles\">";

/// JSON that may stand in a script: nothing in it ends the script.
std::string in_script(const nlohmann::ordered_json& value) {
    std::string text;
    for (char c : value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace))
        text += c == '<' ? std::string("\\u003c") : std::string(1, c);
    return text;
}

/// Some of the levels, the first and the last among them, with as many digits as tell them apart.
std::vector<std::pair<std::size_t, std::string>> level_labels(const ColorMap& map) {
    constexpr std::size_t most = 7;  // between labels
    const std::size_t stride = (map.bands() + most - 1) / most;
    std::vector<std::size_t> chosen;
    for (std::size_t level = 0; level + stride <= map.bands(); level += stride)
        chosen.push_back(level);
    chosen.push_back(map.bands());
    for (int digits = 3;; ++digits) {
        std::vector<std::pair<std::size_t, std::string>> labels;
        for (const std::size_t level : chosen)
            labels.emplace_back(level, fmt::format("{:.{}g}", map.levels()[level], digits));
        const auto same = [](const auto& a, const auto& b) { return a.second == b.second; };
        if (digits == 17 || std::ranges::adjacent_find(labels, same) == labels.end()) return labels;
    }
}

}  // namespace

std::string tile_description(const Grid& grid) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" Format=\"png\" Overlap=\"0\" "
        "TileSize=\"{}\">\n  <Size Width=\"{}\" Height=\"{}\"/>\n</Image>\n",
        tile_size, grid.cols(), grid.rows());
}

std::string tile_color_bar(const ColorMap& map, Field field) {
    const FieldRow& row = row_of(field);
    const auto color = [&](std::size_t index) { return hex_text(map.colors()[index]); };
    nlohmann::ordered_json bar;
    bar["title"] = std::string(row.long_name);
    if (const double offset = map.spec().offset; offset != 0)
        bar["title"] = fmt::format("{} + {}", row.long_name, offset);
    for (std::size_t band = 0; band < map.bands(); ++band) bar["colors"].push_back(color(band + 1));
    const auto labels = level_labels(map);
    bar["ticks"] = labels;
    const std::string below =
        row.counts_iterations ? "not reached" : "\u2264 " + labels.front().second;
    bar["above"] = {color(map.above()), "> " + labels.back().second};
    bar["below"] = {color(map.below()), below};
    bar["nan"] = {color(map.non_finite()), "not finite"};
    return bar.dump();
}

std::string tile_page(const View& view, const std::string& folder_name, std::string_view parameters,
                      std::string_view color_bar) {
    const Grid& grid = view.grid;
    const nlohmann::ordered_json picture{
        {"folder", folder_name},
        {"field", name_of(*view.fields.begin())},
        {"width", grid.cols()},
        {"height", grid.rows()},
        {"tileSize", tile_size},
        {"levels", level_count(grid)},
        {"wx", {grid.wx.lo, grid.wx.hi}},
        {"wrec", {grid.wrec.lo, grid.wrec.hi}},
        {"bar", nlohmann::ordered_json::parse(color_bar)},
        {"parameters", nlohmann::ordered_json::parse(parameters, nullptr, false)}};
    std::string page(viewer_template());
    return page.replace(page.find(place_of_picture), place_of_picture.size(), in_script(picture));
}

bool is_tile_page(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string begin(1024, '\0');
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return begin.find(generator) != std::string::npos;
}

std::string tile_parameters(std::span<const PngText> texts, Overview overview) {
    nlohmann::ordered_json parameters;
    for (const PngText& text : texts)
        if (text.keyword == "gradscape:parameters")
            parameters = nlohmann::ordered_json::parse(text.text, nullptr, false);
        else
            parameters[text.keyword] = text.text;
    parameters["overview"] = overview_names[static_cast<std::size_t>(overview)];
    return parameters.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace gradscape::io
