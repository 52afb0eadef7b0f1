// SPDX-License-Identifier: MIT
#include "tools/python/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gradscape::python {
namespace {

FigureFormat format_named(const std::string& name) {
    const auto found = std::ranges::find(figure_format_names, name);
    if (found == figure_format_names.end())
        throw InputError(fmt::format("format {}: unknown; choose one of {}", name,
                                     fmt::join(figure_format_names, ", ")));
    return static_cast<FigureFormat>(found - figure_format_names.begin());
}

}  // namespace

AtomicFile open_file(const std::string& path) {
    try {
        return AtomicFile(path);
    } catch (const InputError& error) {
        throw FileError(error.what());
    }
}

std::optional<nb::bytes> make_figure(const std::string& format, const std::string& path,
                                     const std::function<FigureOf(const Context&)>& compose,
                                     const Means& means) {
    if (!path.empty()) {
        check_figure_path(path);
        run(HUGE_VAL, means, [&](const Context& context) {
            AtomicFile file = open_file(path);
            const FigureOf made = compose(context);
            std::visit(
                [&](const auto& figure) {
                    write_figure(std::move(file), figure, made.metadata, made.page);
                },
                made.figure);
        });
        return {};
    }
    const FigureFormat chosen = format_named(format);
    std::string bytes;
    run(HUGE_VAL, means, [&](const Context& context) {
        const FigureOf made = compose(context);
        bytes = std::visit(
            [&](const auto& figure) {
                return figure_bytes(figure, chosen, made.metadata, made.page);
            },
            made.figure);
    });
    return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace gradscape::python
