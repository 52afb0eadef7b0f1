// SPDX-License-Identifier: MIT
#include "host/evaluate/prepared_model.hpp"

namespace gradscape {

const Sequences& PreparedModel::merged() const {
    return made(merged_, [&] { return merge_identical(model_.sequences); });
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
    return made(doubles_, [&] { return DataArrays<double>(merged(), merged().total_weight()); });
}

const DataArrays<double>& PreparedModel::row_data() const {
    return made(row_data_, [&] {
        return DataArrays<double>(compress_for_rows(merged()), merged().total_weight());
    });
}

}  // namespace gradscape
