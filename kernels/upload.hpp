// A task's data onto a device. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

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

template <class Real>
std::unique_ptr<DeviceTask<Real>> on_device(const SurfaceTask<Real>& task,
                                            const ColorTask<Real>* color, int device) {
    use_device(device);
    Stream stream;
    const bool bits = task.binary && task.data.count > 0;
    const std::vector<std::uint32_t> words =
        bits ? bits_of(task.data) : std::vector<std::uint32_t>();
    SequenceView<Real> data = task.data;
    if (bits) data.inputs = nullptr;
    auto made = std::make_unique<DeviceTask<Real>>(DeviceTask<Real>{
        device, task.cell, task.rows, task.binary, task.fields, task.grid_cols, task.axis,
        task.training, padded(task.wx, task.grid_cols, stream),
        padded(task.wx_exact, task.grid_cols, stream), to_device(task.wrec, task.grid_rows, stream),
        DeviceSequences<Real>(data, stream), to_device(words.data(), words.size(), stream),
        DeviceSequences<double>(task.exact, stream), DeviceSequences<double>(task.row_data, stream),
        to_device(color ? color->thresholds.data() : nullptr, most_thresholds, stream),
        color ? color->field : Field::loss, color ? color->non_finite : 0u,
        color ? color->negative_infinite : 0u});
    stream.synchronize();
    return made;
}

}  // namespace gradscape::GRADSCAPE_BACKEND
