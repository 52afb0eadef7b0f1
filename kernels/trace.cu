// The gradient over time at many points, one thread a point (trace_cell.hpp). States and sums lie
// in global memory, step by step, so that neighbouring threads use neighbouring words.
//
// Cost per point: N·T steps of 6 flop and a dozen comparisons; per sequence and step 48 bytes (a
// state written and read, a wide sum read and written): bound by memory, in double throughout.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/trace_cell.hpp"
#include "gradscape/stop.hpp"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

constexpr double most_pinned_bytes = 1 << 26;

template <class F>
__global__ void __launch_bounds__(block_threads)
    trace_kernel(SequenceView<double> data, int weight_exponent, const double* wx,
                 const double* wrec, unsigned points, double* states, Wide<double>* sums,
                 double* gradients, double* logarithms) {
    const unsigned point = blockIdx.x * blockDim.x + threadIdx.x;
    if (point >= points) return;
    trace_point<F>(data, weight_exponent, wx[point], wrec[point],
                   Interleaved<double>{states + point, points},
                   Interleaved<Wide<double>>{sums + point, points},
                   Interleaved<double>{gradients + point, points},
                   Interleaved<double>{logarithms + point, points});
}

/// As many as one launch should take, and a moderate amount of pinned memory holds.
std::size_t points_at_once(const TraceTask& task) {
    const double length = task.data.length;
    const double pinned = most_pinned_bytes / ((length + 1) * sizeof(double));
    const double timely = most_launch_steps() / (length * task.data.count);
    return static_cast<std::size_t>(std::max(1.0, std::min(pinned, timely)));
}

/// Points first … first + count − 1 of a task.
void trace_some(const TraceTask& task, const DeviceSequences<double>& data, std::size_t first,
                std::size_t count, Stream& stream) {
    const auto length = static_cast<std::size_t>(task.data.length);
    const DeviceBuffer<double> wx(count), wrec(count), states(length * count),
        gradients((length + 1) * count), logarithms((length + 1) * count);
    const DeviceBuffer<Wide<double>> sums((length + 1) * count);
    HostBuffer<double> found((length + 1) * count);
    const Draining draining(stream);
    upload(wx, task.wx + first, count, stream);
    upload(wrec, task.wrec + first, count, stream);
    with_activation(task.activation, [&](auto f) {
        using F = decltype(f);
        GRADSCAPE_LAUNCH((trace_kernel<F>), dim3{blocks_for(count)}, dim3{block_threads}, 0, stream,
                         data.view, task.weight_exponent, wx.data(), wrec.data(),
                         static_cast<unsigned>(count), states.data(), sums.data(), gradients.data(),
                         logarithms.data());
    });
    for (const auto& [values, to] :
         {std::pair(&gradients, task.gradients), std::pair(&logarithms, task.logarithms)}) {
        download_rows(found.data(), *values, count, count, length + 1, stream);
        stream.synchronize();
        for (std::size_t point = 0; point < count; ++point)
            for (std::size_t k = 0; k <= length; ++k)
                to[(first + point) * (length + 1) + k] = found.data()[k * count + point];
    }
    states.check(), sums.check();
}

}  // namespace

void trace(const DeviceSequences<double>& data, const TraceTask& task) {
    const Range range("trace");
    use_device(0);
    Stream stream;
    std::size_t most = points_at_once(task);
    for (std::size_t first = 0; first < task.points;) {
        check_stop();
        const std::size_t count = task.points - first < most ? task.points - first : most;
        try {
            trace_some(task, data, first, count, stream);
            first += count;
        } catch (const OutOfDeviceMemory&) {
            if (count == 1) throw;
            most = count / 2;
        }
    }
}

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
