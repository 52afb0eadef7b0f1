// Training paths written, and read back: any CSV with columns w_x and w_rec.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/parse_number.hpp"
#include "gradscape/train.hpp"
#include "host/data/csv_reader.hpp"

namespace gradscape::training {
namespace {

std::size_t column_of(std::string_view wanted, const data::CsvReader& csv) {
    const auto found = std::ranges::find(csv.header(), wanted);
    if (found == csv.header().end())
        throw InputError(fmt::format("{}: no column {} in the header; w_x and w_rec are wanted",
                                     csv.where(), wanted));
    return static_cast<std::size_t>(found - csv.header().begin());
}

double number_in(std::size_t column, const data::CsvReader& csv) {
    const auto field = column < csv.fields().size() ? csv.fields()[column] : std::string_view();
    if (const auto value = parse_finite(field)) return *value;
    throw InputError(fmt::format("{}: column {} is {}; a finite number is wanted", csv.where(),
                                 column + 1, csv.shown(field)));
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

std::vector<Weights> read_trajectory_csv(const std::string& path) {
    data::CsvReader csv(path, "a header with w_x and w_rec is wanted");
    const std::size_t wx = training::column_of("w_x", csv),
                      wrec = training::column_of("w_rec", csv);
    std::vector<Weights> points;
    while (csv.next())
        points.push_back({training::number_in(wx, csv), training::number_in(wrec, csv)});
    if (points.empty())
        throw InputError(path + ": has a header but no points; at least one line must follow");
    return points;
}

void write_trajectory_csv(AtomicFile file, const Trajectory& trajectory) {
    std::string text = "iteration,w_x,w_rec,loss,grad_wx,grad_wrec\n";
    for (std::size_t i = 0; i < trajectory.iterates.size(); ++i) {
        const Iterate& at = trajectory.iterates[i];
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", i, at.wx, at.wrec, at.loss,
                       at.grad_wx, at.grad_wrec);
    }
    write_file(std::move(file), text);
}

}  // namespace gradscape
