// Arrays of Python's as the places of a view's values.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "gradscape/evaluate.hpp"
#include "tools/python/buffer.hpp"

namespace gradscape::python {

/// The caller's arrays, one a field of the view in their order, checked to be what the values need.
class Places {
public:
    Places(const View& view, const nb::list& arrays, bool writable);

    const FieldArray<void*>& data() const { return data_; }

private:
    std::vector<Buffer> buffers_;
    FieldArray<void*> data_;
};

}  // namespace gradscape::python
