// SPDX-License-Identifier: MIT
#include "host/io/tile_pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/io/byte_record.hpp"
#include "host/io/palette_tile.hpp"
#include "host/io/tile_plan.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using test::TemporaryFolder;

std::vector<std::string> tiles_of(TilePack& pack, std::vector<bool>& again) {
    std::vector<std::string> tiles;
    pack.for_each([&](std::string_view png, std::uint64_t place, std::uint64_t first) {
        tiles.emplace_back(png);
        again.push_back(first != place);
    });
    return tiles;
}

TEST(TilePack, GivesBackWhatWentInAndKnowsEqualOnes) {
    const TemporaryFolder folder;
    TilePack pack(folder / "pack");
    const std::vector<std::string> tiles{"one", "two", "one", "", "two", "three"};
    for (const std::string& tile : tiles) pack.append(tile);
    std::vector<bool> again;
    EXPECT_EQ(tiles_of(pack, again), tiles);
    EXPECT_EQ(again, (std::vector<bool>{false, false, true, false, true, false}));
}

TEST(TilePack, GoesOnFromASave) {
    const TemporaryFolder folder;
    std::string state;
    {
        TilePack pack(folder / "pack");
        pack.file()->keep_part();
        pack.append("one");
        pack.append("two");
        state = pack.save().state;
    }
    TilePack pack(folder / "pack");
    pack.file()->resume_part(2 * 11);
    EXPECT_THROW(pack.restore(state, 3), MalformedRecord);
    EXPECT_THROW(pack.restore(state + "x", 2), MalformedRecord);
    pack.restore(state, 2);
    pack.append("one");
    std::vector<bool> again;
    EXPECT_EQ(tiles_of(pack, again), (std::vector<std::string>{"one", "two", "one"}));
    EXPECT_TRUE(again[2]);
}

TEST(TilePack, RefusesDamage) {
    const TemporaryFolder folder;
    const auto restored = [&](std::string bytes) {
        {
            AtomicFile file(folder / "pack");
            file.keep_part();
            file.write(bytes);
            file.flush();
        }
        TilePack pack(folder / "pack");
        pack.file()->resume_part(bytes.size());
        pack.restore(ByteWriter().put(std::uint64_t{bytes.size()}).bytes(), 1);
    };
    const auto record = [](std::uint64_t size) { return ByteWriter().put(size).bytes() + "abc"; };
    EXPECT_NO_THROW(restored(record(3)));
    EXPECT_THROW(restored(record(4)), MalformedRecord);
    EXPECT_THROW(restored(record(std::uint64_t{1} << 40)), MalformedRecord);
    EXPECT_THROW(restored(record(std::uint64_t{1} << 63)), MalformedRecord);  // itself again
    EXPECT_THROW(restored(record(~std::uint64_t{0})), MalformedRecord);
}

TEST(PaletteTile, IsAPngThatIsReadBack) {
    const std::vector<Rgb> palette{{1, 2, 3}, {255, 0, 128}, {7, 7, 7}};
    TileImage image{5, 3, 1, {}};
    for (std::size_t at = 0; at < 15; ++at)
        image.pixels.push_back(static_cast<std::uint8_t>(at % 3));
    TileEncoder encoder(palette);
    std::string png;
    encoder.append(image, 2, 3, png);
    const auto picture = test::parse_png(png);
    EXPECT_EQ(picture.palette, palette);
    EXPECT_EQ(picture.indices, (std::vector<std::uint8_t>{2, 0, 1, 1, 2, 0, 0, 1, 2}));
    EXPECT_EQ(decode_tile(png).pixels, picture.indices);
    for (std::size_t at = 0; at < png.size(); ++at) {
        std::string damaged = png;
        damaged[at] = static_cast<char>(damaged[at] + 1);
        EXPECT_THROW(decode_tile(damaged), MalformedRecord) << at;
    }
    EXPECT_THROW(decode_tile(std::string_view(png).substr(0, png.size() - 1)), MalformedRecord);
}

TEST(TilePlan, PlacesEveryRowOfEveryLevelOnce) {
    const Grid grid{{0, 1, 700}, {0, 1, 1301}};
    const TilePlan plan(grid, Overview::evaluated);
    std::vector<std::vector<int>> seen;
    for (const TileLevel& level : plan.levels()) seen.emplace_back(level.rows);
    EXPECT_EQ(plan.rows() % tile_size, 0u);
    for (std::size_t first = 0; first < plan.rows(); first += 8) {
        const TilePlace place = plan.place(first, 8);
        for (std::size_t row = 0; row < place.rows; ++row) {
            ++seen[place.level][place.first_row + row];
            // A band of the picture has 512 rows from the top.
            const std::size_t from_top =
                plan.levels()[place.level].rows - 1 - place.first_row - row;
            EXPECT_EQ(from_top / tile_size, place.band);
            EXPECT_EQ(tile_size - 1 - from_top % tile_size, place.offset + row);
        }
    }
    for (const auto& level : seen) EXPECT_THAT(level, ::testing::Each(1));
    EXPECT_EQ(plan.cells_of(512), 700u * 512);
    EXPECT_EQ(plan.cells_of(3 * 512), 700u * 1301);
    EXPECT_EQ(plan.cells_of(4 * 512), 700u * 1301 + 350u * 512);
}

}  // namespace
}  // namespace gradscape::io
