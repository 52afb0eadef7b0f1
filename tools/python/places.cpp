// SPDX-License-Identifier: MIT
#include "tools/python/places.hpp"

#include <fmt/format.h>

#include "gradscape/error.hpp"

namespace gradscape::python {
namespace {

void check(Field field, const View& view, const Buffer& buffer) {
    const char wanted = view.precision == Precision::f32 ? 'f' : 'd';
    const auto rows = static_cast<Py_ssize_t>(view.grid.rows()),
               cols = static_cast<Py_ssize_t>(view.grid.cols());
    if (buffer.format() == wanted && buffer->ndim == 2 && buffer->shape[0] == rows &&
        buffer->shape[1] == cols && PyBuffer_IsContiguous(&*buffer, 'C') != 0)
        return;
    throw InputError(fmt::format("{}: a C-contiguous array of float{} and shape ({}, {}) is wanted",
                                 name_of(field), wanted == 'f' ? 32 : 64, rows, cols));
}

}  // namespace

Places::Places(const View& view, const nb::list& arrays, bool writable) {
    std::size_t index = 0;
    for (Field field : view.fields) {
        const Buffer& buffer =
            buffers_.emplace_back(arrays[index++], writable ? PyBUF_RECORDS : PyBUF_RECORDS_RO);
        check(field, view, buffer);
        data_[field] = buffer->buf;
    }
}

}  // namespace gradscape::python
