// SPDX-License-Identifier: MIT
#include "host/io/tile_overview.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "gradscape/stop.hpp"

namespace gradscape::io {
namespace {

/// sRGB's curve, IEC 61966-2-1: what a byte shows, from 0 to 1.
double light_of(std::uint8_t byte) {
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

/// The way back, by where the curve crosses the middle between two bytes' values: exact and fast.
class LightTable {
public:
    LightTable() {
        for (std::size_t byte = 0; byte < 256; ++byte)
            light_[byte] = light_of(static_cast<std::uint8_t>(byte));
        for (std::size_t byte = 0; byte < 255; ++byte) {
            const double value = (static_cast<double>(byte) + 0.5) / 255;
            middle_[byte] =
                value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
        }
    }
    double light(std::uint8_t byte) const { return light_[byte]; }
    std::uint8_t byte(double light) const {
        return static_cast<std::uint8_t>(std::ranges::lower_bound(middle_, light) -
                                         middle_.begin());
    }

private:
    std::array<double, 256> light_;
    std::array<double, 255> middle_;
};

const LightTable& light_table() {
    static const LightTable table;
    return table;
}

/// The pixels of a quarter of the 2 × 2, from one to four, in reading order.
struct Quad {
    std::array<std::size_t, 4> at;
    std::size_t count = 0;
};

Quad quad_at(const TileImage& image, std::size_t x, std::size_t y) {
    Quad quad;
    for (std::size_t row = 2 * y; row < std::min(2 * y + 2, image.rows); ++row)
        for (std::size_t col = 2 * x; col < std::min(2 * x + 2, image.cols); ++col)
            quad.at[quad.count++] = row * image.cols + col;
    return quad;
}

std::uint8_t mode_of(const TileImage& image, const Quad& quad) {
    std::size_t best = 0, most = 0;
    for (std::size_t k = 0; k < quad.count; ++k) {
        std::size_t votes = 0;
        for (std::size_t other = 0; other < quad.count; ++other)
            votes += image.pixels[quad.at[other]] == image.pixels[quad.at[k]];
        if (votes > most) best = k, most = votes;
    }
    return image.pixels[quad.at[best]];
}

std::uint8_t color_part(const TileImage& image, std::size_t at, std::size_t part,
                        std::span<const Rgb> palette) {
    if (image.channels == 3) return image.pixels[3 * at + part];
    const Rgb& color = palette[image.pixels[at]];
    return part == 0 ? color.r : part == 1 ? color.g : color.b;
}

std::uint8_t mean_of(const TileImage& image, const Quad& quad, std::size_t part,
                     std::span<const Rgb> palette) {
    double sum = 0;
    for (std::size_t k = 0; k < quad.count; ++k)
        sum += light_table().light(color_part(image, quad.at[k], part, palette));
    return light_table().byte(sum / static_cast<double>(quad.count));
}

/// Two tiles a side, or one at the edge, put together.
TileImage joined(const TileFolder& folder, const TileLevel& finer, const TileName& name) {
    const std::size_t left = 2 * name.col * tile_size, top = 2 * name.row * tile_size;
    TileImage image{std::min(2 * tile_size, finer.cols - left),
                    std::min(2 * tile_size, finer.rows - top),
                    1,
                    {}};
    for (std::size_t y = 0; y < image.rows; y += tile_size)
        for (std::size_t x = 0; x < image.cols; x += tile_size) {
            const TileImage tile = decode_tile(
                folder.read({name.level + 1, (left + x) / tile_size, (top + y) / tile_size}));
            image.channels = tile.channels;
            image.pixels.resize(image.cols * image.rows * image.channels);
            for (std::size_t row = 0; row < tile.rows; ++row)
                std::ranges::copy(
                    tile.row(row),
                    image.pixels.begin() +
                        static_cast<std::ptrdiff_t>(((y + row) * image.cols + x) * image.channels));
        }
    return image;
}

}  // namespace

TileImage halved(const TileImage& image, Overview overview, std::span<const Rgb> palette) {
    const bool mean = overview == Overview::mean;
    TileImage half{(image.cols + 1) / 2, (image.rows + 1) / 2, mean ? std::size_t{3} : 1, {}};
    half.pixels.reserve(half.cols * half.rows * half.channels);
    for (std::size_t y = 0; y < half.rows; ++y)
        for (std::size_t x = 0; x < half.cols; ++x) {
            const Quad quad = quad_at(image, x, y);
            if (!mean) half.pixels.push_back(mode_of(image, quad));
            for (std::size_t part = 0; mean && part < 3; ++part)
                half.pixels.push_back(mean_of(image, quad, part, palette));
        }
    return half;
}

void write_overview(TileFolder& folder, const Grid& grid, Overview overview,
                    std::span<const Rgb> palette) {
    const TilePlan plan(grid, Overview::evaluated);
    TileEncoder encoder(palette);
    std::string png;
    for (std::size_t level = 1; level < plan.levels().size(); ++level)
        for (std::size_t row = 0; row < plan.levels()[level].bands(); ++row)
            for (std::size_t col = 0; col < tiles_along(plan.levels()[level].cols); ++col) {
                check_stop();
                const TileName name{plan.levels().size() - 1 - level, col, row};
                const TileImage image =
                    halved(joined(folder, plan.levels()[level - 1], name), overview, palette);
                png.clear();
                encoder.append(image, 0, image.cols, png);
                folder.add(name, png);
            }
}

}  // namespace gradscape::io
