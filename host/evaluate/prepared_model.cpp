// SPDX-License-Identifier: MIT
#include "host/evaluate/prepared_model.hpp"

#include "gradscape/core/activation.hpp"

namespace gradscape::evaluate {

const std::optional<MergedSequences>& PreparedModel::merging() const {
    return made(merged_, [&]() -> std::optional<MergedSequences> {
        if (MergedSequences::would_equal(model_.sequences)) return {};  // no copy of large data
        return MergedSequences(model_.sequences);
    });
}

const Sequences& PreparedModel::merged() const {
    const auto& merged = merging();
    return merged ? merged->sequences : model_.sequences;
}

int PreparedModel::weight_exponent() const {
    const auto& merged = merging();
    return merged ? merged->weight_exponent : 0;
}

const DataRange& PreparedModel::range() const {
    return made(range_, [&] { return DataRange(merged(), model_.initial_state); });
}

bool PreparedModel::binary() const {
    return made(binary_, [&] { return is_binary(merged()); });
}

template <>
const DataArrays<float>& PreparedModel::data() const {
    return made(floats_, [&] {
        return DataArrays<float>(merged(), merged().total_weight()).from(model_.initial_state);
    });
}

template <>
const DataArrays<double>& PreparedModel::data() const {
    return made(doubles_, [&] {
        return DataArrays<double>(merged(), merged().total_weight(), true)
            .from(model_.initial_state);
    });
}

const std::vector<SequencePlace>& PreparedModel::order() const {
    return made(order_, [&] {
        const bool zeros_stay =
            with_activation(model_.activation, [](auto f) { return decltype(f)::keeps_zero; });
        return sequence_order(merged(), zeros_stay && model_.initial_state == 0);
    });
}

CurvatureData curvature_data(const PreparedModel& prepared) {
    return PlainRange(prepared.range(), Precision::f64).with(prepared.ordered<double>());
}

const RowArrays& PreparedModel::row_data() const {
    return made(row_data_, [&] { return RowArrays(merged()); });
}

}  // namespace gradscape::evaluate
