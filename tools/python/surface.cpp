// Views and their values.
// SPDX-License-Identifier: MIT
#include "tools/python/surface.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include "gradscape/error.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/resolution.hpp"
#include "gradscape/values.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/python/arrays.hpp"
#include "tools/python/places.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

/// Of one field. MemoryError where the view's would not fit: the system would promise them all the
/// same, and end the process when they are written.
std::size_t checked_bytes(const View& view) {
    const std::size_t bytes = view.grid.cells() * size_of(view.precision);
    const double all = static_cast<double>(view.grid.cols()) *
                       static_cast<double>(view.grid.rows()) *
                       static_cast<double>(size_of(view.precision) * view.fields.size());
    // What a view has of its own: places along the axes, and a row's work.
    constexpr double own_bytes = 32;
    const double own =
        own_bytes * (static_cast<double>(view.grid.cols()) + static_cast<double>(view.grid.rows()));
    constexpr double not_worth_asking = 1 << 28;
    if (all + own > not_worth_asking)
        check_memory(fmt::format("{} × {} cells of {} fields", view.grid.cols(), view.grid.rows(),
                                 view.fields.size()),
                     all + own, available_memory(),
                     "fewer would fit, or a file: `gradscape surface` writes one of any size");
    return bytes;
}

/// Aligned as the widest register wants it. By hand: what glibc's aligned allocation takes, it
/// cannot take again when it was given back, and a loop of large surfaces would grow without end.
std::shared_ptr<std::byte> aligned_block(std::size_t bytes) {
    constexpr std::size_t alignment = 64;
    std::size_t room = bytes + alignment;
    const std::shared_ptr<std::byte[]> block(new std::byte[room]);
    void* aligned = block.get();
    std::align(alignment, bytes, aligned, room);
    return {block, static_cast<std::byte*>(aligned)};
}

/// Of the values asked for, none of them given a place by the caller.
class Values {
public:
    explicit Values(const View& view) : view_(view) {
        const std::size_t bytes = checked_bytes(view);
        for (Field field : view.fields) memory_[field] = aligned_block(bytes);
    }

    void* place(Field field) const { return memory_[field].get(); }

    Array array(int field) const {
        const auto& memory = memory_[static_cast<Field>(field)];
        return with_real(view_.precision, [&](auto real) {
            using Real = decltype(real);
            return array_of<Real>(reinterpret_cast<Real*>(memory.get()),
                                  {view_.grid.rows(), view_.grid.cols()}, memory);
        });
    }
    std::size_t address(int field) const {
        return reinterpret_cast<std::size_t>(place(static_cast<Field>(field)));
    }

private:
    View view_;
    FieldArray<std::shared_ptr<std::byte>> memory_;
};

/// What the program makes of no precision: usual_precision, f64 where points would coincide.
bool decide_precision(View& view, const LoadedData& model, int asked) {
    std::optional<Precision> precision;
    if (asked >= 0) precision = static_cast<Precision>(asked);
    const Method method = method_used(*model.evaluator, view, model.unit());
    const std::array grids{view.grid};
    const PrecisionChoice choice = choose_precision(grids, method, precision, view.fields);
    const Precision usual = usual_precision(view.fields);
    view.precision = choice.precision.value_or(usual);
    return choice.coincide;
}

void bind_views(nb::module_& m) {
    nb::class_<View>(m, "View")
        .def(
            "__init__",
            [](View* view, double wx_lo, double wx_hi, std::size_t cols, double wrec_lo,
               double wrec_hi, std::size_t rows, const std::vector<int>& fields, int method,
               const TrainingOptions* training) {
                View made{
                    {axis_of("wx", wx_lo, wx_hi, cols), axis_of("wrec", wrec_lo, wrec_hi, rows)},
                    {},
                    static_cast<Method>(method),
                    Precision::f32,
                    training ? *training : TrainingOptions{}};
                for (const int field : fields) made.fields.add(static_cast<Field>(field));
                new (view) View(std::move(made));
            },
            "wx_lo"_a, "wx_hi"_a, "cols"_a, "wrec_lo"_a, "wrec_hi"_a, "rows"_a, "fields"_a,
            "method"_a, "training"_a.none())
        .def(
            "decide",
            [](View& view, const LoadedData& model, int precision) {
                resolve_method(view.method, model.unit());
                return decide_precision(view, model, precision);
            },
            "model"_a, "precision"_a)
        .def_prop_ro("double", [](const View& view) { return view.precision == Precision::f64; })
        .def("method_used", [](const View& view, const LoadedData& model) {
            return std::string(name_of(method_used(*model.evaluator, view, model.unit())));
        });
}

void bind_values(nb::module_& m) {
    nb::class_<Values>(m, "Values")
        .def("array", &Values::array, "field"_a)
        .def("address", &Values::address, "field"_a);

    m.def(
        "evaluate",
        [](const LoadedData& model, const View& view, int threads, const nb::object& progress) {
            Values values(view);
            FieldArray<void*> places;
            for (Field field : view.fields) places[field] = values.place(field);
            const double cost =
                cost_of(*model.evaluator, model->model().sequences, model.unit(), view);
            run(cost, means_of(threads, progress),
                [&](const Context& context) { fill_values(*model, view, places, context); });
            return values;
        },
        "model"_a, "view"_a, "threads"_a, "progress"_a.none());
    m.def(
        "evaluate_into",
        [](const LoadedData& model, const View& view, const nb::list& arrays, int threads,
           const nb::object& progress) {
            const Places places(view, arrays, true);
            const double cost =
                cost_of(*model.evaluator, model->model().sequences, model.unit(), view);
            run(cost, means_of(threads, progress),
                [&](const Context& context) { fill_values(*model, view, places.data(), context); });
        },
        "model"_a, "view"_a, "arrays"_a, "threads"_a, "progress"_a.none());
}

}  // namespace

Axis axis_of(const char* name, double lo, double hi, std::size_t size) {
    if (!(std::abs(lo) <= std::numeric_limits<double>::max()) ||
        !(std::abs(hi) <= std::numeric_limits<double>::max()))
        throw InputError(fmt::format("{}=({}, {}): finite numbers are wanted", name, lo, hi));
    if (lo > hi || (size > 1 && lo == hi))
        throw InputError(
            fmt::format("{}=({}, {}): the low end must be less than the high end", name, lo, hi));
    if (!std::isfinite(hi - lo))
        throw InputError(fmt::format(
            "{}=({}, {}): the ends are further apart than a double can say", name, lo, hi));
    return {lo, hi, size};
}

Means means_of(int threads, const nb::object& progress) {
    return {static_cast<unsigned>(threads), Context{}.max_memory, progress};
}

void bind_surface(nb::module_& m) {
    bind_views(m);
    bind_values(m);
    m.def(
        "axis",
        [](double lo, double hi, std::size_t size) {
            return array_of(Axis{lo, hi, size}.values());
        },
        "lo"_a, "hi"_a, "size"_a);
}

}  // namespace gradscape::python
