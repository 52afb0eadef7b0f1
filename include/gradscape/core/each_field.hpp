// Fields as types, for code that is made anew for each.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "gradscape/core/platform.hpp"
#include "gradscape/field.hpp"

namespace gradscape {

template <Field field>
using FieldConstant = std::integral_constant<Field, field>;

/// Calls `use(FieldConstant{})` for each field of the set.
template <const FieldSet& Set, class Use, std::size_t... Index>
GRADSCAPE_HD inline void for_each_field(const Use& use, std::index_sequence<Index...>) {
    const auto visit = [&](auto field) {
        if constexpr (Set.has(decltype(field)::value)) use(field);
    };
    (visit(FieldConstant<static_cast<Field>(Index)>{}), ...);
}
template <class Use>
GRADSCAPE_HD inline void for_each_plain_field(const Use& use) {
    for_each_field<plain_fields>(use, std::make_index_sequence<field_count>{});
}
template <class Use>
GRADSCAPE_HD inline void for_each_curvature_field(const Use& use) {
    for_each_field<curvature_fields>(use, std::make_index_sequence<field_count>{});
}

}  // namespace gradscape
