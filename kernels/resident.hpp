// A model's data on a device, and a task's. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "kernels/surface.cuh"

namespace gradscape::GRADSCAPE_BACKEND {

template <class Real>
std::vector<std::uint32_t> bits_of(const SequenceView<Real>& data) {
    const auto length = static_cast<std::size_t>(data.length);
    const auto words = static_cast<std::size_t>(words_of(data.length));
    std::vector<std::uint32_t> bits(static_cast<std::size_t>(data.count) * words);
    for (int i = 0; i < data.count; ++i)
        for (std::size_t k = 0; k < length; ++k)
            if (data.inputs_of(i)[k] != 0)
                bits[static_cast<std::size_t>(i) * words + k / BitInputs::word_bits] |=
                    1u << k % BitInputs::word_bits;
    return bits;
}

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
    /// The exact ones serve cells that overflow, and inputs that are bits need not be floats, too.
    const DeviceSequences<float>& sequences(SequenceView<float> from, bool binary) {
        if (binary) from.inputs = nullptr;
        return made(floats_, [&](Stream& stream) { return DeviceSequences(from, stream); });
    }
    const DeviceSequences<double>& sequences(const SequenceView<double>& from, bool /*binary*/) {
        return sequences(from);
    }
    const DeviceSequences<double>& row_data(const SequenceView<double>& from) {
        return made(row_data_, [&](Stream& stream) { return DeviceSequences(from, stream); });
    }
    template <class Real>
    const DeviceBuffer<std::uint32_t>& bits(const SequenceView<Real>& from) {
        return made(bits_, [&](Stream& stream) {
            const std::vector<std::uint32_t> words = bits_of(from);
            auto buffer = to_device(words.data(), words.size(), stream);
            stream.synchronize();  // `words` is still needed
            return buffer;
        });
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
    std::optional<DeviceSequences<float>> floats_;
    std::optional<DeviceSequences<double>> doubles_, row_data_;
    std::optional<DeviceBuffer<std::uint32_t>> bits_;
};

/// What a task leaves out.
template <class Real>
const DeviceSequences<Real>& no_sequences() {
    static const DeviceSequences<Real> none;
    return none;
}
inline const DeviceBuffer<std::uint32_t>& no_bits() {
    static const DeviceBuffer<std::uint32_t> none;
    return none;
}

template <class Real>
std::unique_ptr<DeviceTask<Real>> on_device(DeviceModel& model, const SurfaceTask<Real>& task,
                                            const ColorTask<Real>* color, int device) {
    const bool data = task.data.count > 0, binary = data && task.binary;
    const auto& sequences = data ? model.sequences(task.data, binary) : no_sequences<Real>();
    const auto& bits = binary ? model.bits(task.data) : no_bits();
    const auto& exact = task.careful.sequences.count > 0 ? model.sequences(task.careful.sequences)
                                                         : no_sequences<double>();
    const auto& row_data = task.row_data.sequences.count > 0
                               ? model.row_data(task.row_data.sequences)
                               : no_sequences<double>();
    use_device(device);
    Stream stream;
    auto made = std::make_unique<DeviceTask<Real>>(DeviceTask<Real>{
        .device = device,
        .activation = task.activation,
        .rows = task.rows,
        .binary = task.binary,
        .fields = task.fields,
        .grid_cols = task.grid_cols,
        .axis = task.axis,
        .training = task.training,
        .wx = padded(task.wx, task.grid_cols, stream),
        .wx_exact = padded(task.wx_exact, task.grid_cols, stream),
        .wrec = to_device(task.wrec, task.grid_rows, stream),
        .data = sequences,
        .bits = bits,
        .exact = exact,
        .row_data = row_data,
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

}  // namespace gradscape::GRADSCAPE_BACKEND
