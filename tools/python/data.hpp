// The data of Python's: sequences with where they came from, and models of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>
#include <vector>

#include "gradscape/loaded_model.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::python {

namespace nb = nanobind;

/// As pictures carry it, so that they can be made again: by numbers, from a file, or, where the
/// data were arrays, by their content alone.
struct Origin {
    cli::DataOptions options;
    std::string content;
    bool in_memory = false;
};

struct Data {
    CountingData sets;
    Origin origin;
};

struct LoadedData {
    const Evaluator* evaluator = nullptr;
    std::shared_ptr<const LoadedModel> loaded;
    Origin origin;

    const LoadedModel& operator*() const { return *loaded; }
    const LoadedModel* operator->() const { return loaded.get(); }
    RecurrentUnit unit() const { return loaded->model().unit(); }
};

/// InputError where it is not finite.
void check_initial_state(double initial_state);

void bind_data(nb::module_& m);

}  // namespace gradscape::python
