// SPDX-License-Identifier: MIT
#include "host/evaluate/prepared_model.hpp"

namespace gradscape {

const Sequences& PreparedModel::merged() const {
    const auto& merged = made(merged_, [&]() -> std::optional<Sequences> {
        if (count_distinct(model_.sequences) == model_.sequences.count) return {};
        return merge_identical(model_.sequences);
    });
    return merged ? *merged : model_.sequences;
}

bool PreparedModel::binary() const {
    return made(binary_, [&] { return is_binary(merged()); });
}

template <>
const DataArrays<float>& PreparedModel::data() const {
    return made(floats_, [&] { return DataArrays<float>(merged(), merged().total_weight()); });
}

template <>
const DataArrays<double>& PreparedModel::data() const {
    return made(doubles_,
                [&] { return DataArrays<double>(merged(), merged().total_weight(), true); });
}

const DataArrays<double>& PreparedModel::row_data() const {
    return made(row_data_, [&] {
        const double total = merged().total_weight();
        if (!can_be_compressed(merged())) return DataArrays<double>(merged(), total, true);
        return DataArrays<double>(compress_for_rows(merged()), total);
    });
}

}  // namespace gradscape
