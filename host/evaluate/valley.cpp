// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "gradscape/core/row_form.hpp"
#include "gradscape/error.hpp"
#include "gradscape/loaded_model.hpp"
#include "host/evaluate/prepared_model.hpp"

namespace gradscape {

std::vector<double> LoadedModel::valley(std::span<const double> wrec) const {
    if (!has_row_form(model().activation))
        throw InputError(fmt::format("only the linear cell has a valley line, not {}",
                                     name_of(model().activation)));
    const evaluate::RowArrays& data = prepared_->row_data();
    std::vector<Power<double>> scratch(static_cast<std::size_t>(data.count()));
    std::vector<double> valley;
    for (const double r : wrec) {
        const auto row = row_coefficients(data.view(), r, scratch.data());
        valley.push_back(scaled_by(row.u_star, row.target_exponent - row.p_exponent));
    }
    return valley;
}

}  // namespace gradscape
