// The Python module gradscape._core, which the package gradscape is written on.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <signal.h>

#include <iterator>
#include <system_error>

#include "gradscape/error.hpp"
#include "gradscape/render.hpp"
#include "gradscape/system_info.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/training_parameters.hpp"
#include "tools/common/program.hpp"
#include "tools/python/files.hpp"
#include "tools/python/surface.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

/// OSError(number, text, path), which makes itself the one of its kinds that the number stands for.
/// Python writes the path behind the text, so that the text need not begin with it.
void set_file_error(const FileError& error) {
    if (error.number == 0) return PyErr_SetString(PyExc_OSError, error.what());
    std::string_view text = error.what();
    const std::string first = fmt::format("cannot write '{}': ", error.path);
    if (text.starts_with(first)) text.remove_prefix(first.size());
    const nb::object path = nb::steal(PyUnicode_DecodeFSDefaultAndSize(
        error.path.data(), static_cast<Py_ssize_t>(error.path.size())));
    const nb::tuple arguments = error.path.empty()
                                    ? nb::make_tuple(error.number, std::string(text))
                                    : nb::make_tuple(error.number, std::string(text), path);
    PyErr_SetObject(PyExc_OSError, arguments.ptr());
}

/// The program's sentence, as the exception that Python has for it.
void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const MemoryError& error) {
        PyErr_SetString(PyExc_MemoryError, error.what());
    } catch (const InputError& error) {
        PyErr_SetString(PyExc_ValueError, error.what());
    } catch (const Interrupted& error) {
        PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    } catch (const FileError& error) {
        set_file_error(error);
    } catch (const Error& error) {
        PyErr_SetString(PyExc_OSError, error.what());
    } catch (const std::system_error& error) {  // no more threads
        PyErr_SetString(PyExc_OSError, error.what());
    } catch (const std::bad_alloc&) {
        PyErr_SetString(PyExc_MemoryError, "out of memory");
    }
}

template <class Names>
nb::tuple tuple_of(const Names& names) {
    nb::list all;
    for (const std::string_view name : names) all.append(std::string(name));
    return nb::tuple(all);
}

/// The numbers of those that take a run of training for each cell.
nb::tuple trained_fields() {
    nb::list numbers;
    for (const FieldRow& row : field_rows)
        if (row.kind == FieldKind::training) numbers.append(static_cast<int>(row.field));
    return nb::tuple(numbers);
}

nb::dict info() {
    nb::dict facts, backends;
    const SystemInfo system = system_info();
    for (const Evaluator& evaluator : evaluators())
        backends[std::string(evaluator.name).c_str()] = evaluator.missing();
    facts["version"] = GRADSCAPE_VERSION;
    facts["backends"] = backends;
    facts["simd"] = std::string(system.simd);
    facts["threads"] = system.threads;
    return facts;
}

/// What the program does with signals is the program's: afterwards they are Python's again. Python
/// ignores SIGPIPE, which ends a program whose reader has gone.
class SignalsKept {
public:
    SignalsKept() {
        for (std::size_t i = 0; i < std::size(signals); ++i)
            ::sigaction(signals[i], nullptr, &before_[i]);
        struct sigaction usual {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(SIGPIPE, &usual, nullptr);
    }
    SignalsKept(const SignalsKept&) = delete;
    SignalsKept& operator=(const SignalsKept&) = delete;
    ~SignalsKept() {
        for (std::size_t i = 0; i < std::size(signals); ++i)
            ::sigaction(signals[i], &before_[i], nullptr);
    }

private:
    static constexpr int signals[]{SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGPIPE};
    struct sigaction before_[std::size(signals)]{};
};

/// Bytes: a file's name need not be text.
int run_main(const std::vector<nb::bytes>& arguments) {
    std::vector<const char*> words;
    for (const nb::bytes& argument : arguments) words.push_back(argument.c_str());
    const SignalsKept kept;
    const nb::gil_scoped_release unlocked;
    return cli::run_program(static_cast<int>(words.size()), words.data());
}

}  // namespace
}  // namespace gradscape::python

NB_MODULE(_core, m) {
    namespace nb = nanobind;
    using namespace gradscape;
    using namespace nb::literals;
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0)
        throw nb::import_error("gradscape works in a process's main interpreter alone");
    nb::register_exception_translator(python::translate);
    m.attr("version") = GRADSCAPE_VERSION;
    m.attr("fields") = python::tuple_of(field_names);
    m.attr("trained_fields") = python::trained_fields();
    m.attr("cells") = python::tuple_of(activation_names);
    m.attr("methods") = python::tuple_of(method_names);
    m.attr("optimizers") = python::tuple_of(optimizer_names);
    m.attr("styles") = python::tuple_of(color_style_names);
    m.attr("reductions") = python::tuple_of(reduction_names);
    m.attr("overviews") = python::tuple_of(overview_names);
    m.attr("output_kinds") = python::tuple_of(output_kind_names);
    m.def(
        "info", python::info,
        "What this machine offers: the version, each backend with why it is missing (empty: it is "
        "there), the instruction set and the number of threads.");
    m.def("main", python::run_main, "arguments"_a);
    m.def("leave", python::leave);
    python::forget_threads_in_forks();
    python::bind_data(m);
    python::bind_training(m);
    python::bind_surface(m);
    python::bind_colors(m);
    python::bind_pictures(m);
    python::bind_figures(m);
    python::bind_comparison(m);
    python::bind_explorer(m);
}
