// SPDX-License-Identifier: MIT
#include "host/figure/drawing.hpp"

#include "host/common/module.hpp"

namespace gradscape::figure {

const Drawing* load_drawing(const std::string& file) {
    void* const entry = common::load_module(file, "gradscape_drawing",
                                            {"figures cannot be drawn", "Cairo and Pango"});
    return reinterpret_cast<decltype(&gradscape_drawing)>(entry)();
}

const Drawing& drawing() {
    static const Drawing* const loaded = load_drawing(common::module_file(GRADSCAPE_DRAWING_FILE));
    return *loaded;
}

}  // namespace gradscape::figure
