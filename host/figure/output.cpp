// The three formats, their metadata, and the public write_figure().
// SPDX-License-Identifier: MIT
#include "host/figure/output.hpp"

#include <fmt/format.h>

#include <utility>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/file_extension.hpp"
#include "host/figure/drawing.hpp"
#include "host/figure/png_image.hpp"
#include "host/figure/sheet.hpp"
#include "host/figure/svg_text.hpp"

namespace gradscape::figure {
namespace {

std::string to_png(const Scene& scene, const FigureMetadata& metadata) {
    const RgbImage image = drawing().raster(scene, scene.dpi / points_per_inch);
    return encode_png(static_cast<int>(image.cols), static_cast<int>(image.rows), image.pixels,
                      metadata, scene.dpi);
}

/// Shapes and pictures as Cairo writes them, texts as texts: to be found, copied and edited.
std::string to_svg(Scene scene, const FigureMetadata& metadata) {
    const std::string texts = svg_texts(scene);
    std::erase_if(scene.items, [](const auto& item) { return std::holds_alternative<Text>(item); });
    std::string svg = drawing().svg(scene), head;
    if (!scene.title.empty()) head += "\n<title>" + escape_markup(scene.title) + "</title>";
    std::string facts;
    for (const auto& [keyword, text] : metadata)
        facts += fmt::format("{}: {}\n", escape_markup(keyword), escape_markup(text));
    if (!facts.empty()) head += "\n<metadata>" + facts + "</metadata>";
    svg.insert(svg.rfind("</svg>"), texts);
    svg.insert(svg.find('>', svg.find("<svg")) + 1, head);
    return svg;
}

std::string to_pdf(const Scene& scene, const FigureMetadata& metadata) {
    std::string texts;
    for (const auto& [keyword, text] : metadata) texts += fmt::format("{}: {}\n", keyword, text);
    return drawing().pdf(scene, texts);
}

template <class Figure>
void write(AtomicFile file, const Figure& figure, const FigureMetadata& metadata,
           const FigurePage& page) {
    const FileFormat format = format_of(file.path());
    write_file(std::move(file), encode(compose(figure, page), format, metadata));
}

}  // namespace

FileFormat format_of(const std::string& path) {
    if (has_extension(path, ".png")) return FileFormat::png;
    if (has_extension(path, ".svg")) return FileFormat::svg;
    if (has_extension(path, ".pdf")) return FileFormat::pdf;
    throw InputError(fmt::format("figure '{}': the extension must be .png, .svg or .pdf", path));
}

std::string encode(const Scene& scene, FileFormat format, const FigureMetadata& metadata) {
    switch (format) {
        case FileFormat::svg:
            return to_svg(scene, metadata);
        case FileFormat::pdf:
            return to_pdf(scene, metadata);
        default:
            return to_png(scene, metadata);
    }
}

}  // namespace gradscape::figure

namespace gradscape {

FigureFormat check_figure_path(const std::string& path) {
    const FigureFormat format = figure::format_of(path);
    figure::drawing();
    return format;
}

std::string figure_bytes(const HeatmapFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata, const FigurePage& page) {
    return figure::encode(figure::compose(figure, page), format, metadata);
}

std::string figure_bytes(const LineFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata, const FigurePage& page) {
    return figure::encode(figure::compose(figure, page), format, metadata);
}

std::string figure_bytes(const ReliefFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata, const FigurePage& page) {
    return figure::encode(figure::compose(figure, page), format, metadata);
}

void write_figure(AtomicFile file, const HeatmapFigure& figure, const FigureMetadata& metadata,
                  const FigurePage& page) {
    figure::write(std::move(file), figure, metadata, page);
}

void write_figure(AtomicFile file, const LineFigure& figure, const FigureMetadata& metadata,
                  const FigurePage& page) {
    figure::write(std::move(file), figure, metadata, page);
}

void write_figure(AtomicFile file, const ReliefFigure& figure, const FigureMetadata& metadata,
                  const FigurePage& page) {
    figure::write(std::move(file), figure, metadata, page);
}

}  // namespace gradscape
