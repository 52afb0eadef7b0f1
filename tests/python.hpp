// Other programs' eyes on our files: a script of Python, where its modules are installed.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/temporary_folder.hpp"

namespace gradscape::test {

inline std::string python_program() {
    const char* const found = std::getenv("GRADSCAPE_PYTHON");
    return found ? found : "python3";
}

/// Whether Python is there and imports these, separated by commas.
inline bool has_python_modules(const std::string& modules) {
    return std::system(fmt::format("{} -c 'import {}' > /dev/null 2>&1", python_program(), modules)
                           .c_str()) == 0;
}

/// The exit status; what goes wrong is on standard error.
inline int run_python(const std::string& script) {
    const TemporaryFolder folder;
    std::ofstream(folder / "script.py") << script;
    return std::system(fmt::format("{} {}", python_program(), folder / "script.py").c_str());
}

}  // namespace gradscape::test
