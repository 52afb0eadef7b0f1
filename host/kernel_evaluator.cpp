// The evaluators that run the kernels, on a GPU or emulated: the data as the cpu evaluator prepares
// it, handed through launch.hpp to either set of the same kernels. The only file that knows whether
// CUDA was built in.
// SPDX-License-Identifier: MIT
#include "gradscape/error.hpp"
#include "host/evaluators.hpp"
#include "host/prepared_data.hpp"
#include "kernels/launch.hpp"

namespace gradscape {
namespace {

StripFiller surface(const KernelSet& set, const SurfaceTask<float>& task) {
    return set.surface_f32(task);
}
StripFiller surface(const KernelSet& set, const SurfaceTask<double>& task) {
    return set.surface_f64(task);
}

template <class Real>
StripFiller prepare(const KernelSet& set, const Problem& problem, const SurfaceRequest& request) {
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
    task.wx_exact = wx.data();
    task.wrec = wrec.data();
    task.axis = {request.grid.wx.lo, request.grid.wx.hi, request.grid.wx.step()};
    if (training || !rows) task.data = data.view();
    if (plain && !rows) task.exact = exact.view();
    if (plain && rows) task.row_data = compressed.view();
    task.training = request.training;
    return surface(set, task);
}

StripFiller prepare(const KernelSet& set, const Problem& problem, const SurfaceRequest& request) {
    return request.precision == Precision::f32 ? prepare<float>(set, problem, request)
                                               : prepare<double>(set, problem, request);
}

}  // namespace

StripFiller prepare_emulated(const Problem& problem, const SurfaceRequest& request) {
    return prepare(emulated_kernels, problem, request);
}

#if defined(GRADSCAPE_HAVE_CUDA)
std::string cuda_missing() { return cuda_kernels.missing(); }
std::vector<std::string> cuda_devices() { return cuda_kernels.devices(); }
StripFiller prepare_cuda(const Problem& problem, const SurfaceRequest& request) {
    return prepare(cuda_kernels, problem, request);
}
#else
std::string cuda_missing() { return "built without CUDA"; }
std::vector<std::string> cuda_devices() { return {}; }
StripFiller prepare_cuda(const Problem&, const SurfaceRequest&) {
    throw InputError(cuda_missing());
}
#endif

}  // namespace gradscape
