// Where the article's colours fit.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/common/common_options.hpp"

namespace gradscape::cli {

/// Losses and gradients grow with the length, and with the numbers in a file; a saturating cell has
/// other ones altogether. The seed hardly matters.
inline bool article_range_fits(const DataOptions& data, const RecurrentUnit& unit) {
    const DataOptions articles;
    return has_row_form(unit) && data.file.empty() && data.sequences == articles.sequences &&
           data.length == articles.length;
}

/// Whether the field has a range of the article's, or is a count, whose range is known anyway.
inline bool article_shows(Field field) {
    const FieldSet one{field};
    return !one.any_curvature() && (!one.any_training() || row_of(field).counts_iterations);
}

}  // namespace gradscape::cli
