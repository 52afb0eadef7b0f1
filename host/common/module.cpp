// SPDX-License-Identifier: MIT
#include "host/common/module.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "gradscape/error.hpp"

namespace gradscape::common {
namespace {

namespace fs = std::filesystem;

/// Where this code lies: in the program, or in a shared object that another program loaded (a
/// Python module).
std::vector<fs::path> own_folders() {
    std::vector<fs::path> folders;
    std::error_code none;
    Dl_info object{};
    // Of a program it is what it was called by, perhaps without a folder.
    if (dladdr(reinterpret_cast<const void*>(&load_module), &object) != 0 && object.dli_fname &&
        fs::path(object.dli_fname).has_parent_path())
        folders.push_back(fs::path(object.dli_fname).parent_path());
    folders.push_back(fs::read_symlink("/proc/self/exe", none).parent_path());
    return folders;
}

}  // namespace

std::string module_file(const std::string& name) {
    std::error_code none;
    for (const fs::path& own : own_folders())
        for (const char* folder : {".", GRADSCAPE_LIBDIR})
            if (const auto file = own / folder / name; fs::exists(file, none)) return file;
    return name;
}

void* load_module(const std::string& file, const char* symbol, const ModulePurpose& purpose) {
    void* module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = module ? dlsym(module, symbol) : nullptr;
    if (!entry)
        throw RunError(
            fmt::format("{}: {}; needed are {}, where it was installed or in a folder of "
                        "LD_LIBRARY_PATH, and {}",
                        purpose.cannot, dlerror(), file, purpose.libraries));
    return entry;
}

}  // namespace gradscape::common
