// SPDX-License-Identifier: MIT
#include "host/figure/drawing.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "gradscape/error.hpp"

namespace gradscape::figure {
namespace {

namespace fs = std::filesystem;

/// Where this code lies: in the program, or in a shared object that another program loaded (a
/// Python module).
std::vector<fs::path> own_folders() {
    std::vector<fs::path> folders;
    std::error_code none;
    Dl_info object{};
    // Of a program it is what it was called by, perhaps without a folder.
    if (dladdr(reinterpret_cast<const void*>(&load_drawing), &object) != 0 && object.dli_fname &&
        fs::path(object.dli_fname).has_parent_path())
        folders.push_back(fs::path(object.dli_fname).parent_path());
    folders.push_back(fs::read_symlink("/proc/self/exe", none).parent_path());
    return folders;
}

/// Beside this code or in the library folder of its installation; else the bare name, which the
/// loader searches for.
std::string drawing_file() {
    std::error_code none;
    for (const fs::path& own : own_folders())
        for (const char* folder : {".", GRADSCAPE_LIBDIR})
            if (const auto file = own / folder / GRADSCAPE_DRAWING_FILE; fs::exists(file, none))
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
