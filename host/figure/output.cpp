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

namespace gradscape::figure {
namespace {

std::string to_png(const Scene& scene, const FigureMetadata& metadata) {
    const RgbImage image = drawing().raster(scene, pixels_per_point);
    return encode_png(static_cast<int>(image.cols), static_cast<int>(image.rows), image.pixels,
                      metadata);
}

std::string to_svg(const Scene& scene, const FigureMetadata& metadata) {
    std::string svg = drawing().svg(scene);
    std::string texts;
    for (const auto& [keyword, text] : metadata)
        texts += fmt::format("{}: {}\n", escape_markup(keyword), escape_markup(text));
    const std::size_t root_end = svg.find('>', svg.find("<svg"));
    if (!texts.empty()) svg.insert(root_end + 1, "\n<metadata>" + texts + "</metadata>");
    return svg;
}

std::string to_pdf(const Scene& scene, const FigureMetadata& metadata) {
    std::string texts;
    for (const auto& [keyword, text] : metadata) texts += fmt::format("{}: {}\n", keyword, text);
    return drawing().pdf(scene, texts);
}

template <class Figure>
void write(AtomicFile file, const Figure& figure, const FigureMetadata& metadata) {
    const FileFormat format = format_of(file.path());
    write_file(std::move(file), encode(compose(figure), format, metadata));
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

void check_figure_path(const std::string& path) {
    figure::format_of(path);
    figure::drawing();
}

std::string figure_bytes(const HeatmapFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata) {
    return figure::encode(figure::compose(figure), format, metadata);
}

std::string figure_bytes(const LineFigure& figure, FigureFormat format,
                         const FigureMetadata& metadata) {
    return figure::encode(figure::compose(figure), format, metadata);
}

void write_figure(AtomicFile file, const HeatmapFigure& figure, const FigureMetadata& metadata) {
    figure::write(std::move(file), figure, metadata);
}

void write_figure(AtomicFile file, const LineFigure& figure, const FigureMetadata& metadata) {
    figure::write(std::move(file), figure, metadata);
}

}  // namespace gradscape
