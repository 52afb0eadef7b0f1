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

/// While it lives, this thread is one that leave() waits for.
class AtWork {
public:
    AtWork();
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;
    ~AtWork();
};

/// While it lives, this thread is without the interpreter's lock. Python ends a thread that wants
/// the lock when the interpreter is gone, in the middle of whatever it does; so it is not asked for
/// after leave(): the thread sleeps here until the process ends.
class Unlocked {
public:
    Unlocked();
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;
    ~Unlocked();

    /// Whether it will sleep; what it waits for is to end.
    static bool is_for_ever();

private:
    const AtWork at_work_;  // until it has the lock again
    PyThreadState* const state_;
};

/// When the interpreter ends, on its thread: work of other threads, daemons all of them, ends, what
/// they call of Python's included, as long as that does not take seconds.
void leave();

/// A fork has none of them.
void forget_threads_in_forks();

/// About how many multiply-adds a view of such data takes, their preparation included.
double cost_of(const Evaluator& evaluator, const Sequences& sequences, const RecurrentUnit& unit,
               const View& view);

/// Runs `work` without the interpreter's lock. What costs little runs here, on this thread alone:
/// to start another takes longer. The rest runs on a thread of its own, while this one looks 50
/// times a second whether a signal's handler has something to say or `progress` is to be called;
/// what either raises stops the work and is raised here. Either way `progress` is told the end.
void run(double cost, const Means& means, const std::function<void(const Context&)>& work);

/// Of work that cannot look whether to stop, as a library's drawing, and that owns all that it
/// uses: what a signal's handler raises is raised at once, and the thread ends by itself, unheard.
std::string run_apart(std::function<std::string()> work);

}  // namespace gradscape::python
