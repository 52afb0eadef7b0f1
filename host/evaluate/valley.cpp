// SPDX-License-Identifier: MIT
#include "gradscape/valley.hpp"

#include "gradscape/core/row_form.hpp"
#include "host/evaluate/prepared_data.hpp"

namespace gradscape {

std::vector<double> valley_wx(const Sequences& sequences, std::span<const double> wrec) {
    const RowArrays data(merge_identical(sequences));
    std::vector<Power<double>> scratch(static_cast<std::size_t>(data.count()));
    std::vector<double> valley;
    for (const double r : wrec) {
        const auto row = row_coefficients(data.view(), r, scratch.data());
        valley.push_back(scaled_by(row.u_star, row.target_exponent - row.p_exponent));
    }
    return valley;
}

}  // namespace gradscape
