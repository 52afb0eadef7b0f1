// The kernels' surfaces and colours as fillers of strips: the calling threads share a few lanes,
// which are spread over the devices. Plain C++, compiled once for each set of kernels.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "kernels/lane.hpp"
#include "kernels/upload.hpp"

namespace gradscape::GRADSCAPE_BACKEND {
namespace {

/// The lanes of all devices; a thread that finds none free waits.
template <class Real>
class Lanes {
public:
    Lanes(const SurfaceTask<Real>& task, const ColorTask<Real>* color) {
        for (int device = 0; device < device_count(); ++device)
            tasks_.push_back(on_device(task, color, device));
    }

    void fill(const Strip& strip, StripColors* colors) {
        std::unique_ptr<Lane<Real>> lane = take();
        try {
            if (!lane) lane = std::make_unique<Lane<Real>>(*tasks_[next_++ % tasks_.size()]);
            lane->fill(strip, colors);
        } catch (...) {
            lane.reset();  // what is under way in it is of no use
            give_back(nullptr);
            throw;
        }
        give_back(std::move(lane));
    }

private:
    /// A free one, or null where one may be made.
    std::unique_ptr<Lane<Real>> take() {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [&] { return taken_ < lanes_per_device * tasks_.size(); });
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

    std::vector<std::unique_ptr<DeviceTask<Real>>> tasks_;
    std::atomic<std::size_t> next_ = 0;  ///< device
    std::mutex mutex_;                   // guards all below
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Lane<Real>>> free_;
    std::size_t taken_ = 0;
};

template <class Real>
StripFiller surface(const SurfaceTask<Real>& task) {
    const auto lanes = std::make_shared<Lanes<Real>>(task, nullptr);
    return [lanes](const Strip& strip) { lanes->fill(strip, nullptr); };
}

template <class Real>
StripColorFiller colors(const SurfaceTask<Real>& task, const ColorTask<Real>& color) {
    const auto lanes = std::make_shared<Lanes<Real>>(task, &color);
    return [lanes](const Strip& place, StripColors& to) { lanes->fill(place, &to); };
}

}  // namespace
}  // namespace gradscape::GRADSCAPE_BACKEND

namespace gradscape {

const KernelSet GRADSCAPE_KERNEL_SET{
    GRADSCAPE_BACKEND::device_missing, GRADSCAPE_BACKEND::device_names,
    GRADSCAPE_BACKEND::surface<float>, GRADSCAPE_BACKEND::surface<double>,
    GRADSCAPE_BACKEND::colors<float>,  GRADSCAPE_BACKEND::colors<double>,
    GRADSCAPE_BACKEND::trace,          GRADSCAPE_BACKEND::measure_limits};

}  // namespace gradscape
