// Cairo surfaces for the three formats.
// SPDX-License-Identifier: MIT
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>

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

/// 0 where none is.
std::size_t number_at(const std::string& svg, std::size_t at) {
    std::size_t number = 0;
    std::from_chars(svg.data() + at, svg.data() + svg.size(), number);
    return number;
}

/// From Cairo 1.18 on only what is drawn has such a number: counted as it comes.
std::string counted_by_source(const std::string& svg) {
    constexpr std::string_view source = "source-";
    std::map<std::string, std::size_t> numbers;
    std::string counted;
    std::size_t done = 0;
    for (std::size_t at = svg.find(source); at != std::string::npos; at = svg.find(source, at)) {
        const bool is_name = at > 0 && (svg[at - 1] == '"' || svg[at - 1] == '#');
        at += source.size();
        const std::size_t end = std::min(svg.find_first_not_of("0123456789", at), svg.size());
        if (!is_name || end == at) continue;
        counted.append(svg, done, at - done);
        const std::size_t next = numbers.size() + 1;
        counted +=
            std::to_string(numbers.try_emplace(svg.substr(at, end - at), next).first->second);
        done = at = end;
    }
    return counted.append(svg, done);
}

/// Cairo counts all surfaces of the process in its identifiers. They are counted from the page's
/// own on, so that the same figure is the same bytes, whatever was drawn before it.
std::string counted_from_page(const std::string& svg) {
    constexpr std::string_view page = "surface", image = "image";
    const std::size_t place = svg.rfind("id=\"surface");
    if (place == std::string::npos) return counted_by_source(svg);
    const std::size_t before = number_at(svg, place + 4 + page.size()) - 1;
    std::string counted;
    std::size_t done = 0;
    for (std::size_t at = svg.find_first_of("\"#"); at < svg.size();
         at = svg.find_first_of("\"#", at)) {
        ++at;
        const std::string_view rest = std::string_view(svg).substr(at);
        const std::string_view prefix = rest.starts_with(page)    ? page
                                        : rest.starts_with(image) ? image
                                                                  : std::string_view();
        const std::size_t number = prefix.empty() ? 0 : number_at(svg, at + prefix.size());
        if (number <= before) continue;
        at += prefix.size();
        counted.append(svg, done, at - done);
        counted += std::to_string(number - before);
        done = svg.find_first_not_of("0123456789", at);
        at = done;
    }
    return counted.append(svg, std::min(done, svg.size()));
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
        return counted_from_page(svg);
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
