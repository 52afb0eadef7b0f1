// A made-up surface for the tests of sinks: any value is known from its cell and field alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <limits>

#include "gradscape/strips.hpp"

namespace gradscape::test {

inline View make_view(std::size_t cols, std::size_t rows, FieldSet fields = {Field::loss},
                      Precision precision = Precision::f32) {
    View view;
    view.grid = {{-3, 3, cols}, {-2.5, 2.5, rows}};
    view.fields = fields;
    view.precision = precision;
    return view;
}

/// Between about 1e-9 and 1e9, with a few infinities and NaNs strewn in.
inline double cell_value(Field field, std::size_t cell) {
    const std::size_t hash = (cell + 1) * 2654435761u % 1000003u;
    if (hash % 97 == 0) return std::numeric_limits<double>::infinity();
    if (hash % 97 == 1) return -std::numeric_limits<double>::infinity();
    if (hash % 97 == 2) return std::numeric_limits<double>::quiet_NaN();
    const double phase = static_cast<double>(cell) * 0.001 + static_cast<double>(field);
    return (hash % 3 ? 1 : -1) * std::pow(10.0, 9 * std::sin(phase));
}

template <class Real>
void fill_as(const View& view, const Strip& strip) {
    const std::size_t cols = view.grid.cols();
    for (Field field : view.fields)
        for (std::size_t cell = 0; cell < strip.rows * cols; ++cell)
            strip.field<Real>(field)[cell] =
                static_cast<Real>(cell_value(field, strip.first_row * cols + cell));
}

inline StripFiller make_filler(const View& view) {
    return [view](const Strip& strip) {
        if (view.precision == Precision::f32)
            fill_as<float>(view, strip);
        else
            fill_as<double>(view, strip);
    };
}

/// Runs one sink over the made-up surface.
inline void run_sink(Sink& sink, const View& view, unsigned threads = 2,
                     std::size_t cells_per_strip = 0) {
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.threads = threads;
    options.cells_per_strip = cells_per_strip;
    run_strips(make_filler(view), view, sinks, options);
}

}  // namespace gradscape::test
