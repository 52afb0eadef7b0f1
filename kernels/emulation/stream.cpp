// SPDX-License-Identifier: MIT
#include "kernels/emulation/stream.hpp"

#include <fmt/core.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "gradscape/error.hpp"
#include "kernels/emulation/machine.hpp"
#include "kernels/emulation/memory.hpp"

namespace gradscape::emulation {

/// Does one stream's work at a time, and the next stream's when that one has gone and all is done.
class StreamThread {
public:
    StreamThread() : thread_([this] { run(); }) {}
    ~StreamThread() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    StreamThread(const StreamThread&) = delete;
    StreamThread& operator=(const StreamThread&) = delete;

    /// For a new stream; false where it still works for the one before.
    bool take(std::uint64_t seed) {
        const std::lock_guard lock(mutex_);
        if (!released_ || busy_) return false;
        released_ = false;
        error_ = nullptr;
        random_.seed(seed);
        return true;
    }
    void release() {
        {
            const std::lock_guard lock(mutex_);
            released_ = true;
        }
        changed_.notify_all();
    }

    void add(std::function<void()> work) {
        {
            const std::lock_guard lock(mutex_);
            work_.push_back(std::move(work));
            if (!std::exchange(busy_, true)) count_busy_stream(1);
        }
        changed_.notify_all();
    }

    /// Until all is done; what failed.
    std::exception_ptr wait() {
        std::unique_lock lock(mutex_);
        ++waiters_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !busy_; });
        --waiters_;
        return std::exchange(error_, nullptr);
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return !work_.empty() || ending_; });
            if (work_.empty()) return;
            delay(lock);
            std::function<void()> work = std::move(work_.front());
            work_.pop_front();
            const bool skip = error_ != nullptr;  // as on a GPU, which does nothing after a fault
            lock.unlock();
            std::exception_ptr failed;
            try {
                if (!skip) work();
            } catch (...) {
                failed = std::current_exception();
            }
            work = nullptr;  // before anybody is told that it is done
            lock.lock();
            if (failed) error_ = failed;
            if (!work_.empty()) continue;
            busy_ = false;
            count_busy_stream(-1);
            changed_.notify_all();
        }
    }

    void delay(std::unique_lock<std::mutex>& lock) {
        const auto longest = machine().longest_delay.count();
        switch (random_() % 3) {
            case 0:
                return;
            case 1: {
                const std::chrono::microseconds time(
                    static_cast<long>(random_() % (static_cast<unsigned long>(longest) + 1)));
                lock.unlock();
                std::this_thread::sleep_for(time);
                lock.lock();
                return;
            }
            default:
                changed_.wait(lock, [&] { return waiters_ > 0 || released_ || ending_; });
        }
    }

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::deque<std::function<void()>> work_;
    std::exception_ptr error_;
    std::mt19937_64 random_;
    int waiters_ = 0;
    bool busy_ = false, released_ = true, ending_ = false;
    std::thread thread_;  // last: it uses the others
};

namespace {

/// Threads of streams that have gone serve those to come.
class StreamThreads {
public:
    StreamThread* take() {
        const std::lock_guard lock(mutex_);
        const std::uint64_t seed = machine().seed + 1000003 * turn_++;
        for (const auto& thread : all_)
            if (thread->take(seed)) return thread.get();
        all_.push_back(std::make_unique<StreamThread>());
        all_.back()->take(seed);
        return all_.back().get();
    }

private:
    std::mutex mutex_;  // guards all below
    std::uint64_t turn_ = 0;
    std::vector<std::unique_ptr<StreamThread>> all_;
};

StreamThreads& stream_threads() {
    static StreamThreads all;
    return all;
}

void release(StreamThread* thread) { thread->release(); }

void copy_rows(const Copy& what) {
    for (std::size_t row = 0; row < what.rows; ++row)
        std::memcpy(static_cast<unsigned char*>(what.to) + row * what.to_pitch,
                    static_cast<const unsigned char*>(what.from) + row * what.from_pitch,
                    what.row_bytes);
}

void fail(Call call, const char* what) {
    if (call != Call::work) throw_reported_fault();  // which is the host's to be told
    if (fails(call)) throw RunError(fmt::format("emulated device: {} failed, as was asked", what));
}

}  // namespace

Stream::Stream() : device_(current_device()), thread_(nullptr, release) {
    throw_reported_fault();
    if (machine().deferred) thread_.reset(stream_threads().take());
}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

void Stream::synchronize() {
    if (thread_)
        if (const std::exception_ptr error = thread_->wait()) std::rethrow_exception(error);
    throw_reported_fault();
}

void Stream::drain() noexcept {
    if (thread_) thread_->wait();
}

bool wants_arguments() { return machine().deferred || machine().devices > 1; }

void Stream::run(Index3 grid, Index3 block, std::size_t shared_bytes,
                 const std::function<void()>& thread, const std::vector<const void*>& arguments) {
    fail(Call::launch, "launch");
    if (device_ != current_device())
        throw KernelFault(
            fmt::format("invalid resource handle: a launch on device {} into a stream of device {}",
                        current_device(), device_));
    auto used = std::make_shared<const UsedMemory>(arguments, device_);
    if (!thread_) return launch(grid, block, shared_bytes, thread);
    thread_->add([grid, block, shared_bytes, thread, used = std::move(used)] {
        fail(Call::work, "kernel");
        launch(grid, block, shared_bytes, thread);
        used->check();
    });
}

void Stream::copy(const Copy& what) {
    fail(Call::copy, "copy");
    if (!thread_) return copy_rows(what);
    auto used =
        std::make_shared<const UsedMemory>(std::vector<const void*>{what.to, what.from}, device_);
    thread_->add([what, used = std::move(used)] {
        fail(Call::work, "copy");
        copy_rows(what);
        used->check();
    });
}

}  // namespace gradscape::emulation
