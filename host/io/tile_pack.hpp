// All tiles of a picture in one file that grows from tile to tile, equal ones once, until they get
// files of their own: so a killed render goes on with them as with any other file.
// Each is 8 bytes of size and then its PNG; where the highest of their bits is set, a place before:
// there lies an equal one.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gradscape/byte_sink.hpp"
#include "gradscape/sink.hpp"
#include "host/io/part_file.hpp"

namespace gradscape::io {

class TilePack {
public:
    explicit TilePack(ByteSink bytes) : bytes_(std::move(bytes)) {}

    void append(std::string_view png);

    /// In the order of append(): a tile, its place, and that of the first equal one.
    using Visit =
        std::function<void(std::string_view png, std::uint64_t place, std::uint64_t first)>;
    void for_each(const Visit& visit);

    AtomicFile* file() { return bytes_.file(); }
    std::uint64_t size() const { return size_; }
    SinkState save();
    /// MalformedRecord where it is no pack of so many tiles.
    void restore(std::string_view state, std::uint64_t tiles);
    /// Appends the tiles of another one, whose save() gave this state; else as restore().
    void join(const PartFile& pack, std::string_view state, std::uint64_t tiles);

private:
    struct Key {
        std::uint64_t size;
        std::uint32_t crc;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return key.size * 0x9e3779b97f4a7c15 ^ key.crc;
        }
    };

    static Key key_of(std::string_view png);
    bool is_at(std::uint64_t place, std::string_view png);
    std::string read(std::uint64_t place, std::uint64_t size);
    void write(std::string_view bytes);

    ByteSink bytes_;
    std::uint64_t size_ = 0, tiles_ = 0;
    WrittenRange written_;                                    ///< since the last save()
    std::unordered_map<Key, std::uint64_t, KeyHash> places_;  ///< of those that were told apart
};

}  // namespace gradscape::io
