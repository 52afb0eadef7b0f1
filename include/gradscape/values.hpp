// A view's values in memory that the caller has: no strip is copied, each is filled where it stays.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/context.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/source.hpp"

namespace gradscape {

/// Fills `values[field]`, rows × cols numbers of the view's precision in C order, row 0 = lowest
/// w_rec, for each of the view's fields. One thread that nobody asks for progress starts no other
/// and allocates next to nothing: a few microseconds where the cells are few. InputError where the
/// view cannot be served, Interrupted at a stop, which leaves the values undefined.
void fill_values(const LoadedModel& model, const View& view, const FieldArray<void*>& values,
                 const Context& context = {});

/// The strips of values that lie in memory so, for sinks.
std::unique_ptr<Source> memory_source(const View& view, const FieldArray<const void*>& values);

}  // namespace gradscape
