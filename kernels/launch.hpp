// The door between the host code and the kernels: plain C++, no CUDA or Thrust type. There are two
// sets of the same kernels: for a GPU, and for its emulation on the host.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gradscape/core/bptt.hpp"
#include "gradscape/core/careful_cell.hpp"
#include "gradscape/core/curvature.hpp"
#include "gradscape/core/row_form.hpp"
#include "gradscape/error.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/internal/device_limits.hpp"

namespace gradscape {
struct StripColors;  // gradscape/color_filler.hpp
}

namespace gradscape::kernels {

/// The device's memory does not suffice; the launch code then tries smaller pieces.
struct OutOfDeviceMemory : RunError {
    using RunError::RunError;
};

/// One model's sequences on the devices of one set of kernels, each part copied when a task first
/// needs it, and the working memory of its surfaces: shared by all tasks of that model.
class ResidentModel {
public:
    virtual ~ResidentModel() = default;
};
using SharedResident = std::shared_ptr<ResidentModel>;

/// One surface, in host memory that need not outlive the call. Axis values as the cpu evaluator
/// uses them; data of methods that are not asked for may be empty, and are those of one model in
/// all its tasks.
template <class Real>
struct SurfaceTask {
    Activation activation;
    bool rows;  ///< row form instead of BPTT
    FieldSet fields;
    std::size_t grid_cols, grid_rows;
    const Real* wx;          ///< grid_cols values
    const double* wx_exact;  ///< grid_cols values
    const double* wrec;      ///< grid_rows values
    AxisView axis;
    OrderedSequences<Real> data;                   ///< merged: BPTT and training
    CarefulData careful;                           ///< the same sequences: BPTT and curvature
    RowData row_data;                              ///< merged and compressed: the row form
    const unsigned char *plain_cols, *plain_rows;  ///< BPTT: 1 where PlainRange has w_x, w_rec
    CurvatureData curvature;  ///< of `careful`'s sequences: the curvature fields by BPTT
    TrainingOptions training;
};

/// The colours of a field of the task, its only one: index(v) = number of thresholds t < v.
template <class Real>
struct ColorTask {
    Field field;
    std::array<Real, most_thresholds> thresholds;  ///< ascending; infinity beyond the last
    std::uint8_t non_finite, negative_infinite;
};

/// The gradients over time of many points: gradients[p·(T+1) + k] = Σ m_i G_i,k at point p.
struct TraceTask {
    Activation activation;
    SequenceView<double> data;  ///< merged
    int weight_exponent;        ///< m = data's weight · 2^weight_exponent
    const double *wx, *wrec;    ///< `points` values each
    std::size_t points;
    double *gradients, *logarithms;  ///< points × (length + 1) each
};

/// How much is moved, and how many blocks multiply and add how often, to measure a device's limits.
struct LimitsTask {
    std::size_t bytes = std::size_t{1} << 30;
    unsigned blocks = 4096;
    int rounds = 1 << 14;
};

using StripColorFiller = std::function<void(const Strip& place, StripColors&)>;

template <class Real>
struct SurfaceFunctions {
    StripFiller (*surface)(const SharedResident&, const SurfaceTask<Real>&);
    StripColorFiller (*colors)(const SharedResident&, const SurfaceTask<Real>&,
                               const ColorTask<Real>&);
};

/// The kernels of one device. `missing`: empty when they can run here, else why not.
struct KernelSet {
    std::string (*missing)();
    std::vector<std::string> (*devices)();  ///< their names
    std::size_t preferred_strip_cells;      ///< LoadedModel's
    SharedResident (*make_resident)();      ///< empty
    SurfaceFunctions<float> f32;
    SurfaceFunctions<double> f64;
    void (*trace)(const SharedResident&, const TraceTask&);
    DeviceLimits (*limits)(LimitsTask);  ///< of the first device

    template <class Real>
    const SurfaceFunctions<Real>& functions() const {
        if constexpr (sizeof(Real) == 4)
            return f32;
        else
            return f64;
    }
};

extern const KernelSet emulated_kernels;
extern const KernelSet cuda_kernels;  ///< only where CUDA was built in

}  // namespace gradscape::kernels
