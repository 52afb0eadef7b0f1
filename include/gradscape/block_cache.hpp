// Blocks of values on the lattice, kept while there is room: pans, previews, other colours and
// other tabs of a browser find what is already known.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gradscape/field.hpp"
#include "gradscape/lattice.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/types.hpp"

namespace gradscape {

class LoadedModel;

/// All that decides the values of a block.
struct BlockKey {
    const LoadedModel* model = nullptr;  ///< which must outlive the cache
    Field field = Field::loss;
    Method method = Method::automatic;
    Precision precision = Precision::f32;
    TrainingOptions training;  ///< the defaults for fields that are not trained
    Pitch wx, wrec;
    std::int64_t column = 0, row = 0;  ///< of blocks

    bool operator==(const BlockKey&) const = default;
};

/// block_points × block_points values as float or double, row 0 = lowest w_rec.
using Block = std::vector<std::byte>;

/// The least recently used go first. Any threads at once.
class BlockCache {
public:
    explicit BlockCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    std::shared_ptr<const Block> find(const BlockKey& key);
    void insert(const BlockKey& key, std::shared_ptr<const Block> block);

    /// Never more than allowed, what keeps the books included.
    std::size_t bytes() const;

private:
    struct Hash {
        std::size_t operator()(const BlockKey& key) const noexcept;
    };
    struct Entry {
        BlockKey key;
        std::shared_ptr<const Block> block;
    };
    static std::size_t bytes_of(const Block& block) { return block.size() + overhead; }
    static constexpr std::size_t overhead = 2 * sizeof(BlockKey) + 128;

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    std::size_t bytes_ = 0;
    std::list<Entry> recent_;  ///< first: used last
    std::unordered_map<BlockKey, std::list<Entry>::iterator, Hash> by_key_;
};

}  // namespace gradscape
