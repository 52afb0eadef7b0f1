// SPDX-License-Identifier: MIT
#include "tools/python/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/stop.hpp"
#include "tools/python/buffer.hpp"
#include "tools/python/working.hpp"

namespace gradscape::python {
namespace {

/// For many numbers without the interpreter's lock, and with Ctrl-C seen; a few are done sooner
/// than the lock is handed over.
void work_on(std::size_t numbers, const std::function<void()>& work) {
    constexpr std::size_t few = 1 << 16;
    if (numbers <= few) return work();
    run(HUGE_VAL, {}, [&](const Context&) { work(); });
}

/// Any strides; numbers may lie at any address.
template <class Number>
void append_numbers(const Py_buffer& from, std::vector<double>& to) {
    constexpr Py_ssize_t block = 4096;  // between looks whether to stop
    const Py_ssize_t rows = from.ndim == 2 ? from.shape[0] : 1;
    const Py_ssize_t cols = from.shape[from.ndim - 1], step = from.strides[from.ndim - 1];
    for (Py_ssize_t i = 0; i < rows; ++i) {
        const char* const row =
            static_cast<const char*>(from.buf) + (from.ndim == 2 ? i * from.strides[0] : 0);
        for (Py_ssize_t first = 0; first < cols; first += block) {
            check_stop();
            const auto count = static_cast<std::size_t>(std::min(block, cols - first));
            to.resize(to.size() + count);
            double* const places = to.data() + (to.size() - count);
            for (std::size_t k = 0; k < count; ++k) {
                Number number;
                std::memcpy(&number, row + (first + static_cast<Py_ssize_t>(k)) * step,
                            sizeof number);
                places[k] = static_cast<double>(number);
            }
        }
    }
}

void append_any(const Buffer& from, std::vector<double>& to, const char* name) {
    switch (from.format()) {
        case 'd':
            return append_numbers<double>(*from, to);
        case 'f':
            return append_numbers<float>(*from, to);
        case '?':
        case 'B':
            return append_numbers<unsigned char>(*from, to);
        case 'b':
            return append_numbers<signed char>(*from, to);
        case 'h':
            return append_numbers<short>(*from, to);
        case 'H':
            return append_numbers<unsigned short>(*from, to);
        case 'i':
            return append_numbers<int>(*from, to);
        case 'I':
            return append_numbers<unsigned>(*from, to);
        case 'l':
            return append_numbers<long>(*from, to);
        case 'L':
            return append_numbers<unsigned long>(*from, to);
        case 'q':
            return append_numbers<long long>(*from, to);
        case 'Q':
            return append_numbers<unsigned long long>(*from, to);
    }
    throw InputError(fmt::format("{}: real numbers are wanted", name));
}

}  // namespace

void check_finite(const std::vector<double>& values, const char* name, std::size_t cols) {
    std::size_t i = 0;
    work_on(values.size(), [&] {
        for (StopCheck check(1 << 16); i < values.size() && std::isfinite(values[i]); ++i) check();
    });
    if (i == values.size()) return;
    const std::string place =
        cols > 0 ? fmt::format("{}, {}", i / cols, i % cols) : fmt::format("{}", i);
    throw InputError(
        fmt::format("{}[{}]: finite numbers are wanted, not {}", name, place, values[i]));
}

std::vector<double> numbers_from(nb::handle values, const char* name, int dimensions,
                                 std::size_t shape[2]) {
    const Buffer buffer(values, PyBUF_RECORDS_RO);
    if (buffer->ndim != dimensions)
        throw InputError(fmt::format("{}: {} dimension{} wanted, not {}", name, dimensions,
                                     dimensions == 1 ? " is" : "s are", buffer->ndim));
    std::size_t count = 1;
    for (int d = 0; d < dimensions; ++d)
        count *= shape[d] = static_cast<std::size_t>(buffer->shape[d]);
    constexpr std::size_t not_worth_asking = 1 << 25;  // numbers: 256 MiB
    if (count > not_worth_asking)
        check_memory(fmt::format("{} of {} numbers", name, count),
                     static_cast<double>(count) * sizeof(double), available_memory(),
                     "fewer would fit");
    std::vector<double> numbers;
    work_on(count, [&] {
        numbers.reserve(count);
        if (count > 0) append_any(buffer, numbers, name);
    });
    return numbers;
}

Sequences sequences_from(nb::handle x, nb::handle y, nb::handle weights) {
    Sequences set;
    std::size_t shape[2];
    set.inputs = numbers_from(x, "x", 2, shape);
    set.count = shape[0], set.length = shape[1];
    if (set.count == 0 || set.length == 0)
        throw InputError(fmt::format("x: at least one sequence of one step is wanted, not {} of {}",
                                     set.count, set.length));
    const auto take = [&](nb::handle from, const char* name) {
        std::size_t size[2];
        std::vector<double> numbers = numbers_from(from, name, 1, size);
        if (numbers.size() != set.count)
            throw InputError(fmt::format("{}: one number a sequence is wanted, {}, not {}", name,
                                         set.count, numbers.size()));
        check_finite(numbers, name, 0);
        return numbers;
    };
    set.targets = take(y, "y");
    check_finite(set.inputs, "x", set.length);
    if (weights.is_none()) {
        set.weights.assign(set.count, 1);
        return set;
    }
    set.weights = take(weights, "weights");
    for (std::size_t i = 0; i < set.count; ++i)
        if (!(set.weights[i] > 0))
            throw InputError(
                fmt::format("weights[{}]: numbers above 0 are wanted, not {}", i, set.weights[i]));
    return set;
}

}  // namespace gradscape::python
