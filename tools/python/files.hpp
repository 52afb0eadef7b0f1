// Figures and files for Python.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "tools/python/working.hpp"

namespace gradscape::python {

/// OSError to Python: the file, not what was asked for, is what is wrong.
struct FileError : Error {
    using Error::Error;
};

/// FileError where it cannot be written.
AtomicFile open_file(const std::string& path);

struct FigureOf {
    std::variant<HeatmapFigure, LineFigure> figure;
    FigureMetadata metadata;
    FigurePage page;
};

/// To a file of that path, or, where the path is empty, as bytes in that format.
std::optional<nb::bytes> make_figure(const std::string& format, const std::string& path,
                                     const std::function<FigureOf(const Context&)>& compose,
                                     const Means& means = {});

}  // namespace gradscape::python
