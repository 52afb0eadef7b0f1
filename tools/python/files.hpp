// Figures and files for Python.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gradscape/error.hpp"
#include "gradscape/figure.hpp"
#include "tools/python/working.hpp"

namespace gradscape::python {

/// OSError to Python: the file, not what was asked for, is what is wrong. Where the system's number
/// for it is known, the one of its kinds that Python has for that, with the path.
struct FileError : Error {
    explicit FileError(std::string_view text, int system_number = 0, std::string file = {})
        : Error(text), number(system_number), path(std::move(file)) {}

    int number;
    std::string path;
};

/// FileError where it cannot be read.
void check_readable(const std::string& path);

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
