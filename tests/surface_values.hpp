// Whole surfaces for the tests: every wanted field of a grid as one array.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "gradscape/loaded_model.hpp"

namespace gradscape {

/// The fields of one point evaluation, in the order that the tests look at them.
inline constexpr std::array<Field, 5> plain_fields{Field::loss, Field::grad_wx, Field::grad_wrec,
                                                   Field::grad_norm, Field::log10_loss};
inline FieldSet all_plain_fields() {
    FieldSet fields;
    for (Field field : plain_fields) fields.add(field);
    return fields;
}

template <class Real>
struct SurfaceValues {
    std::array<std::vector<Real>, field_count> fields;

    const std::vector<Real>& operator[](Field field) const {
        return fields[static_cast<std::size_t>(field)];
    }
};

/// Fills the grid strip by strip; fields that were not asked for stay empty.
template <class Real>
SurfaceValues<Real> surface_values(const LoadedModel& model, View view,
                                   std::size_t strip_rows = 1u << 20) {
    view.precision = sizeof(Real) == 4 ? Precision::f32 : Precision::f64;
    SurfaceValues<Real> values;
    for (std::size_t f = 0; f < field_count; ++f)
        if (view.fields.has(static_cast<Field>(f))) values.fields[f].resize(view.grid.cells());
    const StripFiller fill = model.values(view);
    for (std::size_t row = 0; row < view.grid.rows(); row += strip_rows) {
        Strip strip{row, std::min(strip_rows, view.grid.rows() - row), {}};
        for (std::size_t f = 0; f < field_count; ++f)
            if (!values.fields[f].empty())
                strip.data[f] = values.fields[f].data() + row * view.grid.cols();
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
