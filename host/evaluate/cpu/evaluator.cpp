// The cpu evaluator: a strip is one call of the SIMD kernels, on the calling thread. Threads belong
// to the pipeline, which fills strips side by side.
// SPDX-License-Identifier: MIT
#include <memory>
#include <vector>

#include "gradscape/core/activation.hpp"
#include "gradscape/core/trace_cell.hpp"
#include "host/common/aligned_memory.hpp"
#include "host/evaluate/cpu/simd_kernels.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"

namespace gradscape::evaluate {
namespace {

/// The last value repeated up to a multiple of axis_padding.
template <class Value>
std::vector<Value> padded(std::vector<Value> values) {
    const std::size_t size = (values.size() + axis_padding - 1) / axis_padding * axis_padding;
    values.resize(size, values.back());
    return values;
}

/// Axis values, padded.
template <class Real>
std::vector<Real> padded_values(const Axis& axis) {
    const std::vector<double> values = axis.values();
    return padded(std::vector<Real>(values.begin(), values.end()));
}

/// A view's axes as the kernels read them.
template <class Real>
struct Axes {
    explicit Axes(const Grid& grid)
        : wx(padded_values<Real>(grid.wx)), wrec(grid.wrec.values()), cols(grid.cols()) {}

    StripTask<Real> task(const Strip& strip) const {
        StripTask<Real> task{wx.data(), wrec.data() + strip.first_row, cols, strip.rows, {}};
        for (Field field : all_fields) task.out[field] = strip.field<Real>(field);
        return task;
    }

    std::vector<Real> wx;
    std::vector<double> wrec;
    std::size_t cols;
};

/// With w_x in double, too, for what is computed so whatever the fields are in.
template <class Real>
struct ExactAxes : Axes<Real> {
    explicit ExactAxes(const Grid& grid)
        : Axes<Real>(grid), wx_exact(padded_values<double>(grid.wx)), axis(axis_view(grid.wx)) {}
    std::vector<double> wx_exact;
    AxisView axis;
};

template <class Real>
StripFiller bptt_values(const SharedPrepared& prepared, const View& view) {
    struct BpttAxes : Axes<Real> {
        BpttAxes(const Grid& grid, const PlainRange& plain)
            : Axes<Real>(grid),
              wx_exact(padded_values<double>(grid.wx)),
              plain_cols(padded(plain.template flags_wx<Real>(grid.wx.values()))),
              plain_rows(plain.template flags_wrec<unsigned char>(this->wrec)) {}
        std::vector<double> wx_exact;
        std::vector<Real> plain_cols;
        std::vector<unsigned char> plain_rows;
    };
    const CarefulData careful{prepared->data<double>().view(), prepared->range().ordinary()};
    return [prepared, data = prepared->ordered<Real>(), careful, binary = prepared->binary(),
            axes = std::make_shared<const BpttAxes>(
                view.grid, PlainRange(prepared->range(), view.precision))](const Strip& strip) {
        const common::AlignedMemory scratch =
            common::make_aligned(simd_kernels().bptt_scratch_bytes(data.all.length));
        simd_kernels().functions<Real>().bptt(
            {axes->task(strip), prepared->model().activation, binary, data, careful,
             axes->wx_exact.data(), axes->plain_cols.data(),
             axes->plain_rows.data() + strip.first_row, scratch.get()});
    };
}

template <class Real>
StripFiller row_values(const SharedPrepared& prepared, const View& view) {
    return [prepared, &data = prepared->row_data(),
            axes = std::make_shared<const ExactAxes<Real>>(view.grid)](const Strip& strip) {
        const common::AlignedMemory scratch =
            common::make_aligned(simd_kernels().rows_scratch_bytes(data.count()));
        simd_kernels().functions<Real>().rows(
            {axes->task(strip), axes->axis, axes->wx_exact.data(), data.view(), scratch.get()});
    };
}

/// The axes of a view of training: weights, or the parameters that its coordinates stand for.
template <class Real>
std::shared_ptr<const Axes<Real>> training_axes(const View& view) {
    auto axes = std::make_shared<Axes<Real>>(view.grid);
    if (view.parameters) {
        std::vector<Real> x;
        for (const double at : view.grid.wx.values())
            x.push_back(static_cast<Real>(view.parameters->x.value(at)));
        axes->wx = padded(std::move(x));
        for (double& at : axes->wrec) at = view.parameters->y.value(at);
    }
    return axes;
}

template <class Real>
StripFiller training_values(const SharedPrepared& prepared, const View& view) {
    return [prepared, data = prepared->ordered<Real>(), binary = prepared->binary(),
            options = view.training, plane = view.parameters,
            axes = training_axes<Real>(view)](const Strip& strip) {
        const common::AlignedMemory scratch =
            common::make_aligned(simd_kernels().bptt_scratch_bytes(data.all.length));
        VariedParameters varied{};
        if (plane)
            varied = {plane->x.parameter, plane->y.parameter, plane->start.wx, plane->start.wrec};
        simd_kernels().functions<Real>().train({axes->task(strip), prepared->model().activation,
                                                binary, data, &options, scratch.get(),
                                                plane ? &varied : nullptr});
    };
}

template <class Real>
StripFiller curvature_values(const SharedPrepared& prepared, const View& view, bool rows) {
    const CurvatureData data = rows ? CurvatureData{} : curvature_data(*prepared);
    const RowData row_data = rows ? prepared->row_data().view() : RowData{};
    return [prepared, rows, data, row_data,
            axes = std::make_shared<const ExactAxes<Real>>(view.grid)](const Strip& strip) {
        simd_kernels().functions<Real>().curvature({axes->task(strip), prepared->model().activation,
                                                    rows, data, row_data, axes->axis,
                                                    axes->wx_exact.data()});
    };
}

template <class Real>
StripFiller all_values(const SharedPrepared& prepared, const View& view) {
    const bool rows = resolve_method(view.method, prepared->model().unit()) == Method::rows;
    std::vector<StripFiller> parts;
    if (view.fields.any_plain())
        parts.push_back(rows ? row_values<Real>(prepared, view)
                             : bptt_values<Real>(prepared, view));
    if (view.fields.any_curvature()) parts.push_back(curvature_values<Real>(prepared, view, rows));
    if (view.fields.any_training()) parts.push_back(training_values<Real>(prepared, view));
    return [parts = std::move(parts)](const Strip& strip) {
        for (const StripFiller& fill : parts) fill(strip);
    };
}

template <class F>
std::vector<Trace> traces_of(const PreparedModel& prepared, std::span<const Weights> points) {
    const DataArrays<double>& data = prepared.data<double>();
    const auto length = static_cast<std::size_t>(data.length);
    std::vector<double> states(length);
    std::vector<Wide<double>> sums(length + 1);
    std::vector<Trace> traces;
    StopCheck check(static_cast<unsigned>(100'000 / (length + 1) + 1));  // steps
    for (const Weights& at : points) {  // one after the other, since they are few
        Trace& trace = traces.emplace_back();
        trace.at = at;
        trace.total_weight = prepared.model().sequences.total_weight();
        trace.sums.resize(length + 1);
        trace.log10_sums.resize(length + 1);
        trace_point<F>(data.view(), prepared.weight_exponent(), at.wx, at.wrec, states.data(),
                       sums.data(), trace.sums.data(), trace.log10_sums.data(), check);
    }
    return traces;
}

class CpuModel : public LoadedModel {
public:
    using LoadedModel::LoadedModel;

    StripFiller values(const View& view) const override { return cpu_values(prepared_, view); }
    ColorFiller colors(const View& view, Field field, const ColorMap& map) const override {
        return cpu_colors(prepared_, view, field, map);
    }
    std::vector<Trace> traces(std::span<const Weights> points) const override {
        return with_activation(model().activation,
                               [&](auto f) { return traces_of<decltype(f)>(*prepared_, points); });
    }
    Trajectory path(Weights start, const TrainingOptions& options) const override {
        return shared_path(*prepared_, start, options);
    }
};

}  // namespace

StripFiller cpu_values(const SharedPrepared& prepared, const View& view) {
    return with_real(view.precision,
                     [&](auto real) { return all_values<decltype(real)>(prepared, view); });
}

SharedLoaded load_cpu(SharedPrepared prepared) {
    simd_kernels();  // refuses what the environment asks for wrongly before any work
    return std::make_shared<CpuModel>(std::move(prepared));
}

}  // namespace gradscape::evaluate
