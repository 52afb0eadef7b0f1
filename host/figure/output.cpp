// Cairo surfaces for the three formats, their metadata, and the public write_figure().
// SPDX-License-Identifier: MIT
#include "host/figure/output.hpp"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "host/figure/png_image.hpp"
#include "host/figure/render.hpp"

namespace gradscape::figure {
namespace {

struct Destroy {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

void draw_on(cairo_surface_t* surface, const Scene& scene, double scale) {
    const std::unique_ptr<cairo_t, Destroy> cairo(cairo_create(surface));
    if (scale > 0) cairo_scale(cairo.get(), scale, scale);
    draw(cairo.get(), scene, scale);
    cairo_surface_flush(surface);
    if (const cairo_status_t status = cairo_status(cairo.get()); status != CAIRO_STATUS_SUCCESS)
        throw RunError(fmt::format("cannot draw the figure: {}", cairo_status_to_string(status)));
}

std::string to_png(const Scene& scene, const FigureMetadata& metadata) {
    const int cols = static_cast<int>(std::ceil(scene.width * pixels_per_point));
    const int rows = static_cast<int>(std::ceil(scene.height * pixels_per_point));
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, cols, rows));
    draw_on(surface.get(), scene, pixels_per_point);
    const auto* row =
        reinterpret_cast<const unsigned char*>(cairo_image_surface_get_data(surface.get()));
    const int stride = cairo_image_surface_get_stride(surface.get());
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(3 * cols) * static_cast<std::size_t>(rows));
    for (int y = 0; y < rows; ++y, row += stride)
        for (int x = 0; x < cols; ++x) {
            const auto packed = reinterpret_cast<const std::uint32_t*>(row)[x];
            for (int shift : {16, 8, 0})
                pixels.push_back(static_cast<std::uint8_t>(packed >> shift));
        }
    return encode_png(cols, rows, pixels, metadata);
}

cairo_status_t append(void* to, const unsigned char* data, unsigned size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
}

std::string to_svg(const Scene& scene, const FigureMetadata& metadata) {
    std::string svg;
    {
        const Surface surface(
            cairo_svg_surface_create_for_stream(append, &svg, scene.width, scene.height));
        draw_on(surface.get(), scene, 0);
    }
    std::string texts;
    for (const auto& [keyword, text] : metadata)
        texts += escape_markup(keyword) + ": " + escape_markup(text) + "\n";
    const std::size_t root_end = svg.find('>', svg.find("<svg"));
    if (!texts.empty()) svg.insert(root_end + 1, "\n<metadata>" + texts + "</metadata>");
    return svg;
}

std::string to_pdf(const Scene& scene, const FigureMetadata& metadata) {
    std::string pdf;
    const Surface surface(
        cairo_pdf_surface_create_for_stream(append, &pdf, scene.width, scene.height));
    std::string texts;
    for (const auto& [keyword, text] : metadata) texts += keyword + ": " + text + "\n";
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT, texts.c_str());
    // A fixed date: the same figure is the same bytes.
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   "2000-01-01T00:00:00Z");
    draw_on(surface.get(), scene, 0);
    cairo_surface_finish(surface.get());
    return pdf;
}

template <class Figure>
void write(const std::string& path, const Figure& figure, const FigureMetadata& metadata) {
    const FileFormat format = format_of(path);
    write_file(path, encode(compose(figure), format, metadata));
}

}  // namespace

FileFormat format_of(const std::string& path) {
    const std::string extension = std::filesystem::path(path).extension();
    if (extension == ".png") return FileFormat::png;
    if (extension == ".svg") return FileFormat::svg;
    if (extension == ".pdf") return FileFormat::pdf;
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

void check_figure_path(const std::string& path) { figure::format_of(path); }

void write_figure(const std::string& path, const HeatmapFigure& figure,
                  const FigureMetadata& metadata) {
    figure::write(path, figure, metadata);
}

void write_figure(const std::string& path, const LineFigure& figure,
                  const FigureMetadata& metadata) {
    figure::write(path, figure, metadata);
}

}  // namespace gradscape
