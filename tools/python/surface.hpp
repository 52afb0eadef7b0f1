// What the module's parts that evaluate have in common.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/python/data.hpp"
#include "tools/python/working.hpp"

namespace gradscape::python {

/// InputError, by this name, where it is no range of an axis of so many points.
Axis axis_of(const char* name, double lo, double hi, std::size_t size);

Means means_of(int threads, const nb::object& progress);

void bind_surface(nb::module_& m);
void bind_colors(nb::module_& m);
void bind_pictures(nb::module_& m);
void bind_figures(nb::module_& m);
void bind_training(nb::module_& m);
void bind_comparison(nb::module_& m);
void bind_explorer(nb::module_& m);

}  // namespace gradscape::python
