// What the kernels that fill surfaces share: a task's data on one device, a piece of a strip as a
// kernel sees it, and the buffers that one piece needs there.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "gradscape/core/cell_statistics.hpp"
#include "gradscape/core/curvature.hpp"
#include "gradscape/core/field_value.hpp"
#include "kernels/device/records.hpp"
#include "kernels/device/runtime.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// Buffers only grow, so that pieces of one size allocate once. What the stream still does with the
/// old one is waited for.
template <class Buffer>
void reserve(Buffer& buffer, std::size_t size, Stream& stream) {
    if (buffer.size() >= size) return;
    if (buffer.size() > 0) stream.synchronize();
    buffer = {};
    buffer = Buffer(size);
}

/// Where it fails nothing is under way in the stream, so that earlier copies' memory may go.
template <class T>
DeviceBuffer<T> to_device(const T* from, std::size_t count, Stream& stream) {
    try {
        DeviceBuffer<T> buffer(from ? count : 0);
        if (from) upload(buffer, from, count, stream);
        return buffer;
    } catch (...) {
        stream.drain();
        throw;
    }
}

template <class Real>
struct DeviceSequences {
    DeviceBuffer<Real> inputs, targets, weights;
    SequenceView<Real> view{};

    DeviceSequences() = default;
    DeviceSequences(const SequenceView<Real>& from, Stream& stream) : view(from) {
        const auto count = static_cast<std::size_t>(from.count);
        const std::size_t values = count * static_cast<std::size_t>(from.length);
        inputs = to_device(from.inputs, values, stream);
        targets = to_device(from.targets, count, stream);
        weights = to_device(from.weights, count, stream);
        view.inputs = inputs.data();
        view.targets = targets.data();
        view.weights = weights.data();
    }
};

/// Records of BPTT and training; none where neither is asked for.
template <class Real>
struct DeviceRecords {
    RecordLayout layout = RecordLayout::whole;
    int count = 0, length = 0;
    Real initial_state = 0, inverse_total = 0;
    DeviceBuffer<Real> values;
    DeviceBuffer<Steps> steps;

    DeviceRecords() = default;
    DeviceRecords(const OrderedSequences<Real>& data, RecordLayout as, Stream& stream)
        : layout(as),
          count(data.all.count),
          initial_state(data.all.initial_state),
          inverse_total(data.all.inverse_total) {
        const Records<Real> made = records_of(data, layout);
        length = made.length;
        values = to_device(made.values.data(), made.values.size(), stream);
        steps = to_device(made.steps.data(), made.steps.size(), stream);
        stream.synchronize();  // `made` is still needed
    }
};

/// Steps between checkpoints of sequences too long for the kernels that unroll them.
inline constexpr int long_chunk = long_record;

/// A task on one device; the sequences are its model's.
template <class Real>
struct DeviceTask {
    int device;
    Activation activation;
    bool rows;
    FieldSet fields;
    std::size_t grid_cols;
    AxisView axis;
    TrainingOptions training;
    DeviceBuffer<Real> wx;                ///< the last value repeated up to whole vectors
    DeviceBuffer<double> wx_exact, wrec;  ///< wx_exact: likewise
    const DeviceRecords<Real>& records;   ///< none where neither BPTT nor training is asked for
    const DeviceSequences<double>&exact, &row_data;
    const DeviceBuffer<SequencePlace>& order;  ///< of `exact`, for curvature; none elsewhere
    bool ordinary;                             ///< CarefulData's, whose sequences are `exact`
    DeviceBuffer<unsigned char> plain_cols, plain_rows;  ///< as in SurfaceTask
    RowScale row_scale;
    CurvatureData curvature;        ///< whose sequences are `exact` in `order`
    DeviceBuffer<Real> thresholds;  ///< most_thresholds of them where colours are wanted
    Field color_field;
    unsigned non_finite_index, negative_infinite_index;
};

/// rows × cols cells of a grid, fewer than 2^31, for a kernel. Values lie `pitch` apart from row to
/// row; fields not wanted are null.
template <class Real>
struct PieceView {
    const Real* wx;
    const double* wrec;
    unsigned rows, cols;
    std::size_t pitch;
    FieldArray<Real*> out;

    GRADSCAPE_HD unsigned cells() const { return rows * cols; }
};

/// Sequences times steps of one evaluation of a cell; the row form's depend on no sequence. A step
/// of the curvature is worth several.
template <class Real>
double cell_steps(const DeviceTask<Real>& task) {
    const auto steps = [](int count, int length) { return static_cast<double>(count) * length; };
    const SequenceView<double>& exact = task.exact.view;
    const double curvature = task.fields.any_curvature() ? 8 * steps(exact.count, exact.length) : 0;
    return steps(task.records.count, task.records.length) + curvature;
}

/// Where a piece lies in the grid.
struct Piece {
    std::size_t first_row, first_col;
    unsigned rows, cols;
};

/// Of a training run that goes on in another launch: the weights, the optimiser's state, and what
/// is known of the run.
inline constexpr std::size_t stored_run_values = 16;

template <class Real>
struct PieceBuffers {
    FieldArray<DeviceBuffer<Real>> fields;
    HostBuffer<Real> host;  ///< all fields, one after the other
    DeviceBuffer<Real> checkpoints;
    DeviceBuffer<Real> runs;                             ///< training: stored_run_values by cell
    DeviceBuffer<Trust> trust;                           ///< bptt: by cell
    DeviceBuffer<Power<double>> powers;                  ///< the row form: by sequence and row
    DeviceBuffer<RowLines<Real>> lines;                  ///< by segment and row
    DeviceBuffer<RowCoefficients<double>> coefficients;  ///< by row
    DeviceBuffer<unsigned char> plain;                   ///< by row: the lines may be used
    DeviceBuffer<RowHessian<Wide<double>>> hessians;     ///< the row form's curvature: by row
    DeviceBuffer<unsigned char> plain_hessians;          ///< by row
    DeviceBuffer<unsigned char> indices;                 ///< colours: by cell, rows `pitch` apart
    DeviceBuffer<CellStatistics<Real>> statistics;       ///< colours: by block
    std::size_t statistics_count = 0;
    HostBuffer<unsigned char> host_indices;
    HostBuffer<CellStatistics<Real>> host_statistics;

    /// KernelFault when the emulation finds that a kernel wrote beyond one.
    void check() const {
        for (const auto& values : fields) values.check();
        checkpoints.check(), runs.check(), trust.check(), powers.check(), lines.check();
        hessians.check(), plain_hessians.check();
        coefficients.check(), plain.check(), indices.check(), statistics.check();
    }
    Real* field(Field f) const { return fields[f].data(); }
};

/// A piece in the works: launchers add their buffers to it.
template <class Real>
struct PieceWork {
    const DeviceTask<Real>& task;
    Piece piece;
    PieceBuffers<Real>& buffers;
    Stream& stream;

    std::size_t pitch() const {
        return (piece.cols + std::size_t{vector_size<Real>} - 1) / vector_size<Real> *
               vector_size<Real>;
    }
    PieceView<Real> view() const {
        PieceView<Real> view{task.wx.data() + piece.first_col,
                             task.wrec.data() + piece.first_row,
                             piece.rows,
                             piece.cols,
                             pitch(),
                             {}};
        for (Field field : task.fields)  // a buffer may be there from another task
            view.out[field] = buffers.field(field);
        return view;
    }
};

/// An array that neighbouring threads use side by side.
template <class T>
struct Interleaved {
    T* first;
    long long stride;
    GRADSCAPE_HD T& operator[](int i) const { return first[i * stride]; }
};

/// Threads a block, and blocks that cover `count` threads.
inline constexpr unsigned block_threads = 128;
inline unsigned blocks_for(std::size_t count, unsigned block = block_threads) {
    return static_cast<unsigned>((count + block - 1) / block);
}

/// Where each has `rows` cells of a column, one below the other.
template <class Real>
GRADSCAPE_HD inline unsigned threads_for(const PieceView<Real>& piece, unsigned rows) {
    return (piece.rows + rows - 1) / rows * piece.cols;
}

/// The fields of a cell that was evaluated again in wide arithmetic.
template <class Real>
GRADSCAPE_HD inline void store_wide(const PieceView<Real>& piece, std::size_t at,
                                    const WideLossGradient<double>& wide) {
    for_each_plain_field([&](auto field) {
        constexpr Field f = decltype(field)::value;
        if (piece.out[f])
            piece.out[f][at] = static_cast<Real>(field_value<f>(WideCell<double>{wide}));
    });
}

template <class Real>
void launch_bptt(const PieceWork<Real>& work);
template <class Real>
void launch_rows(const PieceWork<Real>& work);
template <class Real>
void launch_curvature(const PieceWork<Real>& work);
template <class Real>
void launch_train(const PieceWork<Real>& work);
template <class Real>
void launch_indices(const PieceWork<Real>& work);
void trace(const DeviceSequences<double>& data, const TraceTask& task);
/// With fewer bytes than asked for where memory does not suffice.
DeviceLimits measure_limits(LimitsTask task);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
