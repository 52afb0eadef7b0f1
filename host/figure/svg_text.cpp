// SPDX-License-Identifier: MIT
#include "host/figure/svg_text.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "gradscape/palette_file.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double small_letters = 0.72, lowered = 0.22, raised = 0.38;  // of the size

/// <tspan>s of a text's markup, which has <i>, <sub> and <sup>.
class Spans {
public:
    explicit Spans(double size) : size_(size) {}

    std::string of(std::string_view markup) {
        while (!markup.empty()) {
            const auto end = markup.find('<');
            add(markup.substr(0, end));
            if (end == std::string_view::npos) break;
            markup.remove_prefix(end + 1);
            const auto close = markup.find('>');
            if (close == std::string_view::npos) break;
            open(markup.substr(0, close));
            markup.remove_prefix(close + 1);
        }
        return svg_;
    }

private:
    void open(std::string_view element) {
        const bool end = element.starts_with('/');
        if (end) element.remove_prefix(1);
        if (element == "i") italic_ = !end;
        if (element == "sub" || element == "sup") {
            shift_ = end ? 0 : element == "sub" ? lowered : -raised;
            // What stands between the letters for readers, and takes no room.
            if (!end)
                svg_ +=
                    fmt::format("<tspan font-size=\"0\">{}</tspan>", element == "sub" ? '_' : '^');
        }
    }
    void add(std::string_view text) {
        if (text.empty()) return;
        svg_ += "<tspan";
        if (italic_) svg_ += " font-style=\"italic\"";
        if (shift_ != 0) svg_ += fmt::format(" font-size=\"{:.6g}\"", small_letters * size_);
        // dy moves all that follows, too.
        if (shift_ != done_) svg_ += fmt::format(" dy=\"{:.6g}\"", (shift_ - done_) * size_);
        done_ = shift_;
        svg_ += '>';
        svg_ += text;
        svg_ += "</tspan>";
    }

    double size_, shift_ = 0, done_ = 0;
    bool italic_ = false;
    std::string svg_;
};

/// Of an attribute between quotes.
std::string attribute(const std::string& plain) {
    std::string escaped;
    for (const char c : escape_markup(plain))
        escaped += c == '"' ? std::string("&quot;") : std::string(1, c);
    return escaped;
}

std::string element(const Text& text) {
    std::string svg =
        fmt::format("<text aria-label=\"{}\" fill=\"{}\" font-size=\"{:.6g}\"",
                    attribute(plain_text(text.markup)), hex_text(text.color), text.size);
    if (text.upright)
        svg += fmt::format(" transform=\"translate({:.6g} {:.6g}) rotate(-90)\"", text.origin.x,
                           text.origin.y);
    else
        svg += fmt::format(" x=\"{:.6g}\" y=\"{:.6g}\"", text.origin.x, text.origin.y);
    if (text.halo)
        svg += fmt::format(
            " stroke=\"#ffffff\" stroke-width=\"{:.3g}\" stroke-linejoin=\"round\" "
            "paint-order=\"stroke\"",
            halo_width);
    const double length = text.upright ? text.box.height : text.box.width;
    return svg + fmt::format(" textLength=\"{:.6g}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>\n",
                             length, Spans(text.size).of(text.markup));
}

}  // namespace

std::string svg_texts(const Scene& scene) {
    std::string svg = fmt::format(
        "<g font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\" xml:space=\"preserve\" "
        "transform=\"scale({:.8g})\">\n",
        scene.scale);
    for (const auto& item : scene.items)
        if (const auto* text = std::get_if<Text>(&item)) svg += element(*text);
    return svg + "</g>\n";
}

}  // namespace gradscape::figure
