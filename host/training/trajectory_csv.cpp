// Training paths read back: what `train -o` writes, or any CSV with columns w_x and w_rec.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <optional>

#include "gradscape/error.hpp"
#include "gradscape/parse_number.hpp"
#include "gradscape/train.hpp"
#include "host/data/csv_fields.hpp"
#include "host/data/line_reader.hpp"

namespace gradscape {
namespace {

std::size_t column_of(std::string_view header, std::string_view wanted, const std::string& path) {
    for (std::size_t column = 0, all = count_fields(header); column < all; ++column)
        if (without_blanks(take_field(header)) == wanted) return column;
    throw InputError(
        fmt::format("{}: no column {} in the header; w_x and w_rec are wanted", path, wanted));
}

double number_in(std::string_view line, std::size_t column, const LineReader& lines) {
    for (std::size_t skipped = 0; skipped < column; ++skipped) take_field(line);
    const auto field = take_field(line);
    if (const auto value = parse_finite(field)) return *value;
    throw InputError(fmt::format("{}: column {} is '{}'; a finite number is wanted", lines.where(),
                                 column + 1, field.substr(0, 40)));
}

}  // namespace

std::vector<Weights> read_trajectory_csv(const std::string& path) {
    LineReader lines(path);
    std::string_view line;
    if (!lines.next(line))
        throw InputError(path + ": is empty; a header with w_x and w_rec is wanted");
    const std::size_t wx = column_of(line, "w_x", path), wrec = column_of(line, "w_rec", path);
    std::vector<Weights> points;
    while (lines.next(line))
        if (!without_blanks(line).empty())
            points.push_back({number_in(line, wx, lines), number_in(line, wrec, lines)});
    return points;
}

}  // namespace gradscape
