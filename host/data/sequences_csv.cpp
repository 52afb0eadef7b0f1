// Sequences as CSV: header `x1,…,xT[,target][,weight]`, one sequence a line, in and out.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/memory.hpp"
#include "gradscape/internal/parse_number.hpp"
#include "gradscape/sequences.hpp"
#include "host/data/csv_reader.hpp"

namespace gradscape::data {
namespace {

constexpr std::string_view right_header =
    "the header must be x1,x2,…,xT, with target and weight if there are any";

/// What stands in each column: input k as k − 1, then the target, then the weight.
struct Columns {
    std::vector<std::size_t> places;
    std::size_t length = 0;
    bool target = false, weight = false;

    std::size_t target_place() const { return length; }
    std::size_t weight_place() const { return length + 1; }
};

/// k of xk.
std::optional<std::size_t> input_number(std::string_view name) {
    if (!name.starts_with('x')) return {};
    const auto number = parse_whole(name.substr(1));
    return number && name == fmt::format("x{}", *number) ? number : std::nullopt;
}

[[noreturn]] void refuse_header(const CsvReader& csv, const std::string& what) {
    throw InputError(fmt::format("{}: {}; {}", csv.where(), what, data::right_header));
}

void expect_names(const CsvReader& csv) {
    const auto is_number = [](const std::string& name) { return parse_finite(name).has_value(); };
    if (!std::ranges::all_of(csv.header(), is_number)) return;
    const bool commented = csv.last_comment().find("x1") != std::string::npos;
    refuse_header(csv, commented ? "the header is commented out; take the # away"
                                 : "numbers, but no header before them");
}

Columns read_header(const CsvReader& csv) {
    expect_names(csv);
    Columns columns;
    const auto once = [&](bool& seen, std::string_view name) {
        if (std::exchange(seen, true)) refuse_header(csv, fmt::format("there are two {}", name));
    };
    for (const std::string& name : csv.header()) columns.length += input_number(name).has_value();
    std::vector<bool> inputs(columns.length);
    for (std::size_t column = 0; column < csv.header().size(); ++column) {
        const std::string& name = csv.header()[column];
        const auto k = input_number(name);
        if (k && *k >= 1 && *k <= columns.length) {
            if (inputs[*k - 1]) refuse_header(csv, fmt::format("there are two {}", name));
            inputs[*k - 1] = true;
            columns.places.push_back(*k - 1);
        } else if (name == "target") {
            once(columns.target, name);
            columns.places.push_back(columns.target_place());
        } else if (name == "weight") {
            once(columns.weight, name);
            columns.places.push_back(columns.weight_place());
        } else {
            refuse_header(csv, fmt::format("column {} of the header is '{}'", column + 1,
                                           name.substr(0, 40)));
        }
    }
    if (columns.length == 0) refuse_header(csv, "the header has no x1");
    return columns;
}

double parse_field(std::size_t column, const CsvReader& csv) {
    const std::string_view field = csv.fields()[column];
    if (const auto value = parse_finite(field)) return *value;
    throw InputError(fmt::format("{}: column {} is {}; a finite number is wanted", csv.where(),
                                 column + 1, csv.shown(field)));
}

void expect_width(const Columns& columns, const CsvReader& csv) {
    const std::size_t count = columns.places.size();
    if (csv.fields().size() != count)
        throw InputError(fmt::format("{}: {} column{} where the header has {}", csv.where(),
                                     csv.fields().size(), csv.fields().size() == 1 ? "" : "s",
                                     count));
}

void append_row(Sequences& data, const Columns& columns, const CsvReader& csv) {
    const std::size_t count = columns.places.size(), start = data.inputs.size();
    data.inputs.resize(start + columns.length);
    double target = 0, weight = 1;
    for (std::size_t column = 0; column < count; ++column) {
        const double value = parse_field(column, csv);
        const std::size_t place = columns.places[column];
        if (place < columns.length)
            data.inputs[start + place] = value;
        else
            (place == columns.target_place() ? target : weight) = value;
    }
    if (!columns.target) {
        for (std::size_t k = 0; k < columns.length; ++k) target += data.inputs[start + k];
        if (!std::isfinite(target))
            throw InputError(csv.where() + ": the sum of the row, its target, exceeds double");
    }
    if (weight <= 0)
        throw InputError(
            fmt::format("{}: the weight is {}; it must be greater than 0", csv.where(), weight));
    data.targets.push_back(target);
    data.weights.push_back(weight);
    ++data.count;
}

/// Room for more rows: for about as many as the file has, so that nothing is copied, and for no
/// more than may be held. MemoryError where that is full.
void make_room(Sequences& data, std::size_t allowed, const CsvReader& csv) {
    const std::size_t most = allowed / static_cast<std::size_t>(sequence_bytes(1, data.length));
    if (data.count >= most)
        check_memory(fmt::format("{}: more than {} of length {}", csv.where(),
                                 counted(data.count, "sequence"), data.length),
                     sequence_bytes(data.count + 1, data.length), allowed, "fewer would fit");
    const double expected = 1.01 * csv.rows_left() + 16;
    const auto rows = std::min({static_cast<double>(most), 0x1p40,
                                static_cast<double>(data.count) +
                                    std::max(expected, 0.25 * static_cast<double>(data.count))});
    data.inputs.reserve(static_cast<std::size_t>(rows) * data.length);
    data.targets.reserve(static_cast<std::size_t>(rows));
    data.weights.reserve(static_cast<std::size_t>(rows));
}

void append_number(std::string& text, double value) {
    fmt::format_to(std::back_inserter(text), "{}", value);
}

}  // namespace
}  // namespace gradscape::data

namespace gradscape {

Sequences read_sequences_csv(const std::string& path, std::size_t allowed) {
    data::CsvReader csv(path, data::right_header);
    const data::Columns columns = data::read_header(csv);
    Sequences data;
    data.length = columns.length;
    while (csv.next()) {
        data::expect_width(columns, csv);
        if (data.count == data.targets.capacity()) data::make_room(data, allowed, csv);
        data::append_row(data, columns, csv);
    }
    if (data.count == 0)
        throw InputError(path + ": has a header but no sequences; at least one line must follow");
    if (!std::isfinite(data.total_weight()))
        throw InputError(path +
                         ": the sum of the weights exceeds double; they matter only relative to "
                         "each other, so divide all by the largest");
    return data;
}

void write_sequences_csv(AtomicFile file, const Sequences& sequences) {
    const bool weighted = std::ranges::any_of(sequences.weights, [](double m) { return m != 1; });
    std::string line;
    for (std::size_t k = 1; k <= sequences.length; ++k) line += fmt::format("x{},", k);
    file.write(line + (weighted ? "target,weight\n" : "target\n"));
    for (std::size_t i = 0; i < sequences.count; ++i) {
        line.clear();
        for (double input : sequences.inputs_of(i)) {
            data::append_number(line, input);
            line += ',';
        }
        data::append_number(line, sequences.targets[i]);
        if (weighted) {
            line += ',';
            data::append_number(line, sequences.weights[i]);
        }
        file.write(line += '\n');
    }
    file.commit();
}

}  // namespace gradscape
