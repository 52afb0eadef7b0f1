// SPDX-License-Identifier: MIT
#include "host/figure/drawing.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "gradscape/error.hpp"

namespace gradscape::figure {
namespace {

/// Where this program's own module lies; else its bare name, which the loader searches for.
std::string drawing_file() {
    std::error_code none;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
    for (const char* folder : {".", GRADSCAPE_LIBDIR})
        if (const auto file = program / folder / GRADSCAPE_DRAWING_FILE;
            std::filesystem::exists(file, none))
            return file;
    return GRADSCAPE_DRAWING_FILE;
}

}  // namespace

const Drawing* load_drawing(const std::string& file) {
    void* module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = module ? dlsym(module, "gradscape_drawing") : nullptr;
    if (!entry)
        throw RunError(
            fmt::format("figures cannot be drawn: {}; needed are {}, where it was installed "
                        "or in a folder of LD_LIBRARY_PATH, and Cairo and Pango",
                        dlerror(), file));
    return reinterpret_cast<decltype(&gradscape_drawing)>(entry)();
}

const Drawing& drawing() {
    static const Drawing* const loaded = load_drawing(drawing_file());
    return *loaded;
}

}  // namespace gradscape::figure
