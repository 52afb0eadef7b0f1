// SPDX-License-Identifier: MIT
#include "tools/python/data.hpp"

#include <fmt/format.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <utility>

#include "gradscape/error.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/python/arrays.hpp"
#include "tools/python/numbers.hpp"
#include "tools/python/working.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

std::shared_ptr<Data> data_from(Sequences train, Origin origin) {
    Sequences none{0, train.length, {}, {}, {}};
    return std::make_shared<Data>(Data{{std::move(train), std::move(none)}, std::move(origin)});
}

Origin origin_in_memory() {
    Origin origin;
    origin.in_memory = true;
    return origin;
}

std::shared_ptr<Data> counting_data(std::uint32_t seed, std::size_t sequences, std::size_t length,
                                    std::size_t test_sequences) {
    Data data;
    data.origin.options = {{}, seed, sequences, length, test_sequences};
    const double numbers = (static_cast<double>(sequences) + static_cast<double>(test_sequences)) *
                           static_cast<double>(length);
    run(numbers, {}, [&](const Context&) { data.sets = cli::load_data(data.origin.options); });
    return std::make_shared<Data>(std::move(data));
}

std::shared_ptr<Data> read_data(const std::string& path) {
    std::shared_ptr<Data> data;
    run(HUGE_VAL, {}, [&](const Context&) {
        Origin origin;
        origin.options.file = path;
        Sequences train = cli::load_data(origin.options).train;
        origin.content = cli::content_mark(train);
        data = data_from(std::move(train), std::move(origin));
    });
    return data;
}

/// `take` moves or copies them, without the interpreter's lock.
template <class Take>
LoadedData load(const Sequences& sequences, const Take& take, Origin origin,
                const RecurrentUnit& unit, const std::string& backend) {
    check_initial_state(unit.initial_state);
    LoadedData model;
    model.evaluator = &cli::named_evaluator("backend", backend);
    model.origin = std::move(origin);
    const double numbers = static_cast<double>(sequences.inputs.size());
    run(numbers * 4, {}, [&](const Context&) {
        Sequences given = take();
        if (model.origin.in_memory && model.origin.content.empty())  // of what is not merged yet
            model.origin.content = cli::content_mark(given);
        model.loaded = model.evaluator->load(cli::make_model(std::move(given), unit));
    });
    return model;
}

LoadedData load_arrays(nb::handle x, nb::handle y, nb::handle weights, Origin origin,
                       const RecurrentUnit& unit, const std::string& backend) {
    Sequences set = sequences_from(x, y, weights);
    return load(
        set, [&] { return std::move(set); }, std::move(origin), unit, backend);
}

RecurrentUnit unit_of(int activation, double initial_state) {
    return {static_cast<Activation>(activation), initial_state};
}

Array values_of(const std::shared_ptr<Data>& data, const std::vector<double>& values) {
    return array_of<const double>(values.data(), {values.size()}, data);
}
Array inputs_of(const std::shared_ptr<Data>& data, const Sequences& set) {
    return array_of<const double>(set.inputs.data(), {set.count, set.length}, data);
}

/// The sequences of a model, and the model with them.
template <class Get>
auto model_array(Get get) {
    return [get](const LoadedData& model) {
        const Sequences& set = model->model().sequences;
        const auto [values, two] = get(set);
        return two ? array_of<const double>(values->data(), {set.count, set.length}, model.loaded)
                   : array_of<const double>(values->data(), {set.count}, model.loaded);
    };
}

nb::tuple tuple_of(const Origin& origin) {
    const cli::DataOptions& o = origin.options;
    return nb::make_tuple(o.file, o.seed, o.sequences, o.length, o.test_sequences, origin.content,
                          origin.in_memory);
}

Origin origin_of(const nb::tuple& given) {
    Origin origin;
    origin.options = {nb::cast<std::string>(given[0]), nb::cast<std::uint32_t>(given[1]),
                      nb::cast<std::size_t>(given[2]), nb::cast<std::size_t>(given[3]),
                      nb::cast<std::size_t>(given[4])};
    origin.content = nb::cast<std::string>(given[5]);
    origin.in_memory = nb::cast<bool>(given[6]);
    return origin;
}

/// As a pickle has them; there may be no test sequences.
std::shared_ptr<Data> data_again(nb::handle x, nb::handle y, nb::handle weights, nb::handle x_test,
                                 nb::handle y_test, const nb::tuple& origin) {
    auto data = data_from(sequences_from(x, y, weights), origin_of(origin));
    if (nb::len(y_test) > 0) data->sets.test = sequences_from(x_test, y_test, nb::none());
    return data;
}

void bind_sets(nb::module_& m) {
    nb::class_<Data>(m, "Data", nb::is_weak_referenceable())
        .def_prop_ro("x",
                     [](const std::shared_ptr<Data>& d) { return inputs_of(d, d->sets.train); })
        .def_prop_ro(
            "y", [](const std::shared_ptr<Data>& d) { return values_of(d, d->sets.train.targets); })
        .def_prop_ro(
            "weights",
            [](const std::shared_ptr<Data>& d) { return values_of(d, d->sets.train.weights); })
        .def_prop_ro("x_test",
                     [](const std::shared_ptr<Data>& d) { return inputs_of(d, d->sets.test); })
        .def_prop_ro(
            "y_test",
            [](const std::shared_ptr<Data>& d) { return values_of(d, d->sets.test.targets); })
        .def_prop_ro("seed", [](const Data& d) { return d.origin.options.seed; })
        .def_prop_ro("file", [](const Data& d) { return d.origin.options.file; })
        .def_prop_ro("in_memory", [](const Data& d) { return d.origin.in_memory; })
        .def_prop_ro("origin", [](const Data& d) { return tuple_of(d.origin); });
    m.def("data_again", data_again, "x"_a, "y"_a, "weights"_a, "x_test"_a, "y_test"_a, "origin"_a);
    m.def("counting_data", counting_data, "seed"_a, "sequences"_a, "length"_a, "test_sequences"_a);
    m.def("read_data", read_data, "path"_a);
}

void bind_models(nb::module_& m) {
    nb::class_<LoadedData>(m, "Model", nb::is_weak_referenceable())
        .def_prop_ro("x",
                     model_array([](const Sequences& set) { return std::pair(&set.inputs, true); }))
        .def_prop_ro(
            "y", model_array([](const Sequences& set) { return std::pair(&set.targets, false); }))
        .def_prop_ro("weights", model_array([](const Sequences& set) {
                         return std::pair(&set.weights, false);
                     }))
        .def_prop_ro(
            "cell",
            [](const LoadedData& model) { return std::string(name_of(model.unit().activation)); })
        .def_prop_ro("initial_state",
                     [](const LoadedData& model) { return model.unit().initial_state; })
        .def_prop_ro("backend",
                     [](const LoadedData& model) { return std::string(model.evaluator->name); })
        .def_prop_ro("origin", [](const LoadedData& model) { return tuple_of(model.origin); });
    m.def(
        "load_arrays",
        [](nb::handle x, nb::handle y, nb::handle weights, int cell, double initial_state,
           const std::string& backend) {
            return load_arrays(x, y, weights, origin_in_memory(), unit_of(cell, initial_state),
                               backend);
        },
        "x"_a, "y"_a, "weights"_a.none(), "cell"_a, "initial_state"_a, "backend"_a);
    m.def(
        "load_data",
        [](const Data& data, int cell, double initial_state, const std::string& backend) {
            const Sequences& set = data.sets.train;
            return load(
                set, [&] { return set; }, data.origin, unit_of(cell, initial_state), backend);
        },
        "data"_a, "cell"_a, "initial_state"_a, "backend"_a);
    // As a pickle has it.
    m.def("load_again", [](nb::handle x, nb::handle y, nb::handle weights, int cell,
                           double initial_state, const std::string& backend,
                           const nb::tuple& origin) {
        return load_arrays(x, y, weights, origin_of(origin), unit_of(cell, initial_state), backend);
    });
}

}  // namespace

void check_initial_state(double initial_state) {
    if (!std::isfinite(initial_state))
        throw InputError(fmt::format("initial_state {}: a finite number is wanted", initial_state));
}

void bind_data(nb::module_& m) {
    bind_sets(m);
    bind_models(m);
}

}  // namespace gradscape::python
