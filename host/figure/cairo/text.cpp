// Pango layouts with metrics that do not depend on the output (no hinting, no rounding).
// SPDX-License-Identifier: MIT
#include <pango/pangocairo.h>

#include <memory>

#include "gradscape/error.hpp"
#include "host/figure/cairo/cairo.hpp"

namespace gradscape::figure {
namespace {

struct Unref {
    template <class Object>
    void operator()(Object* object) const {
        g_object_unref(object);
    }
};

std::unique_ptr<PangoContext, Unref> make_context() {
    std::unique_ptr<PangoContext, Unref> context(
        pango_font_map_create_context(pango_cairo_font_map_get_default()));
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context.get(), options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context.get(), 72);  // a unit is a point
    pango_context_set_round_glyph_positions(context.get(), FALSE);
    return context;
}

std::unique_ptr<PangoLayout, Unref> make_layout(const std::string& markup, double size) {
    const auto context = make_context();
    std::unique_ptr<PangoLayout, Unref> layout(pango_layout_new(context.get()));
    PangoFontDescription* font = pango_font_description_from_string("DejaVu Sans, Sans");
    pango_font_description_set_size(font, static_cast<int>(size * PANGO_SCALE));
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    if (pango_parse_markup(markup.c_str(), -1, 0, nullptr, nullptr, nullptr, nullptr))
        pango_layout_set_markup(layout.get(), markup.c_str(), -1);
    else
        pango_layout_set_text(layout.get(), markup.c_str(), -1);  // not markup after all
    return layout;
}

double points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

}  // namespace

void expect_fonts() {
    // Pango lists families, as Sans, even where no file has one of them.
    const auto context = make_context();
    PangoFontDescription* wanted = pango_font_description_from_string("DejaVu Sans, Sans 10");
    const std::unique_ptr<PangoFont, Unref> font(pango_context_load_font(context.get(), wanted));
    pango_font_description_free(wanted);
    if (!font)
        throw RunError(
            "figures cannot be drawn: there is no font on this machine; install one, as the Debian "
            "package fonts-dejavu-core");
}

TextExtent measure_text(const std::string& markup, double size) {
    const auto layout = make_layout(markup, size);
    PangoRectangle inked, logical;
    pango_layout_get_extents(layout.get(), &inked, &logical);
    const int baseline = pango_layout_get_baseline(layout.get());
    return {points(logical.width), points(baseline - inked.y),
            points(inked.y + inked.height - baseline)};
}

void draw_text(cairo_t* cairo, const Text& text) {
    const auto layout = make_layout(text.markup, text.size);
    cairo_save(cairo);
    cairo_set_source_rgb(cairo, text.color.r / 255.0, text.color.g / 255.0, text.color.b / 255.0);
    cairo_translate(cairo, text.origin.x, text.origin.y);
    if (text.upright) cairo_rotate(cairo, -G_PI / 2);
    cairo_move_to(cairo, 0, -points(pango_layout_get_baseline(layout.get())));
    if (text.halo) {
        pango_cairo_layout_path(cairo, layout.get());
        cairo_save(cairo);
        cairo_set_source_rgb(cairo, 1, 1, 1);
        cairo_set_line_width(cairo, halo_width);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(cairo);
        cairo_restore(cairo);
        cairo_move_to(cairo, 0, -points(pango_layout_get_baseline(layout.get())));
    }
    pango_cairo_show_layout(cairo, layout.get());
    cairo_restore(cairo);
}

}  // namespace gradscape::figure
