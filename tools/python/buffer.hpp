// Python's buffer protocol, which arrays speak faster than any other: a view of their memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <string_view>

namespace gradscape::python {

namespace nb = nanobind;

/// Lives with the interpreter's lock; between, the memory may be used without it.
class Buffer {
public:
    Buffer(nb::handle object, int flags) {
        if (PyObject_GetBuffer(object.ptr(), &view_, flags) != 0) throw nb::python_error();
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    Buffer(Buffer&& other) noexcept : view_(other.view_) { other.view_.obj = nullptr; }
    ~Buffer() { PyBuffer_Release(&view_); }

    const Py_buffer& operator*() const { return view_; }
    const Py_buffer* operator->() const { return &view_; }
    /// One letter of the struct module's, of native numbers; 0 for others.
    char format() const {
        const std::string_view text = view_.format ? view_.format : "B";
        return text.size() == 1 ? text[0] : '\0';
    }

private:
    Py_buffer view_{};
};

}  // namespace gradscape::python
