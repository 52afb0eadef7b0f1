// SPDX-License-Identifier: MIT
#include "host/io/tile_viewer.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

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

}  // namespace

std::string tile_description(const Grid& grid) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" Format=\"png\" Overlap=\"0\" "
        "TileSize=\"{}\">\n  <Size Width=\"{}\" Height=\"{}\"/>\n</Image>\n",
        tile_size, grid.cols(), grid.rows());
}

std::string tile_page(const View& view, const std::string& folder_name,
                      std::string_view parameters) {
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
