// Whole surfaces for the tests: every wanted field of a grid as one array.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

#include "gradscape/loaded_model.hpp"

namespace gradscape {

template <class Real>
struct SurfaceValues {
    FieldArray<std::vector<Real>> fields;

    const std::vector<Real>& operator[](Field field) const { return fields[field]; }
};

/// Fills the grid strip by strip; fields that were not asked for stay empty.
template <class Real>
SurfaceValues<Real> surface_values(const LoadedModel& model, View view,
                                   std::size_t strip_rows = 1u << 20) {
    view.precision = sizeof(Real) == 4 ? Precision::f32 : Precision::f64;
    SurfaceValues<Real> values;
    for (Field field : view.fields) values.fields[field].resize(view.grid.cells());
    const StripFiller fill = model.values(view);
    for (std::size_t row = 0; row < view.grid.rows(); row += strip_rows) {
        Strip strip{row, std::min(strip_rows, view.grid.rows() - row), {}};
        for (Field field : view.fields)
            strip.data[field] = values.fields[field].data() + row * view.grid.cols();
        fill(strip);
    }
    return values;
}
template <class Real>
SurfaceValues<Real> surface_values(const Evaluator& evaluator, const Model& model, const View& view,
                                   std::size_t strip_rows = 1u << 20) {
    return surface_values<Real>(*evaluator.load(model), view, strip_rows);
}

}  // namespace gradscape
