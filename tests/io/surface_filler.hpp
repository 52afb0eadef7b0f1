// A made-up surface for the tests of sinks: any value is known from its cell and field alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <limits>

#include "gradscape/strips.hpp"

namespace gradscape::test {

inline SurfaceRequest make_request(std::size_t cols, std::size_t rows,
                                   FieldSet fields = {Field::loss},
                                   Precision precision = Precision::f32) {
    SurfaceRequest request;
    request.grid = {{-3, 3, cols}, {-2.5, 2.5, rows}};
    request.fields = fields;
    request.precision = precision;
    return request;
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
void fill_as(const SurfaceRequest& request, const Strip& strip) {
    const std::size_t cols = request.grid.cols();
    for (std::size_t f = 0; f < field_count; ++f) {
        const auto field = static_cast<Field>(f);
        if (!request.fields.has(field)) continue;
        for (std::size_t cell = 0; cell < strip.rows * cols; ++cell)
            strip.field<Real>(field)[cell] =
                static_cast<Real>(cell_value(field, strip.first_row * cols + cell));
    }
}

inline StripFiller make_filler(const SurfaceRequest& request) {
    return [request](const Strip& strip) {
        if (request.precision == Precision::f32)
            fill_as<float>(request, strip);
        else
            fill_as<double>(request, strip);
    };
}

/// Runs one sink over the made-up surface.
inline void run_sink(Sink& sink, const SurfaceRequest& request, unsigned threads = 2,
                     std::size_t cells_per_strip = 0) {
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.threads = threads;
    options.cells_per_strip = cells_per_strip;
    run_strips(make_filler(request), request, sinks, options);
}

}  // namespace gradscape::test
