// SPDX-License-Identifier: MIT
#include "gradscape/block_cache.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gradscape {
namespace {

BlockKey key_of(std::int64_t column) {
    BlockKey key;
    key.column = column;
    return key;
}

std::shared_ptr<const Block> block_of(std::size_t bytes) {
    return std::make_shared<const Block>(bytes);
}

TEST(BlockCache, ForgetsWhatWasUsedLeastRecently) {
    BlockCache cache(40'000);
    for (std::int64_t column = 0; column < 3; ++column)
        cache.insert(key_of(column), block_of(10'000));
    EXPECT_NE(cache.find(key_of(0)), nullptr);  // now the last used
    cache.insert(key_of(3), block_of(10'000));
    EXPECT_NE(cache.find(key_of(0)), nullptr);
    EXPECT_EQ(cache.find(key_of(1)), nullptr);
    EXPECT_NE(cache.find(key_of(3)), nullptr);
}

TEST(BlockCache, NeverHoldsMoreThanAllowed) {
    BlockCache cache(100'000);
    for (std::int64_t column = 0; column < 1000; ++column) {
        cache.insert(key_of(column), block_of(static_cast<std::size_t>(column % 7) * 3000));
        ASSERT_LE(cache.bytes(), 100'000u);
    }
    EXPECT_GT(cache.bytes(), 50'000u);
    cache.insert(key_of(-1), block_of(200'000));  // which nothing would make room for
    EXPECT_EQ(cache.find(key_of(-1)), nullptr);
    EXPECT_GT(cache.bytes(), 50'000u);
}

TEST(BlockCache, TellsApartAllThatDecidesValues) {
    BlockCache cache(1 << 20);
    BlockKey key = key_of(1);
    key.field = Field::train_loss;
    cache.insert(key, block_of(10));
    EXPECT_NE(cache.find(key), nullptr);
    const auto is_other = [&](auto change) {
        BlockKey other = key;
        change(other);
        return cache.find(other) == nullptr;
    };
    EXPECT_TRUE(is_other([](BlockKey& k) { k.training.momentum = 0.5; }));
    EXPECT_TRUE(is_other([](BlockKey& k) { k.training.clip_norm = 1; }));
    EXPECT_TRUE(is_other([](BlockKey& k) { k.precision = Precision::f64; }));
    EXPECT_TRUE(is_other([](BlockKey& k) { k.wrec.n = 3; }));
    EXPECT_TRUE(is_other([](BlockKey& k) { k.row = 1; }));
    EXPECT_TRUE(is_other([](BlockKey& k) { k.model = reinterpret_cast<const LoadedModel*>(&k); }));
}

}  // namespace
}  // namespace gradscape
