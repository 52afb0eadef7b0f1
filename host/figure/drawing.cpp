// SPDX-License-Identifier: MIT
#include "host/figure/drawing.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "gradscape/error.hpp"

namespace gradscape::figure {

const Drawing& load_drawing(const char* file) {
    void* module = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void* entry = module ? dlsym(module, "gradscape_drawing") : nullptr;
    if (!entry)
        throw RunError(
            fmt::format("figures cannot be drawn: {}; {} must lie where it was installed "
                        "or in a folder of LD_LIBRARY_PATH",
                        dlerror(), file));
    return *reinterpret_cast<decltype(&gradscape_drawing)>(entry)();
}

const Drawing& drawing() {
    static const Drawing& loaded = load_drawing(GRADSCAPE_DRAWING_FILE);
    return loaded;
}

}  // namespace gradscape::figure
