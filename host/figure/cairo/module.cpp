// Cairo surfaces for the three formats.
// SPDX-License-Identifier: MIT
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "gradscape/error.hpp"
#include "host/figure/cairo/cairo.hpp"
#include "host/figure/drawing.hpp"

namespace gradscape::figure {
namespace {

struct DestroyContext {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

void draw_on(cairo_surface_t* surface, const Scene& scene, double scale) {
    const std::unique_ptr<cairo_t, DestroyContext> cairo(cairo_create(surface));
    const double pixels_per_unit = scale * scene.scale;  // 0 of vector output
    const double zoom = scale > 0 ? pixels_per_unit : scene.scale;
    if (zoom != 1) cairo_scale(cairo.get(), zoom, zoom);
    draw(cairo.get(), scene, pixels_per_unit);
    cairo_surface_flush(surface);
    if (const cairo_status_t status = cairo_status(cairo.get()); status != CAIRO_STATUS_SUCCESS)
        throw RunError(fmt::format("cannot draw the figure: {}", cairo_status_to_string(status)));
}

cairo_status_t append(void* to, const unsigned char* data, unsigned size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
}

class CairoDrawing final : public Drawing {
    TextExtent measure(const std::string& markup, double size) const override {
        return measure_text(markup, size);
    }

    RgbImage raster(const Scene& scene, double pixels_per_point) const override {
        const auto pixels = [&](double units) {  // what rounding adds is no pixel
            return static_cast<int>(std::ceil(units * scene.scale * pixels_per_point - 1e-6));
        };
        const int cols = pixels(scene.width), rows = pixels(scene.height);
        const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, cols, rows));
        draw_on(surface.get(), scene, pixels_per_point);
        const auto* row =
            reinterpret_cast<const unsigned char*>(cairo_image_surface_get_data(surface.get()));
        const int stride = cairo_image_surface_get_stride(surface.get());
        RgbImage image{static_cast<std::size_t>(cols), static_cast<std::size_t>(rows), {}};
        image.pixels.reserve(3 * image.cols * image.rows);
        for (int y = 0; y < rows; ++y, row += stride)
            for (int x = 0; x < cols; ++x) {
                const auto packed = reinterpret_cast<const std::uint32_t*>(row)[x];
                for (int shift : {16, 8, 0})
                    image.pixels.push_back(static_cast<std::uint8_t>(packed >> shift));
            }
        return image;
    }

    std::string svg(const Scene& scene) const override {
        std::string svg;
        const Surface surface(cairo_svg_surface_create_for_stream(
            append, &svg, scene.width * scene.scale, scene.height * scene.scale));
        draw_on(surface.get(), scene, 0);
        cairo_surface_finish(surface.get());
        return svg;
    }

    std::string pdf(const Scene& scene, const std::string& subject) const override {
        std::string pdf;
        const Surface surface(cairo_pdf_surface_create_for_stream(
            append, &pdf, scene.width * scene.scale, scene.height * scene.scale));
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT, subject.c_str());
        if (!scene.title.empty())
            cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                           scene.title.c_str());
        // A fixed date: the same figure is the same bytes.
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                       "2000-01-01T00:00:00Z");
        draw_on(surface.get(), scene, 0);
        cairo_surface_finish(surface.get());
        return pdf;
    }
};

}  // namespace
}  // namespace gradscape::figure

[[gnu::visibility("default")]] const gradscape::figure::Drawing* gradscape_drawing() {
    gradscape::figure::expect_fonts();
    static const gradscape::figure::CairoDrawing drawing;
    return &drawing;
}
