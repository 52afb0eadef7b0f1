// SPDX-License-Identifier: MIT
#include "tools/python/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <system_error>
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

/// Why no file can be written there, by the system's number; 0 where that does not tell.
int why_not_written(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code none;
    if (fs::is_directory(path, none)) return EISDIR;
    if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0) return 0;
    if (errno != ENOENT) return errno;
    const fs::path parent = fs::path(path).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

}  // namespace

void check_readable(const std::string& path) {
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0) return;
    const int why = errno;
    throw FileError(std::strerror(why), why, path);
}

AtomicFile open_file(const std::string& path) {
    try {
        return AtomicFile(path);
    } catch (const InputError& error) {
        throw FileError(error.what(), why_not_written(path), path);
    }
}

std::optional<nb::bytes> make_figure(const std::string& format, const std::string& path,
                                     const std::function<FigureOf(const Context&)>& compose,
                                     const Means& means) {
    const FigureFormat chosen = path.empty() ? format_named(format) : check_figure_path(path);
    std::optional<AtomicFile> file;  // what is wrong with it is said before the work
    if (!path.empty()) file.emplace(open_file(path));
    std::optional<FigureOf> made;
    run(HUGE_VAL, means, [&](const Context& context) { made = compose(context); });
    std::string bytes = run_apart([made = *std::move(made), chosen] {
        return std::visit(
            [&](const auto& figure) {
                return figure_bytes(figure, chosen, made.metadata, made.page);
            },
            made.figure);
    });
    if (!file) return nb::bytes(bytes.data(), bytes.size());
    run(HUGE_VAL, {}, [&](const Context&) { write_file(*std::move(file), bytes); });
    return {};
}

}  // namespace gradscape::python
