// SPDX-License-Identifier: MIT
#include "kernels/emulation/memory.hpp"

#include <fmt/core.h>

#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "kernels/emulation/machine.hpp"
#include "kernels/launch.hpp"

namespace gradscape::emulation {
namespace {

/// Bytes taken, by device; all allocations that have an owner, by address.
struct Ledger {
    std::mutex mutex;  // guards all below
    std::map<int, std::size_t> taken;
    std::map<const unsigned char*, std::weak_ptr<Allocation>> allocations;
};

Ledger& ledger() {
    static Ledger it;
    return it;
}

std::shared_ptr<Allocation> allocation_at(const void* address) {
    Ledger& all = ledger();
    const auto* byte = static_cast<const unsigned char*>(address);
    const std::lock_guard lock(all.mutex);
    auto after = all.allocations.upper_bound(byte);
    if (after == all.allocations.begin()) return nullptr;
    std::shared_ptr<Allocation> found = std::prev(after)->second.lock();
    return found && found->contains(byte) ? found : nullptr;
}

}  // namespace

std::size_t free_device_memory() {
    Ledger& all = ledger();
    const std::lock_guard lock(all.mutex);
    const std::size_t has = machine().device_memory, taken = all.taken[current_device()];
    return has > taken ? has - taken : 0;
}

Allocation::Share::Share(int of, std::size_t wanted) : device(of), bytes(wanted) {
    Ledger& all = ledger();
    const std::lock_guard lock(all.mutex);
    std::size_t& taken = all.taken[device];
    const bool too_much = device != pinned && taken + wanted > machine().device_memory;
    if (fails(Call::allocation) || too_much)
        throw kernels::OutOfDeviceMemory(fmt::format(
            "out of {} memory: {} bytes asked for", device == pinned ? "pinned" : "device", bytes));
    taken += bytes;
    if (device == pinned) count_pinned(taken);
}

Allocation::Share::~Share() {
    Ledger& all = ledger();
    const std::lock_guard lock(all.mutex);
    all.taken[device] -= bytes;
}

Allocation::Allocation(int device, std::size_t bytes)
    : device_(device), share_(device, bytes), memory_(bytes) {
    count_allocation(1);
}

Allocation::~Allocation() { count_allocation(-1); }

bool Allocation::contains(const unsigned char* byte) const {
    const auto* first = static_cast<const unsigned char*>(memory_.data());
    return byte >= first && byte < first + memory_.bytes();
}

std::string Allocation::name() const {
    return device_ == pinned
               ? fmt::format("pinned memory of {} bytes", memory_.bytes())
               : fmt::format("device memory of {} bytes on device {}", memory_.bytes(), device_);
}

Memory::Memory(bool is_pinned, std::size_t bytes) {
    throw_reported_fault();
    allocation_ = std::make_shared<Allocation>(is_pinned ? pinned : current_device(), bytes);
    Ledger& all = ledger();
    const std::lock_guard lock(all.mutex);
    all.allocations[static_cast<const unsigned char*>(data())] = allocation_;
}

Memory& Memory::operator=(Memory&& other) noexcept {
    free();
    allocation_ = std::move(other.allocation_);
    return *this;
}

Memory::~Memory() { free(); }

void Memory::free() {
    if (!allocation_) return;
    if (allocation_->users() > 0)
        report_fault(allocation_->name() + " freed while a launch or copy uses it");
    {
        Ledger& all = ledger();
        const std::lock_guard lock(all.mutex);
        all.allocations.erase(static_cast<const unsigned char*>(data()));
    }
    allocation_.reset();
}

UsedMemory::UsedMemory(const std::vector<const void*>& addresses, int device) {
    for (const void* address : addresses) {
        std::shared_ptr<Allocation> found = allocation_at(address);
        if (!found) continue;
        if (found->device() != pinned && found->device() != device)
            throw KernelFault(
                fmt::format("illegal address: {}, used on device {}", found->name(), device));
        all_.push_back(std::move(found));
    }
    for (const auto& used : all_) used->users_.fetch_add(1, std::memory_order_relaxed);
}

UsedMemory::~UsedMemory() {
    for (const auto& used : all_) used->users_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace gradscape::emulation
