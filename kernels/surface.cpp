// The kernels' surfaces and colours as fillers of strips: the calling threads share a few lanes,
// which are spread over the devices. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "kernels/device/lane.hpp"
#include "kernels/device/resident.hpp"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

/// A task on each device.
template <class Real>
using DeviceTasks = std::vector<std::unique_ptr<DeviceTask<Real>>>;

/// The lanes of all devices; a thread that finds none free waits. A lane keeps its streams and
/// buffers from one strip and task to the next.
template <class Real>
class Lanes {
public:
    explicit Lanes(std::size_t devices) : devices_(devices) {}

    template <class MakeRoom>
    void fill(const DeviceTasks<Real>& tasks, const Strip& strip, StripColors* colors,
              MakeRoom make_room) {
        std::unique_ptr<Lane<Real>> lane = take();
        try {
            if (!lane) lane = std::make_unique<Lane<Real>>(static_cast<int>(next_++ % devices_));
            lane->fill(*tasks[static_cast<std::size_t>(lane->device())], strip, colors, make_room);
        } catch (...) {
            lane.reset();  // what is under way in it is of no use
            give_back(nullptr);
            throw;
        }
        give_back(std::move(lane));
    }

    /// Frees what idle lanes hold.
    void drop_idle() {
        const std::lock_guard lock(mutex_);
        free_.clear();
    }

private:
    /// A free one, or null where one may be made.
    std::unique_ptr<Lane<Real>> take() {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [&] { return taken_ < lanes_per_device * devices_; });
        ++taken_;
        if (free_.empty()) return nullptr;
        std::unique_ptr<Lane<Real>> lane = std::move(free_.back());
        free_.pop_back();
        return lane;
    }
    void give_back(std::unique_ptr<Lane<Real>> lane) {
        const std::lock_guard lock(mutex_);
        --taken_;
        if (lane) free_.push_back(std::move(lane));
        returned_.notify_one();
    }

    std::size_t devices_;
    std::atomic<std::size_t> next_ = 0;  ///< device
    std::mutex mutex_;                   // guards all below
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Lane<Real>>> free_;
    std::size_t taken_ = 0;
};

class Resident : public ResidentModel {
public:
    Resident() : Resident(static_cast<std::size_t>(device_count())) {}

    DeviceModel& on(std::size_t device) { return *devices_[device]; }

    template <class Real>
    DeviceTasks<Real> tasks(const SurfaceTask<Real>& task, const ColorTask<Real>* color) {
        DeviceTasks<Real> made;
        for (std::size_t device = 0; device < devices_.size(); ++device)
            made.push_back(on_device(on(device), task, color, static_cast<int>(device)));
        return made;
    }

    template <class Real>
    void fill(const DeviceTasks<Real>& tasks, const Strip& strip, StripColors* colors) {
        const auto make_room = [this] { f32_.drop_idle(), f64_.drop_idle(); };
        if constexpr (sizeof(Real) == 4)
            f32_.fill(tasks, strip, colors, make_room);
        else
            f64_.fill(tasks, strip, colors, make_room);
    }

private:
    explicit Resident(std::size_t count) : f32_(count), f64_(count) {
        for (std::size_t device = 0; device < count; ++device)
            devices_.push_back(std::make_unique<DeviceModel>(static_cast<int>(device)));
    }

    std::vector<std::unique_ptr<DeviceModel>> devices_;
    Lanes<float> f32_;
    Lanes<double> f64_;
};

SharedResident make_resident() { return std::make_shared<Resident>(); }

std::shared_ptr<Resident> resident(const SharedResident& model) {
    return std::static_pointer_cast<Resident>(model);
}

/// The function that fills strips, or colours, of a task; it keeps the model.
template <class Real>
auto filler(const SharedResident& of, const SurfaceTask<Real>& task, const ColorTask<Real>* color) {
    const auto model = resident(of);
    auto tasks = std::make_shared<const DeviceTasks<Real>>(model->tasks(task, color));
    return [model, tasks](const Strip& strip, StripColors* colors) {
        model->fill(*tasks, strip, colors);
    };
}

template <class Real>
StripFiller surface(const SharedResident& model, const SurfaceTask<Real>& task) {
    return
        [fill = filler<Real>(model, task, nullptr)](const Strip& strip) { fill(strip, nullptr); };
}

template <class Real>
StripColorFiller colors(const SharedResident& model, const SurfaceTask<Real>& task,
                        const ColorTask<Real>& color) {
    return [fill = filler<Real>(model, task, &color)](const Strip& place, StripColors& to) {
        fill(place, &to);
    };
}

void traces(const SharedResident& model, const TraceTask& task) {
    trace(resident(model)->on(0).sequences(task.data), task);
}

}  // namespace
}  // namespace gradscape::kernels::GRADSCAPE_BACKEND

namespace gradscape::kernels {

const KernelSet GRADSCAPE_KERNEL_SET{
    .missing = GRADSCAPE_BACKEND::device_missing,
    .devices = GRADSCAPE_BACKEND::device_names,
    .preferred_strip_cells = GRADSCAPE_BACKEND::preferred_strip_cells,
    .make_resident = GRADSCAPE_BACKEND::make_resident,
    .f32 = {GRADSCAPE_BACKEND::surface<float>, GRADSCAPE_BACKEND::colors<float>},
    .f64 = {GRADSCAPE_BACKEND::surface<double>, GRADSCAPE_BACKEND::colors<double>},
    .trace = GRADSCAPE_BACKEND::traces,
    .limits = GRADSCAPE_BACKEND::measure_limits};

}  // namespace gradscape::kernels
