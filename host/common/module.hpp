// Parts of the program that bring libraries of their own, and are loaded by the first who needs
// them.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace gradscape::common {

/// A module's file, `name` without a folder: beside this code or in the library folder of its
/// installation; else the bare name, which the loader searches for.
std::string module_file(const std::string& name);

/// What a module is for, to say what is wrong.
struct ModulePurpose {
    const char *cannot, *libraries;  ///< "figures cannot be drawn", "Cairo and Pango"
};

/// The module's only symbol; it stays loaded. RunError where it, or a library it needs, is missing.
void* load_module(const std::string& file, const char* symbol, const ModulePurpose& purpose);

}  // namespace gradscape::common
