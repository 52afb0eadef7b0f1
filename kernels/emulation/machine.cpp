// SPDX-License-Identifier: MIT
#include "kernels/emulation/machine.hpp"

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::emulation {
namespace {

thread_local int device_of_thread = 0;

/// Relaxed throughout: a count must not order threads, lest the thread sanitizer miss a race.
struct Counts {
    std::array<std::atomic<unsigned>, 4> calls{};
    std::atomic<std::size_t> allocations = 0;
    std::atomic<std::size_t> busy = 0, most_busy = 0, most_pinned = 0;
};
Counts counts;

void raise(std::atomic<std::size_t>& most, std::size_t to) {
    std::size_t before = most.load(std::memory_order_relaxed);
    while (to > before && !most.compare_exchange_weak(before, to, std::memory_order_relaxed)) {
    }
}

std::mutex faults_mutex;
std::vector<std::string> faults;
std::atomic<bool> any_fault = false;

Machine initial_machine() {
    const char* words = std::getenv("GRADSCAPE_EMULATION");
    return words ? Machine::from(words) : Machine{};
}

Machine& changeable_machine() {
    static Machine it = initial_machine();
    return it;
}

/// `word` is `name=number`, the number 1 or more.
template <class Number>
bool take(std::string_view word, std::string_view name, Number& to) {
    if (!word.starts_with(name) || word.substr(name.size(), 1) != "=") return false;
    const std::string_view digits = word.substr(name.size() + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
    return error == std::errc{} && end == digits.data() + digits.size() && to >= 1;
}

bool take(std::string_view word, Machine& to) {
    if (word == "forward") return to.execution.order = ThreadOrder::forward, true;
    if (word == "reverse") return to.execution.order = ThreadOrder::reverse, true;
    if (word == "shuffled") return to.execution.order = ThreadOrder::shuffled, true;
    if (word == "deferred") return to.deferred = true;
    return take(word, "devices", to.devices) || take(word, "seed", to.seed) ||
           take(word, "device-memory", to.device_memory) ||
           take(word, "failing-allocation", to.failing_allocation) ||
           take(word, "failing-launch", to.failing_launch) ||
           take(word, "failing-copy", to.failing_copy) ||
           take(word, "failing-work", to.failing_work);
}

}  // namespace

Machine Machine::from(std::string_view words) {
    Machine made;
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(','));
        if (!take(word, made))
            throw InputError(fmt::format(
                "GRADSCAPE_EMULATION: \"{}\" is none of forward, reverse, shuffled, deferred, "
                "devices=N, seed=N, device-memory=N, failing-allocation=N, failing-launch=N, "
                "failing-copy=N, failing-work=N",
                word));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
    return made;
}

const Machine& machine() { return changeable_machine(); }

void set_machine(const Machine& machine) {
    changeable_machine() = machine;
    for (auto& calls : counts.calls) calls = 0;
    counts.most_busy = counts.most_pinned = 0;
    device_of_thread = 0;
}

void use_device(int device) {
    if (device < 0 || device >= machine().devices)
        throw KernelFault(
            fmt::format("invalid device {}: there are {}", device, machine().devices));
    device_of_thread = device;
}

int current_device() { return device_of_thread; }

Seen seen() {
    return {counts.calls[static_cast<std::size_t>(Call::launch)], counts.most_busy,
            counts.allocations, counts.most_pinned};
}

void report_fault(std::string fault) {
    const std::lock_guard lock(faults_mutex);
    faults.push_back(std::move(fault));
    any_fault.store(true, std::memory_order_relaxed);
}

void throw_reported_fault() {
    if (!any_fault.load(std::memory_order_relaxed)) return;
    const std::vector<std::string> all = take_faults();
    if (!all.empty()) throw KernelFault(all.front());
}

std::vector<std::string> take_faults() {
    const std::lock_guard lock(faults_mutex);
    any_fault.store(false, std::memory_order_relaxed);
    return std::exchange(faults, {});
}

bool fails(Call call) {
    const Machine& it = machine();
    const unsigned every[] = {it.failing_allocation, it.failing_launch, it.failing_copy,
                              it.failing_work};
    const auto which = static_cast<std::size_t>(call);
    const unsigned so_far = counts.calls[which].fetch_add(1, std::memory_order_relaxed) + 1;
    return every[which] > 0 && so_far % every[which] == 0;
}

void count_allocation(int change) {
    counts.allocations.fetch_add(static_cast<std::size_t>(change), std::memory_order_relaxed);
}

void count_busy_stream(int change) {
    const auto by = static_cast<std::size_t>(change);
    raise(counts.most_busy, counts.busy.fetch_add(by, std::memory_order_relaxed) + by);
}

void count_pinned(std::size_t bytes_now) { raise(counts.most_pinned, bytes_now); }

}  // namespace gradscape::emulation
