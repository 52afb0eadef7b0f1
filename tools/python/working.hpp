// A call of Python's at work: without the interpreter's lock, and with Ctrl-C seen.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <functional>

#include "gradscape/context.hpp"
#include "gradscape/evaluate.hpp"

namespace gradscape::python {

namespace nb = nanobind;

/// What a call may use, and whom to tell how far it is: a callable of (cells done, of how many), or
/// None.
struct Means {
    unsigned threads = 0;
    std::size_t max_memory = Context{}.max_memory;
    nb::object progress = nb::none();
};

/// About how many multiply-adds a view of such data takes, their preparation included.
double cost_of(const Evaluator& evaluator, const Sequences& sequences, const Cell& cell,
               const View& view);

/// Runs `work` without the interpreter's lock. What costs little runs here, on this thread alone:
/// to start another takes longer. The rest runs on a thread of its own, while this one looks 50
/// times a second whether a signal's handler has something to say or `progress` is to be called;
/// what either raises stops the work and is raised here.
void run(double cost, const Means& means, const std::function<void(const Context&)>& work);

}  // namespace gradscape::python
