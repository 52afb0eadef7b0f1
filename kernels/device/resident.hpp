// A model's data on a device, and a task's. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

#include "gradscape/core/activation.hpp"
#include "kernels/surface.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {

/// Values with the last one repeated, so that whole vectors may be read.
template <class T>
DeviceBuffer<T> padded(const T* from, std::size_t count, Stream& stream) {
    if (!from) return {};
    std::vector<T> values(from, from + count);
    values.resize((count + 3) / 4 * 4, values.back());
    DeviceBuffer<T> buffer = to_device(values.data(), values.size(), stream);
    stream.synchronize();  // `values` is still needed
    return buffer;
}

/// The sequences of a model on one device, each part from its first use on. Thread-safe.
class DeviceModel {
public:
    explicit DeviceModel(int device) : device_(device) {}

    const DeviceSequences<double>& sequences(const SequenceView<double>& from) {
        return made(doubles_, [&](Stream& stream) { return DeviceSequences(from, stream); });
    }
    const DeviceBuffer<SequencePlace>& order(const OrderedSequences<double>& from) {
        return made(order_, [&](Stream& stream) {
            return to_device(from.order, static_cast<std::size_t>(from.all.count), stream);
        });
    }
    /// `layout`: the same at each call, as the model is.
    template <class Real>
    const DeviceRecords<Real>& records(const OrderedSequences<Real>& from, RecordLayout layout) {
        return made(std::get<std::optional<DeviceRecords<Real>>>(records_),
                    [&](Stream& stream) { return DeviceRecords<Real>(from, layout, stream); });
    }
    const DeviceSequences<double>& row_data(const SequenceView<double>& from) {
        return made(row_data_, [&](Stream& stream) { return DeviceSequences(from, stream); });
    }

private:
    template <class Part, class Make>
    const Part& made(std::optional<Part>& part, Make make) {
        const std::lock_guard lock(mutex_);
        if (!part) {
            use_device(device_);
            Stream stream;
            Part ready = make(stream);
            stream.synchronize();
            part.emplace(std::move(ready));
        }
        return *part;
    }

    int device_;
    std::mutex mutex_;  // guards all below
    std::tuple<std::optional<DeviceRecords<float>>, std::optional<DeviceRecords<double>>> records_;
    std::optional<DeviceSequences<double>> doubles_, row_data_;
    std::optional<DeviceBuffer<SequencePlace>> order_;
};

/// What a task leaves out.
template <class Part>
const Part& none() {
    static const Part empty;
    return empty;
}

/// Of a task's BPTT and training.
template <class Real>
const DeviceRecords<Real>& records_for(DeviceModel& model, const SurfaceTask<Real>& task) {
    const SequenceView<Real>& all = task.data.all;
    if (all.count == 0) return none<DeviceRecords<Real>>();
    const bool cheap =
        with_activation(task.activation, [](auto f) { return decltype(f)::homogeneous; });
    return model.records(task.data, record_layout(all.length, cheap, all.initial_state == Real(0)));
}

template <class Real>
std::unique_ptr<DeviceTask<Real>> on_device(DeviceModel& model, const SurfaceTask<Real>& task,
                                            const ColorTask<Real>* color, int device) {
    const auto& records = records_for(model, task);
    const auto& exact = task.careful.sequences.count > 0 ? model.sequences(task.careful.sequences)
                                                         : none<DeviceSequences<double>>();
    const auto& row_data = task.row_data.sequences.count > 0
                               ? model.row_data(task.row_data.sequences)
                               : none<DeviceSequences<double>>();
    const auto& order = task.curvature.sequences.order ? model.order(task.curvature.sequences)
                                                       : none<DeviceBuffer<SequencePlace>>();
    use_device(device);
    Stream stream;
    auto made = std::make_unique<DeviceTask<Real>>(DeviceTask<Real>{
        .device = device,
        .activation = task.activation,
        .rows = task.rows,
        .fields = task.fields,
        .grid_cols = task.grid_cols,
        .axis = task.axis,
        .training = task.training,
        .wx = padded(task.wx, task.grid_cols, stream),
        .wx_exact = padded(task.wx_exact, task.grid_cols, stream),
        .wrec = to_device(task.wrec, task.grid_rows, stream),
        .records = records,
        .exact = exact,
        .row_data = row_data,
        .order = order,
        .ordinary = task.careful.ordinary,
        .plain_cols = to_device(task.plain_cols, task.grid_cols, stream),
        .plain_rows = to_device(task.plain_rows, task.grid_rows, stream),
        .row_scale = task.row_data.scale,
        .curvature = task.curvature,
        .thresholds =
            to_device(color ? color->thresholds.data() : nullptr, most_thresholds, stream),
        .color_field = color ? color->field : Field::loss,
        .non_finite_index = color ? color->non_finite : 0u,
        .negative_infinite_index = color ? color->negative_infinite : 0u});
    stream.synchronize();
    return made;
}

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
