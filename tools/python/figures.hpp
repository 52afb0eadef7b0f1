// Figures for Python: the pages they are drawn on.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include "tools/common/figure_options.hpp"

namespace gradscape::python {

namespace nb = nanobind;

/// Of width, height and dpi as texts, title and theme, each where it is given.
cli::FigureOptions page_options(const nb::dict& given);

}  // namespace gradscape::python
