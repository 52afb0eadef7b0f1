// The plain fields of a cell, from its loss and gradient: one text for every method and every kind
// of value.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/each_field.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/core/wide.hpp"
#include "gradscape/field.hpp"

namespace gradscape {

/// A cell evaluated by BPTT, ...
template <class V>
struct PlainCell {
    const LossGradient<V>& at;
    GRADSCAPE_HD V loss() const { return at.loss; }
    GRADSCAPE_HD V log10_loss() const { return log10_of(at.loss); }
    GRADSCAPE_HD V grad_wx() const { return at.grad_wx; }
    GRADSCAPE_HD V grad_wrec() const { return at.grad_wrec; }
};
/// ... in wide arithmetic, ...
template <class V>
struct WideCell {
    const WideLossGradient<V>& at;
    GRADSCAPE_HD V loss() const { return value_of(at.loss); }
    GRADSCAPE_HD V log10_loss() const { return log10_of(at.loss); }
    GRADSCAPE_HD V grad_wx() const { return value_of(at.grad_wx); }
    GRADSCAPE_HD V grad_wrec() const { return value_of(at.grad_wrec); }
};
/// ... and by the row form, in a column of a plain row's segment.
template <class V>
struct RowCell {
    const RowLines<real_of<V>>& lines;
    V column, wx;
    GRADSCAPE_HD V loss() const { return row_loss(lines, column); }
    GRADSCAPE_HD V log10_loss() const { return log10_of(loss()); }
    GRADSCAPE_HD V grad_wx() const { return row_grad_wx(lines, column); }
    GRADSCAPE_HD V grad_wrec() const { return row_grad_wrec(lines, column, wx); }
};

template <Field field, class Cell>
GRADSCAPE_HD inline auto field_value(const Cell& cell) {
    static_assert(plain_fields.has(field));
    if constexpr (field == Field::loss) return cell.loss();
    if constexpr (field == Field::grad_wx) return cell.grad_wx();
    if constexpr (field == Field::grad_wrec) return cell.grad_wrec();
    if constexpr (field == Field::grad_norm) return norm_of(cell.grad_wx(), cell.grad_wrec());
    if constexpr (field == Field::log10_loss) return cell.log10_loss();
}

}  // namespace gradscape
