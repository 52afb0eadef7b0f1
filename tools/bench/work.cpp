// SPDX-License-Identifier: MIT
#include "tools/bench/work.hpp"

#include <utility>

#include "gradscape/core/activation.hpp"

namespace gradscape::bench {

double bptt_flop(Activation activation, Precision precision, std::size_t N, std::size_t T,
                 bool gradients) {
    const auto steps = static_cast<double>(T);
    const auto [of_f, of_slope] = with_activation(activation, [&](auto f) {
        return with_real(precision, [](auto real) {
            using F = decltype(f);
            return std::pair(F::template flop<decltype(real)>, F::slope_flop);
        });
    });
    double sequence = 2 * (steps + 1) + steps * of_f;
    if (gradients) sequence += 2 * (2 * steps + 2) + steps * of_slope;
    return static_cast<double>(N) * sequence;
}

double curvature_flop(Activation activation, std::size_t N, std::size_t T) {
    const double of_step = with_activation(activation, [](auto f) -> double {
        using F = decltype(f);
        constexpr double recurrences = 12;  // four fma, a sum, the drive's fma and product
        if constexpr (F::constant_slope) return recurrences;
        constexpr double slopes = F::template flop<double> + 2 + 4;  // f, f', four products
        return recurrences + slopes + (F::homogeneous ? 0 : 12);     // f'' and what it bends
    });
    return static_cast<double>(N) * (static_cast<double>(T) * of_step + 12);
}

double rows_flop(const FieldSet& fields) {
    return (fields.has(Field::loss) ? 5 : 0) + (fields.has(Field::grad_wx) ? 3 : 0) +
           (fields.has(Field::grad_wrec) ? 4 : 0);
}

double cell_bytes(const FieldSet& fields, Precision precision) {
    return static_cast<double>(fields.size() * size_of(precision));
}

Work surface_work(const Model& model, const View& view) {
    const auto cells = static_cast<double>(view.grid.cells());
    const FieldSet& fields = view.fields;
    const auto bptt = [&](bool gradients) {
        return bptt_flop(model.activation, view.precision, model.sequences.count,
                         model.sequences.length, gradients);
    };
    double flop = 0;
    if (fields.any_training())
        flop = bptt(true) * (view.training.iterations + 1);
    else if (resolve_method(view.method, model.unit()) == Method::rows)
        flop = rows_flop(fields);
    else if (fields.any_plain())
        flop = bptt(fields.any_of(FieldKind::gradient));
    if (fields.any_curvature() && resolve_method(view.method, model.unit()) == Method::bptt)
        flop += curvature_flop(model.activation, model.sequences.count, model.sequences.length);
    return {cells, cells * cell_bytes(fields, view.precision), cells * flop};
}

}  // namespace gradscape::bench
