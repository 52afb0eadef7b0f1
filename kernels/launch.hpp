// The door between the host code and the kernels: plain C++, no CUDA or Thrust type. There are two
// sets of the same kernels: for a GPU, and for its emulation on the host.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/cell.hpp"
#include "gradscape/error.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/row_form.hpp"

namespace gradscape {

/// The device's memory does not suffice; the launch code then tries smaller pieces.
struct OutOfDeviceMemory : RunError {
    using RunError::RunError;
};

/// One surface, in host memory that need not outlive the call. Axis values as the cpu evaluator
/// uses them; data of methods that are not asked for may be empty.
template <class Real>
struct SurfaceTask {
    Cell cell;
    bool rows, binary;  ///< row form instead of BPTT; every input is 0 or 1
    FieldSet fields;
    std::size_t grid_cols, grid_rows;
    const Real* wx;          ///< grid_cols values
    const double* wx_exact;  ///< grid_cols values
    const double* wrec;      ///< grid_rows values
    AxisView axis;
    SequenceView<Real> data;        ///< merged: BPTT and training
    SequenceView<double> exact;     ///< the same in double, for cells that overflow
    SequenceView<double> row_data;  ///< merged and compressed: the row form
    TrainingOptions training;
};

/// The kernels of one device. `missing`: empty when they can run here, else why not.
struct KernelSet {
    std::string (*missing)();
    std::vector<std::string> (*devices)();  ///< their names
    StripFiller (*surface_f32)(const SurfaceTask<float>&);
    StripFiller (*surface_f64)(const SurfaceTask<double>&);
};

/// Of `count` values in host memory, numbered from 0, by the calling thread. The same algorithms
/// serve a device's fields: an evaluator on one fills Strip::statistics.
FieldStatistics host_statistics(const float* values, std::size_t count, bool histogram);
FieldStatistics host_statistics(const double* values, std::size_t count, bool histogram);

extern const KernelSet emulated_kernels;
extern const KernelSet cuda_kernels;  ///< only where CUDA was built in

}  // namespace gradscape
