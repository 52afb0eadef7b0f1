// SPDX-License-Identifier: MIT
#include "gradscape/block_cache.hpp"

#include <bit>
#include <initializer_list>
#include <utility>

namespace gradscape {

std::size_t BlockCache::Hash::operator()(const BlockKey& key) const noexcept {
    std::uint64_t hash = std::bit_cast<std::uintptr_t>(key.model);
    const auto mix = [&hash](std::uint64_t value) {
        hash = (hash ^ value) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 32;
    };
    for (const int part :
         {static_cast<int>(key.field), static_cast<int>(key.method),
          static_cast<int>(key.precision), key.wx.m, key.wx.n, key.wrec.m, key.wrec.n,
          static_cast<int>(key.training.optimizer), key.training.iterations})
        mix(static_cast<std::uint64_t>(part));
    for (const double part : {key.training.learning_rate, key.training.eta_plus,
                              key.training.eta_minus, key.training.delta0})
        mix(std::bit_cast<std::uint64_t>(part));
    mix(static_cast<std::uint64_t>(key.column));
    mix(static_cast<std::uint64_t>(key.row));
    return hash;
}

std::shared_ptr<const Block> BlockCache::find(const BlockKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->block;
}

void BlockCache::insert(const BlockKey& key, std::shared_ptr<const Block> block) {
    const std::size_t size = bytes_of(*block);
    const std::lock_guard lock(mutex_);
    if (size > max_bytes_ || by_key_.contains(key)) return;
    while (bytes_ + size > max_bytes_) {
        bytes_ -= bytes_of(*recent_.back().block);
        by_key_.erase(recent_.back().key);
        recent_.pop_back();
    }
    recent_.push_front({key, std::move(block)});
    by_key_.emplace(key, recent_.begin());
    bytes_ += size;
}

std::size_t BlockCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace gradscape
