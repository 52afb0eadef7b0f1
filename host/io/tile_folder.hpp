// The folder of a picture's tiles: made beside its place, and put there when all of it is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gradscape::io {

/// Where a tile lies: of a level, as Deep Zoom counts them, with 0 a single pixel.
struct TileName {
    std::size_t level, col, row;
};

class TileFolder {
public:
    /// `target` is the folder's final name. InputError where something is in the way that is not
    /// such a folder of ours.
    explicit TileFolder(std::string target);
    TileFolder(const TileFolder&) = delete;
    TileFolder& operator=(const TileFolder&) = delete;
    /// What was not published is gone.
    ~TileFolder();

    /// Empty, but for the parameters, by which it is known as ours.
    void start(std::string_view parameters, std::size_t levels);
    void write(const TileName& name, std::string_view png);
    /// The same file once more, where the file system can; else false.
    bool link(const TileName& name, const TileName& same) const;
    /// Writes it, or links it where a tile that was written is equal.
    void add(const TileName& name, std::string_view png);
    std::string read(const TileName& name) const;
    /// To disk.
    void complete() const;
    /// To its final name, in place of an earlier one.
    void publish();

private:
    std::string path_of(const TileName& name) const;

    using Key = std::pair<std::size_t, std::uint32_t>;  ///< size and crc32
    static Key key_of(std::string_view png);

    std::string target_, staging_;
    std::map<Key, TileName> written_;
    bool started_ = false;
};

}  // namespace gradscape::io
