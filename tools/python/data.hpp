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
    Cell cell() const { return loaded->model().cell(); }
};

/// find_evaluator, whose errors say of what they are.
const Evaluator& backend_named(const std::string& name);

/// InputError where it is not finite.
void check_initial_state(double initial_state);

/// One copy, whatever the numbers' type and layout. InputError where the shapes do not fit or a
/// value is not finite. `weights` may be None.
Sequences sequences_from(nb::handle x, nb::handle y, nb::handle weights);

/// One or two dimensions as doubles.
std::vector<double> numbers_from(nb::handle values, const char* name, int dimensions,
                                 std::size_t shape[2]);

void bind_data(nb::module_& m);

}  // namespace gradscape::python
