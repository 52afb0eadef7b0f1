// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "gradscape/color_fit.hpp"
#include "gradscape/values.hpp"

namespace gradscape {

std::vector<double> grid_values(const LoadedModel& model, View view, Field field,
                                const Context& context) {
    view.fields = {field};
    Context quiet = context;
    quiet.progress = nullptr;
    return with_real(view.precision, [&](auto real) {
        std::vector<decltype(real)> values(view.grid.cells());
        FieldArray<void*> places;
        places[field] = values.data();
        fill_values(model, view, places, quiet);
        return std::vector<double>(values.begin(), values.end());
    });
}

std::vector<double> sample_values(const LoadedModel& model, View view, Field field,
                                  const Context& context) {
    for (Axis* axis : {&view.grid.wx, &view.grid.wrec})
        axis->size = std::min(axis->size, sample_side);
    std::vector<double> values = grid_values(model, view, field, context);
    const FieldRow& row = row_of(field);
    std::erase_if(values, [&](double value) {
        const bool lowest = row.colors.minus_infinity_is_lowest && value == -HUGE_VAL;
        return row.counts_iterations ? value < 0 : !std::isfinite(value) && !lowest;
    });
    return values;
}

}  // namespace gradscape
