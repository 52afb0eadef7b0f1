// The cpu evaluator: prepares the data once; a strip is then one call of the SIMD kernels, on the
// calling thread. Threads belong to the pipeline, which fills strips side by side.
// SPDX-License-Identifier: MIT
#include <memory>
#include <vector>

#include "gradscape/error.hpp"
#include "host/evaluate/cpu/scratch.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_data.hpp"

namespace gradscape {
namespace {

/// Axis values, the last one repeated up to a multiple of axis_padding.
template <class Real>
std::vector<Real> padded_values(const Axis& axis) {
    const std::vector<double> values = axis.values();
    std::vector<Real> padded(values.begin(), values.end());
    padded.resize((axis.size + axis_padding - 1) / axis_padding * axis_padding, padded.back());
    return padded;
}

template <class Real>
StripTask<Real> strip_task(const Strip& strip, const std::vector<Real>& wx,
                           const std::vector<double>& wrec, std::size_t cols) {
    return {wx.data(),
            wrec.data() + strip.first_row,
            cols,
            strip.rows,
            {strip.field<Real>(Field::loss), strip.field<Real>(Field::grad_wx),
             strip.field<Real>(Field::grad_wrec), strip.field<Real>(Field::grad_norm),
             strip.field<Real>(Field::log10_loss)}};
}

void run(const BpttTask<float>& task) { simd_kernels().bptt_f32(task); }
void run(const BpttTask<double>& task) { simd_kernels().bptt_f64(task); }
void run(const RowsTask<float>& task) { simd_kernels().rows_f32(task); }
void run(const RowsTask<double>& task) { simd_kernels().rows_f64(task); }
void run(const TrainTask<float>& task) { simd_kernels().train_f32(task); }
void run(const TrainTask<double>& task) { simd_kernels().train_f64(task); }

template <class Real>
StripFiller prepare_bptt(const Problem& problem, const SurfaceRequest& request) {
    struct Shared {
        DataArrays<Real> data;
        DataArrays<double> exact;
        bool binary;
        std::vector<Real> wx;
        std::vector<double> wrec;
    };
    const Sequences merged = merge_identical(problem.sequences);
    const double total = merged.total_weight();
    const auto shared = std::make_shared<const Shared>(Shared{{merged, total},
                                                              {merged, total},
                                                              is_binary(merged),
                                                              padded_values<Real>(request.grid.wx),
                                                              request.grid.wrec.values()});
    return [shared, cell = static_cast<int>(problem.cell),
            cols = request.grid.cols()](const Strip& strip) {
        const Scratch scratch =
            make_scratch(simd_kernels().bptt_scratch_bytes(shared->data.length));
        run(BpttTask<Real>{strip_task(strip, shared->wx, shared->wrec, cols), cell, shared->binary,
                           shared->data.view(), shared->exact.view(), scratch.get()});
    };
}

template <class Real>
StripFiller prepare_rows(const Problem& problem, const SurfaceRequest& request) {
    struct Shared {
        DataArrays<double> data;
        std::vector<Real> wx;
        std::vector<double> wx_exact, wrec;
        AxisView axis;
    };
    const Axis& wx = request.grid.wx;
    const Sequences merged = merge_identical(problem.sequences);
    const auto shared =
        std::make_shared<const Shared>(Shared{{compress_for_rows(merged), merged.total_weight()},
                                              padded_values<Real>(wx),
                                              padded_values<double>(wx),
                                              request.grid.wrec.values(),
                                              {wx.lo, wx.hi, wx.step()}});
    return [shared, cols = request.grid.cols()](const Strip& strip) {
        const Scratch scratch = make_scratch(simd_kernels().rows_scratch_bytes(shared->data.count));
        run(RowsTask<Real>{strip_task(strip, shared->wx, shared->wrec, cols), shared->axis,
                           shared->wx_exact.data(), shared->data.view(), scratch.get()});
    };
}

template <class Real>
StripFiller prepare_training(const Problem& problem, const SurfaceRequest& request) {
    struct Shared {
        DataArrays<Real> data;
        bool binary;
        std::vector<Real> wx;
        std::vector<double> wrec;
        TrainingOptions options;
    };
    const Sequences merged = merge_identical(problem.sequences);
    const auto shared = std::make_shared<const Shared>(Shared{{merged, merged.total_weight()},
                                                              is_binary(merged),
                                                              padded_values<Real>(request.grid.wx),
                                                              request.grid.wrec.values(),
                                                              request.training});
    return [shared, cell = static_cast<int>(problem.cell),
            cols = request.grid.cols()](const Strip& strip) {
        const Scratch scratch =
            make_scratch(simd_kernels().bptt_scratch_bytes(shared->data.length));
        run(TrainTask<Real>{strip_task(strip, shared->wx, shared->wrec, cols), cell, shared->binary,
                            shared->data.view(), &shared->options,
                            strip.field<Real>(Field::train_loss),
                            strip.field<Real>(Field::train_steps), scratch.get()});
    };
}

template <class Real>
StripFiller prepare(const Problem& problem, const SurfaceRequest& request) {
    const bool rows = resolve_method(request.method, problem.cell) == Method::rows;
    std::vector<StripFiller> parts;
    if (request.fields.any_plain())
        parts.push_back(rows ? prepare_rows<Real>(problem, request)
                             : prepare_bptt<Real>(problem, request));
    if (request.fields.any_training()) parts.push_back(prepare_training<Real>(problem, request));
    return [parts = std::move(parts)](const Strip& strip) {
        for (const StripFiller& fill : parts) fill(strip);
    };
}

}  // namespace

StripFiller prepare_cpu(const Problem& problem, const SurfaceRequest& request) {
    simd_kernels();  // refuses what the environment asks for wrongly before any work
    return request.precision == Precision::f32 ? prepare<float>(problem, request)
                                               : prepare<double>(problem, request);
}

}  // namespace gradscape
