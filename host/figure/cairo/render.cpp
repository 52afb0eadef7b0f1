// One function for each kind of item.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "host/figure/cairo/cairo.hpp"

namespace gradscape::figure {
namespace {

void set_source(cairo_t* cairo, Rgb color, double opacity = 1) {
    const double r = color.r / 255.0, g = color.g / 255.0, b = color.b / 255.0;
    if (opacity == 1)
        cairo_set_source_rgb(cairo, r, g, b);
    else
        cairo_set_source_rgba(cairo, r, g, b, opacity);
}

void add_path(cairo_t* cairo, const Shape& shape) {
    cairo_new_path(cairo);
    for (const Polyline& line : shape.lines) {
        for (std::size_t i = 0; i < line.size(); ++i)
            (i == 0 ? cairo_move_to : cairo_line_to)(cairo, line[i].x, line[i].y);
        if (shape.closed) cairo_close_path(cairo);
    }
    for (const Circle& circle : shape.circles) {
        cairo_new_sub_path(cairo);  // else a line leads to the circle from the last point
        cairo_arc(cairo, circle.center.x, circle.center.y, circle.radius, 0, 2 * std::numbers::pi);
        cairo_close_path(cairo);
    }
}

void draw_item(cairo_t* cairo, const Shape& shape, double) {
    cairo_save(cairo);
    if (shape.clip) {
        cairo_rectangle(cairo, shape.clip->x, shape.clip->y, shape.clip->width, shape.clip->height);
        cairo_clip(cairo);
    }
    add_path(cairo, shape);
    if (shape.fill) {
        set_source(cairo, *shape.fill, shape.opacity);
        cairo_fill_preserve(cairo);
        // What is left of a path joins the next clip; an area may run the other way round than the
        // clip's rectangle, and so take parts out of it.
        if (shape.opacity != 1) cairo_new_path(cairo);
    }
    if (const Pen& pen = shape.pen; pen.width > 0) {
        set_source(cairo, pen.color);
        cairo_set_line_width(cairo, pen.width);
        // Ticks and frames end where they end; dots and dashed lines are round.
        const bool mitred = shape.closed;
        cairo_set_line_join(cairo, mitred ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_cap(cairo, shape.clip ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
        cairo_set_dash(cairo, pen.dashes.data(), static_cast<int>(pen.dashes.size()), 0);
        cairo_stroke(cairo);
    }
    cairo_restore(cairo);
}

/// The pixels, each repeated `zoom` times along both axes.
Surface image_of(const Picture& picture, std::size_t zoom) {
    const std::size_t cols = picture.cols * zoom;
    Surface image(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(cols),
                                             static_cast<int>(picture.rows * zoom)));
    unsigned char* line = cairo_image_surface_get_data(image.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(image.get()));
    for (std::size_t row = 0; row < picture.rows * zoom; ++row, line += stride) {
        const std::uint32_t* from = picture.pixels.data() + row / zoom * picture.cols;
        auto* to = reinterpret_cast<std::uint32_t*>(line);
        for (std::size_t col = 0; col < cols; ++col) to[col] = from[col / zoom];
    }
    cairo_surface_mark_dirty(image.get());
    return image;
}

/// SVG viewers smooth what they enlarge, so there no pixel may be much larger than half a point.
std::size_t zoom_of(const Picture& picture, double pixels_per_point) {
    if (pixels_per_point > 0) return 1;
    const double pixel = std::max(picture.box.width / static_cast<double>(picture.cols),
                                  picture.box.height / static_cast<double>(picture.rows));
    return static_cast<std::size_t>(std::ceil(std::max(1.0, pixel / 0.5)));
}

void draw_item(cairo_t* cairo, const Picture& picture, double pixels_per_point) {
    const std::size_t zoom = zoom_of(picture, pixels_per_point);
    const Surface image = image_of(picture, zoom);
    const Rect& box = picture.box;
    const double x_scale = box.width / static_cast<double>(picture.cols * zoom);
    const double y_scale = box.height / static_cast<double>(picture.rows * zoom);
    const bool average =
        pixels_per_point > 0 && std::min(x_scale, y_scale) * pixels_per_point < 0.999;
    cairo_save(cairo);
    cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    cairo_clip(cairo);
    cairo_translate(cairo, box.x, box.y);
    cairo_scale(cairo, x_scale, y_scale);
    cairo_set_source_surface(cairo, image.get(), 0, 0);
    cairo_pattern_t* pattern = cairo_get_source(cairo);
    cairo_pattern_set_filter(pattern, average ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
    cairo_paint(cairo);
    cairo_restore(cairo);
}

void draw_item(cairo_t* cairo, const Text& text, double) { draw_text(cairo, text); }

}  // namespace

void draw(cairo_t* cairo, const Scene& scene, double pixels_per_point) {
    set_source(cairo, scene.ground);
    cairo_paint(cairo);
    for (const auto& item : scene.items)
        std::visit([&](const auto& it) { draw_item(cairo, it, pixels_per_point); }, item);
}

}  // namespace gradscape::figure
