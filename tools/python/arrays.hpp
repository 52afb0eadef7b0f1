// Arrays of the library's memory, for numpy: shared, never copied.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace gradscape::python {

namespace nb = nanobind;

/// What stubs call numpy.ndarray.
inline bool is_any(PyObject*) { return true; }
class Array : public nb::object {
    NB_OBJECT(Array, object, "numpy.ndarray", is_any)
};

/// Keeps `owner` alive as long as the array lives.
template <class Owner>
nb::capsule capsule_of(std::shared_ptr<Owner> owner) {
    using Holder = std::shared_ptr<Owner>;
    auto holder = std::make_unique<Holder>(std::move(owner));
    nb::capsule capsule(holder.get(),
                        [](void* held) noexcept { delete static_cast<Holder*>(held); });
    holder.release();
    return capsule;
}

template <class Number, class Owner>
Array array_of(Number* values, std::initializer_list<std::size_t> shape,
               std::shared_ptr<Owner> owner) {
    return nb::borrow<Array>(
        nb::cast(nb::ndarray<nb::numpy, Number>(values, shape, capsule_of(std::move(owner)))));
}

/// The vector becomes the array's memory.
template <class Number>
Array array_of(std::vector<Number> values, std::initializer_list<std::size_t> shape) {
    auto owner = std::make_shared<std::vector<Number>>(std::move(values));
    Number* const data = owner->data();
    return array_of<Number>(data, shape, std::move(owner));
}
template <class Number>
Array array_of(std::vector<Number> values) {
    const std::size_t size = values.size();
    return array_of(std::move(values), {size});
}

}  // namespace gradscape::python
