// The evaluators that run the kernels, on a GPU or emulated: the data as the cpu evaluator prepares
// it, handed through launch.hpp to either set of the same kernels. The only file that knows whether
// CUDA was built in.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include "gradscape/error.hpp"
#include "gradscape/internal/device_limits.hpp"
#include "host/color/color_table.hpp"
#include "host/common/lazy.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_model.hpp"
#include "kernels/launch.hpp"

namespace gradscape::evaluate {
namespace {

/// A view's axes, and what of the model it needs.
template <class Real>
struct ViewOnHost {
    std::vector<double> wx, wrec;
    std::vector<Real> wx_real;
    std::vector<unsigned char> plain_cols, plain_rows;
    kernels::SurfaceTask<Real> task{};

    ViewOnHost(const PreparedModel& prepared, const View& view)
        : wx(view.grid.wx.values()), wrec(view.grid.wrec.values()), wx_real(wx.begin(), wx.end()) {
        const bool rows = resolve_method(view.method, prepared.model().unit()) == Method::rows;
        const bool plain = view.fields.any_plain(), training = view.fields.any_training();
        const bool curvature = view.fields.any_curvature();
        task.activation = prepared.model().activation;
        task.rows = rows;
        task.fields = view.fields;
        task.grid_cols = view.grid.cols();
        task.grid_rows = view.grid.rows();
        task.wx = wx_real.data();
        task.wx_exact = plain || curvature ? wx.data() : nullptr;
        task.wrec = wrec.data();
        task.axis = axis_view(view.grid.wx);
        if (training || (plain && !rows)) task.data = prepared.ordered<Real>();
        if (plain && !rows) {
            const PlainRange range(prepared.range(), view.precision);
            plain_cols = range.flags_wx<unsigned char>(wx);
            plain_rows = range.flags_wrec<unsigned char>(wrec);
            task.plain_cols = plain_cols.data();
            task.plain_rows = plain_rows.data();
        }
        if ((plain || curvature) && !rows)
            task.careful = {prepared.data<double>().view(), prepared.range().ordinary()};
        if (curvature && !rows) task.curvature = curvature_data(prepared);
        if ((plain || curvature) && rows) task.row_data = prepared.row_data().view();
        task.training = view.training;
    }
};

template <class Real>
kernels::ColorTask<Real> color_task(Field field, const ColorMap& map) {
    kernels::ColorTask<Real> task{field, {}, map.non_finite(), map.negative_infinite()};
    task.thresholds.fill(std::numeric_limits<Real>::infinity());
    std::ranges::transform(map.thresholds(), task.thresholds.begin(), color::round_down<Real>);
    return task;
}

class KernelModel : public LoadedModel {
public:
    KernelModel(SharedPrepared prepared, const kernels::KernelSet& set)
        : LoadedModel(std::move(prepared)), set_(set), resident_(set.make_resident()) {}

    StripFiller values(const View& view) const override {
        refuse_parameters(view);
        return with_real(view.precision, [&](auto real) {
            return set_.functions<decltype(real)>().surface(
                resident_, ViewOnHost<decltype(real)>(*prepared_, view).task);
        });
    }

    /// The device is not touched before the first strip: a filler may be thrown away unused.
    ColorFiller colors(const View& view, Field field, const ColorMap& map) const override {
        refuse_parameters(view);
        View colored = view;
        colored.fields = {field};
        const auto make = [&set = set_, prepared = prepared_, resident = resident_, colored, field,
                           map] {
            return with_real(colored.precision, [&](auto real) {
                using Real = decltype(real);
                return set.functions<Real>().colors(resident,
                                                    ViewOnHost<Real>(*prepared, colored).task,
                                                    color_task<Real>(field, map));
            });
        };
        return {ColorFiller::Shape::indices,
                [lazy = std::make_shared<common::Lazy<kernels::StripColorFiller>>(), make](
                    const Strip& place, StripColors& colors) { lazy->get(make)(place, colors); }};
    }

    std::size_t preferred_strip_cells() const override { return set_.preferred_strip_cells; }

    std::vector<Trace> traces(std::span<const Weights> points) const override {
        const SequenceView<double> data = prepared_->data<double>().view();
        const auto length = static_cast<std::size_t>(data.length) + 1;
        std::vector<double> wx, wrec, gradients(points.size() * length),
            logarithms(gradients.size());
        for (const Weights& at : points) wx.push_back(at.wx), wrec.push_back(at.wrec);
        set_.trace(resident_, {model().activation, data, prepared_->weight_exponent(), wx.data(),
                               wrec.data(), points.size(), gradients.data(), logarithms.data()});
        const double total_weight = model().sequences.total_weight();
        std::vector<Trace> all;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const auto of_point = [&](const std::vector<double>& values) {
                const double* const first = values.data() + p * length;
                return std::vector<double>(first, first + length);
            };
            all.push_back({points[p], total_weight, of_point(gradients), of_point(logarithms)});
        }
        return all;
    }

    Trajectory path(Weights start, const TrainingOptions& options) const override {
        return shared_path(*prepared_, start, options);
    }

private:
    static void refuse_parameters(const View& view) {
        if (view.parameters)
            throw InputError(
                "maps over parameters of training are not among the kernels; use the cpu backend");
    }

    const kernels::KernelSet& set_;
    kernels::SharedResident resident_;
};

}  // namespace
SharedLoaded load_emulated(SharedPrepared prepared) {
    return std::make_shared<KernelModel>(std::move(prepared), kernels::emulated_kernels);
}

#if defined(GRADSCAPE_HAVE_CUDA)
std::string cuda_missing() { return kernels::cuda_kernels.missing(); }
std::vector<std::string> cuda_devices() { return kernels::cuda_kernels.devices(); }
SharedLoaded load_cuda(SharedPrepared prepared) {
    return std::make_shared<KernelModel>(std::move(prepared), kernels::cuda_kernels);
}
#else
std::string cuda_missing() { return "built without CUDA"; }
std::vector<std::string> cuda_devices() { return {}; }
SharedLoaded load_cuda(SharedPrepared) { throw InputError(cuda_missing()); }
#endif

}  // namespace gradscape::evaluate

namespace gradscape {

std::optional<DeviceLimits> device_limits() {
#if defined(GRADSCAPE_HAVE_CUDA)
    if (evaluate::cuda_missing().empty()) return kernels::cuda_kernels.limits({});
#endif
    return std::nullopt;
}

}  // namespace gradscape
