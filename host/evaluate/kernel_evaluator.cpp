// The evaluators that run the kernels, on a GPU or emulated: the data as the cpu evaluator prepares
// it, handed through launch.hpp to either set of the same kernels. The only file that knows whether
// CUDA was built in.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>

#include "gradscape/color_filler.hpp"
#include "gradscape/device_limits.hpp"
#include "gradscape/error.hpp"
#include "gradscape/trace.hpp"
#include "host/color/color_table.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_data.hpp"
#include "kernels/launch.hpp"

namespace gradscape {
namespace {

StripFiller surface_of(const KernelSet& set, const SurfaceTask<float>& task) {
    return set.surface_f32(task);
}
StripFiller surface_of(const KernelSet& set, const SurfaceTask<double>& task) {
    return set.surface_f64(task);
}
StripColorFiller colors_of(const KernelSet& set, const SurfaceTask<float>& task,
                           const ColorTask<float>& color) {
    return set.colors_f32(task, color);
}
StripColorFiller colors_of(const KernelSet& set, const SurfaceTask<double>& task,
                           const ColorTask<double>& color) {
    return set.colors_f64(task, color);
}

/// Calls `use` with the task, whose data live until it returns.
template <class Real, class Use>
auto with_task(const Problem& problem, const SurfaceRequest& request, Use use) {
    const bool rows = resolve_method(request.method, problem.cell) == Method::rows;
    const bool plain = request.fields.any_plain(), training = request.fields.any_training();
    const Sequences merged = merge_identical(problem.sequences);
    const double total = merged.total_weight();
    const std::vector<double> wx = request.grid.wx.values(), wrec = request.grid.wrec.values();
    const std::vector<Real> wx_real(wx.begin(), wx.end());
    const DataArrays<Real> data(merged, total);
    const DataArrays<double> exact(merged, total),
        compressed(rows ? compress_for_rows(merged) : Sequences{}, total);

    SurfaceTask<Real> task{};
    task.cell = problem.cell;
    task.rows = rows;
    task.binary = is_binary(merged);
    task.fields = request.fields;
    task.grid_cols = request.grid.cols();
    task.grid_rows = request.grid.rows();
    task.wx = wx_real.data();
    task.wx_exact = rows ? wx.data() : nullptr;
    task.wrec = wrec.data();
    task.axis = {request.grid.wx.lo, request.grid.wx.hi, request.grid.wx.step()};
    if (training || !rows) task.data = data.view();
    if (plain && !rows) task.exact = exact.view();
    if (plain && rows) task.row_data = compressed.view();
    task.training = request.training;
    return use(task);
}

StripFiller prepare(const KernelSet& set, const Problem& problem, const SurfaceRequest& request) {
    const auto surface = [&](const auto& task) { return surface_of(set, task); };
    return request.precision == Precision::f32 ? with_task<float>(problem, request, surface)
                                               : with_task<double>(problem, request, surface);
}

template <class Real>
ColorTask<Real> color_task(Field field, const ColorMap& map) {
    ColorTask<Real> task{field, {}, map.non_finite(), map.negative_infinite()};
    task.thresholds.fill(std::numeric_limits<Real>::infinity());
    std::ranges::transform(map.thresholds(), task.thresholds.begin(), round_down<Real>);
    return task;
}

/// The device is not touched before the first strip: what is prepared may be thrown away.
ColorFiller prepare_colors(const KernelSet& set, const Problem& problem, SurfaceRequest request,
                           Field field, const ColorMap& map) {
    request.fields = {field};
    struct Lazy {
        std::once_flag once;
        StripColorFiller fill;
    };
    const auto make = [&set, problem, request, field, map] {
        const auto colors = [&]<class Real>(const SurfaceTask<Real>& task) {
            return colors_of(set, task, color_task<Real>(field, map));
        };
        return request.precision == Precision::f32 ? with_task<float>(problem, request, colors)
                                                   : with_task<double>(problem, request, colors);
    };
    return {ColorFiller::Shape::indices,
            [lazy = std::make_shared<Lazy>(), make](const Strip& place, StripColors& colors) {
                std::call_once(lazy->once, [&] { lazy->fill = make(); });
                lazy->fill(place, colors);
            }};
}

std::vector<Trace> traces(const KernelSet& set, const Problem& problem,
                          std::span<const Weights> points) {
    const Sequences merged = merge_identical(problem.sequences);
    const DataArrays<double> data(merged, merged.total_weight());
    const std::size_t length = merged.length + 1;
    std::vector<double> wx, wrec, gradients(points.size() * length), logarithms(gradients.size());
    for (const Weights& at : points) wx.push_back(at.wx), wrec.push_back(at.wrec);
    set.trace({problem.cell, data.view(), wx.data(), wrec.data(), points.size(), gradients.data(),
               logarithms.data()});
    std::vector<Trace> all;
    for (std::size_t p = 0; p < points.size(); ++p) {
        const auto of_point = [&](const std::vector<double>& values) {
            const double* const first = values.data() + p * length;
            return std::vector<double>(first, first + length);
        };
        all.push_back({points[p], problem.sequences.total_weight(), of_point(gradients),
                       of_point(logarithms)});
    }
    return all;
}

}  // namespace

StripFiller prepare_emulated(const Problem& problem, const SurfaceRequest& request) {
    return prepare(emulated_kernels, problem, request);
}
ColorFiller prepare_emulated_colors(const Problem& problem, const SurfaceRequest& request,
                                    Field field, const ColorMap& map) {
    return prepare_colors(emulated_kernels, problem, request, field, map);
}
std::vector<Trace> traces_emulated(const Problem& problem, std::span<const Weights> points) {
    return traces(emulated_kernels, problem, points);
}

#if defined(GRADSCAPE_HAVE_CUDA)
std::string cuda_missing() { return cuda_kernels.missing(); }
std::vector<std::string> cuda_devices() { return cuda_kernels.devices(); }
StripFiller prepare_cuda(const Problem& problem, const SurfaceRequest& request) {
    return prepare(cuda_kernels, problem, request);
}
ColorFiller prepare_cuda_colors(const Problem& problem, const SurfaceRequest& request, Field field,
                                const ColorMap& map) {
    return prepare_colors(cuda_kernels, problem, request, field, map);
}
std::vector<Trace> traces_cuda(const Problem& problem, std::span<const Weights> points) {
    return traces(cuda_kernels, problem, points);
}
std::optional<DeviceLimits> device_limits() {
    if (!cuda_missing().empty()) return std::nullopt;
    return cuda_kernels.limits({});
}
#else
std::string cuda_missing() { return "built without CUDA"; }
std::vector<std::string> cuda_devices() { return {}; }
StripFiller prepare_cuda(const Problem&, const SurfaceRequest&) {
    throw InputError(cuda_missing());
}
ColorFiller prepare_cuda_colors(const Problem&, const SurfaceRequest&, Field, const ColorMap&) {
    return {};
}
std::vector<Trace> traces_cuda(const Problem&, std::span<const Weights>) {
    throw InputError(cuda_missing());
}
std::optional<DeviceLimits> device_limits() { return std::nullopt; }
#endif

}  // namespace gradscape
