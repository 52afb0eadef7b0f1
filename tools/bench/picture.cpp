// Reads a heatmap's PNG back (8-bit palette, not interlaced, filter none or sub) and compares it.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zlib.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

#include "gradscape/reference.hpp"
#include "tools/bench/verify.hpp"

namespace gradscape::bench {
namespace {

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
    return value;
}

/// The bodies of all IDAT chunks; empty when this is no PNG.
std::string image_data(const std::string& file) {
    std::string data;
    for (std::size_t at = 8; at + 12 <= file.size();) {
        const std::size_t size = big_endian(file, at);
        if (file.compare(at + 4, 4, "IDAT") == 0) data += file.substr(at + 8, size);
        at += size + 12;
    }
    return data;
}

/// Differences to the pixel before, where a line's filter says so, back into pixels.
void undo_filters(std::vector<std::uint8_t>& lines, std::size_t stride) {
    for (std::size_t start = 0; start < lines.size(); start += stride)
        for (std::size_t i = 2; lines[start] == 1 && i < stride; ++i)
            lines[start + i] = static_cast<std::uint8_t>(lines[start + i] + lines[start + i - 1]);
}

/// Scan lines of 1 + cols bytes; empty when the stream is not of that size.
std::vector<std::uint8_t> scan_lines(const std::string& path, const Grid& grid) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string data = image_data(bytes);
    std::vector<std::uint8_t> lines(grid.rows() * (grid.cols() + 1));
    uLongf size = lines.size();
    const int status = uncompress(lines.data(), &size, reinterpret_cast<const Bytef*>(data.data()),
                                  static_cast<uLong>(data.size()));
    if (status != Z_OK || size != lines.size()) lines.clear();
    undo_filters(lines, grid.cols() + 1);
    return lines;
}

}  // namespace

std::string picture_error(const std::string& path, const Model& model, const Grid& grid,
                          const ColorMap& map) {
    const auto lines = scan_lines(path, grid);
    if (lines.empty()) return fmt::format("wrong result: {} is no picture of this size", path);
    for (std::size_t line = 0; line < grid.rows(); ++line)
        for (std::size_t column = 0; column < grid.cols(); ++column) {
            const std::size_t row = grid.rows() - 1 - line;
            const double loss =
                reference_gradient(model, grid.wx.at(column), grid.wrec.at(row)).loss;
            const double rounding = 1e-6 * loss + 1e-12;
            const unsigned pixel = lines[line * (grid.cols() + 1) + 1 + column];
            if (pixel < map.index(loss - rounding) || pixel > map.index(loss + rounding))
                return fmt::format("wrong result: pixel {} of line {} has colour {}, not {}",
                                   column, line, pixel, map.index(loss));
        }
    return {};
}

}  // namespace gradscape::bench
