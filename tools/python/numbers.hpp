// Arrays of Python's as the library's numbers: one copy, whatever their type and layout.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <vector>

#include "gradscape/sequences.hpp"

namespace gradscape::python {

namespace nb = nanobind;

/// InputError where the shapes do not fit or a value is not finite. `weights` may be None.
Sequences sequences_from(nb::handle x, nb::handle y, nb::handle weights);

/// InputError that names the first that is not finite. `cols` above 0: of two dimensions.
void check_finite(const std::vector<double>& values, const char* name, std::size_t cols);

/// One or two dimensions as doubles. Of many it lets the interpreter's lock go, and Ctrl-C ends it.
std::vector<double> numbers_from(nb::handle values, const char* name, int dimensions,
                                 std::size_t shape[2]);

}  // namespace gradscape::python
