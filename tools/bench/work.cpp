// SPDX-License-Identifier: MIT
#include "tools/bench/work.hpp"

namespace gradscape::bench {
namespace {

/// Of f in one step, as gradscape/core/elementary.hpp states its cost: multiply-adds count twice,
/// additions, multiplications and divisions once; selects and bit operations not at all.
double activation_flop(Activation activation, Precision precision) {
    const bool f32 = precision == Precision::f32;
    switch (activation) {
        case Activation::tanh:
            return f32 ? 2 * 8 + 6 + 1 : 2 * 13 + 6 + 1;
        case Activation::sigmoid:
            return f32 ? 2 * 9 + 5 + 1 : 2 * 14 + 5 + 1;
        case Activation::linear:
        case Activation::relu:
            break;
    }
    return 0;
}

/// Of f' from the state, and its product with the gradient.
double slope_flop(Activation activation) {
    if (activation == Activation::linear) return 0;
    return activation == Activation::relu ? 1 : 3;
}

}  // namespace

double bptt_flop(Activation activation, Precision precision, std::size_t N, std::size_t T,
                 bool gradients) {
    const auto steps = static_cast<double>(T);
    double sequence = 2 * (steps + 1) + steps * activation_flop(activation, precision);
    if (gradients) sequence += 2 * (2 * steps + 2) + steps * slope_flop(activation);
    return static_cast<double>(N) * sequence;
}

double rows_flop(const FieldSet& fields) {
    return (fields.has(Field::loss) ? 5 : 0) + (fields.has(Field::grad_wx) ? 3 : 0) +
           (fields.has(Field::grad_wrec) ? 4 : 0);
}

double cell_bytes(const FieldSet& fields, Precision precision) {
    double bytes = 0;
    for (std::size_t f = 0; f < field_count; ++f)
        if (fields.has(static_cast<Field>(f))) bytes += precision == Precision::f32 ? 4 : 8;
    return bytes;
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
    else if (resolve_method(view.method, model.activation) == Method::rows)
        flop = rows_flop(fields);
    else
        flop = bptt(fields.has(Field::grad_wx) || fields.has(Field::grad_wrec));
    return {cells, cells * cell_bytes(fields, view.precision), cells * flop};
}

}  // namespace gradscape::bench
