// SPDX-License-Identifier: MIT
#include "host/io/tile_pack.hpp"

#include <utility>

#include "gradscape/stop.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"

namespace gradscape::io {
namespace {

constexpr std::uint64_t again = std::uint64_t{1} << 63;
constexpr std::size_t most_places = 1 << 20;   // more are not remembered: memory has its bounds
constexpr std::uint64_t most_bytes = 1 << 22;  // of a tile

std::string header(std::uint64_t value) { return ByteWriter().put(value).bytes(); }

/// Of a pack of so many bytes, of which `read(place, count)` gives some.
template <class Read>
void visit_tiles(std::uint64_t pack_bytes, Read read, const TilePack::Visit& visit) {
    for (std::uint64_t place = 0; place < pack_bytes;) {
        check_stop();
        std::uint64_t first = place;
        std::uint64_t size = ByteReader(read(place, sizeof size)).template get<std::uint64_t>();
        std::uint64_t next = place + sizeof size;
        if (size & again) {
            first = size & ~again;
            if (first >= place) throw MalformedRecord();
            size = ByteReader(read(first, sizeof size)).template get<std::uint64_t>();
        } else {
            next += size;
        }
        if (size > most_bytes || first + sizeof size + size > pack_bytes) throw MalformedRecord();
        visit(read(first + sizeof size, size), place, first);
        place = next;
    }
}

std::uint64_t bytes_by(std::string_view state) {
    ByteReader reader(state);
    const auto bytes = reader.get<std::uint64_t>();
    reader.expect_end();
    return bytes;
}

}  // namespace

void TilePack::append(std::string_view png) {
    ++tiles_;
    const Key key = key_of(png);
    const auto found = places_.find(key);
    if (found != places_.end() && is_at(found->second, png)) {
        write(header(again | found->second));
        return;
    }
    if (found == places_.end() && places_.size() < most_places) places_.emplace(key, size_);
    write(header(png.size()));
    write(png);
}

void TilePack::for_each(const Visit& visit) {
    bytes_.flush();
    visit_tiles(
        size_, [this](auto place, auto count) { return read(place, count); }, visit);
}

SinkState TilePack::save() {
    bytes_.flush();
    return {ByteWriter().put(size_).bytes(), {std::exchange(written_, {})}, size_};
}

void TilePack::restore(std::string_view state, std::uint64_t tiles) {
    size_ = bytes_by(state);
    places_.clear();
    written_ = {};
    tiles_ = 0;
    for_each([&](std::string_view png, std::uint64_t place, std::uint64_t first) {
        if (++tiles_ > tiles) throw MalformedRecord();
        if (first == place && places_.size() < most_places) places_.emplace(key_of(png), place);
    });
    if (tiles_ != tiles) throw MalformedRecord();
}

void TilePack::join(const PartFile& pack, std::string_view state, std::uint64_t tiles) {
    const auto read_part = [&pack](std::uint64_t place, std::uint64_t count) {
        std::string bytes(count, '\0');
        pack.read_at(place, bytes.data(), count);
        return bytes;
    };
    std::uint64_t found = 0;
    visit_tiles(bytes_by(state), read_part,
                [&](std::string_view png, std::uint64_t, std::uint64_t) {
                    if (++found > tiles) throw MalformedRecord();
                    append(png);
                });
    if (found != tiles) throw MalformedRecord();
}

TilePack::Key TilePack::key_of(std::string_view png) {
    return {png.size(), crc_of(png.data(), png.size())};
}

bool TilePack::is_at(std::uint64_t place, std::string_view png) {
    bytes_.flush();
    return read(place + sizeof(std::uint64_t), png.size()) == png;
}

std::string TilePack::read(std::uint64_t place, std::uint64_t size) {
    std::string bytes(size, '\0');
    bytes_.file()->read_at(place, bytes.data(), size);
    return bytes;
}

void TilePack::write(std::string_view bytes) {
    bytes_.write(bytes);
    written_ = joined(written_, {size_, bytes.size(), crc_of(bytes.data(), bytes.size())});
    size_ += bytes.size();
}

}  // namespace gradscape::io
