// SPDX-License-Identifier: MIT
#include "gradscape/color_doubt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "gradscape/context.hpp"
#include "gradscape/error.hpp"
#include "gradscape/error_bound.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/values.hpp"
#include "host/serve/parallel.hpp"

namespace gradscape::serve {
namespace {

/// A field's values, widened.
std::vector<double> values_of(const LoadedModel& model, View view, Field field, unsigned threads) {
    view.fields = {field};
    Context context;
    context.threads = threads;
    std::vector<double> values(view.grid.cells());
    with_real(view.precision, [&](auto real) {
        std::vector<decltype(real)> narrow(values.size());
        FieldArray<void*> out{};
        out[field] = narrow.data();
        fill_values(model, view, out, context);
        values.assign(narrow.begin(), narrow.end());
    });
    return values;
}

}  // namespace
}  // namespace gradscape::serve

namespace gradscape {

std::vector<std::uint8_t> doubtful_colors(const LoadedModel& model, const View& view, Field field,
                                          const ColorMap& map, unsigned threads) {
    if (FieldSet{field}.any_training())
        throw InputError(fmt::format(
            "{}: no error bound is known, since one rounding can turn a path", name_of(field)));
    if (threads == 0) threads = available_threads();
    const std::vector<double> values = serve::values_of(model, view, field, threads);
    // The model outlives this call.
    const std::shared_ptr<const LoadedModel> borrowed(std::shared_ptr<void>(), &model);
    const ErrorBound bound(borrowed, view.grid.wx, {false, view.method, view.precision}, {field});
    const std::vector<double> wx = view.grid.wx.values();
    const double nothing = with_real(view.precision, [](auto real) {
        return double{std::numeric_limits<decltype(real)>::min()};
    });
    std::vector<std::uint8_t> doubtful(values.size());
    serve::for_each_parallel(view.grid.rows(), threads, [&](std::size_t i) {
        const RowErrorBound row = bound.row(view.grid.wrec.at(i));
        for (std::size_t j = 0; j < wx.size(); ++j) {
            check_stop();
            const PointErrorBound at = row(wx[j]);
            const std::size_t cell = i * wx.size() + j;
            const double value = values[cell], error = bound.of(field, at, value);
            double low = value - error, high = value + error;
            if (!std::isfinite(error))
                low = bound.floor(field, at), high = bound.ceiling(field, at);
            if (std::max(std::abs(low), std::abs(high)) < nothing) continue;
            const bool unknown = std::isinf(low) && std::isinf(high);
            doubtful[cell] = unknown || map.index(low) != map.index(value) ||
                             map.index(high) != map.index(value);
        }
    });
    return doubtful;
}

}  // namespace gradscape
