// Sequences as CSV: header `x1,…,xT[,target][,weight]`, one sequence a line, in and out.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include "gradscape/atomic_file.hpp"
#include "gradscape/counted.hpp"
#include "gradscape/error.hpp"
#include "gradscape/parse_number.hpp"
#include "gradscape/sequences.hpp"
#include "host/data/csv_fields.hpp"
#include "host/data/line_reader.hpp"

namespace gradscape {
namespace {

constexpr std::string_view right_header = "the header must be x1,x2,…,xT[,target][,weight]";

struct Columns {
    std::size_t length = 0;
    bool target = false, weight = false;

    std::size_t count() const { return length + target + weight; }
};

Columns parse_header(std::string_view line, const LineReader& lines) {
    Columns columns;
    const std::size_t fields = count_fields(line);
    for (std::size_t column = 1; column <= fields; ++column) {
        const auto name = without_blanks(take_field(line));
        const bool only_inputs = !columns.target && !columns.weight;
        if (only_inputs && name == fmt::format("x{}", column)) {
            ++columns.length;
        } else if (name == "target" && columns.length > 0 && only_inputs) {
            columns.target = true;
        } else if (name == "weight" && columns.length > 0 && !columns.weight) {
            columns.weight = true;
        } else {
            throw InputError(fmt::format("{}: column {} of the header is '{}'; {}", lines.where(),
                                         column, name.substr(0, 40), right_header));
        }
    }
    return columns;
}

double parse_field(std::string_view field, std::size_t column, const LineReader& lines) {
    if (const auto value = parse_finite(field)) return *value;
    throw InputError(fmt::format("{}: column {} is '{}'; a finite number is wanted", lines.where(),
                                 column, field.substr(0, 40)));
}

void append_row(Sequences& data, std::string_view line, const Columns& columns,
                const LineReader& lines) {
    if (const auto fields = count_fields(line); fields != columns.count())
        throw InputError(fmt::format("{}: {} where the header has {}", lines.where(),
                                     counted(without_blanks(line).empty() ? 0 : fields, "column"),
                                     columns.count()));
    double sum = 0;
    for (std::size_t k = 1; k <= columns.length; ++k) {
        data.inputs.push_back(parse_field(take_field(line), k, lines));
        sum += data.inputs.back();
    }
    if (!columns.target && !std::isfinite(sum))
        throw InputError(lines.where() + ": the sum of the row, its target, exceeds double");
    data.targets.push_back(columns.target ? parse_field(take_field(line), columns.length + 1, lines)
                                          : sum);
    data.weights.push_back(columns.weight ? parse_field(line, columns.count(), lines) : 1.0);
    if (data.weights.back() <= 0)
        throw InputError(fmt::format("{}: the weight is {}; it must be greater than 0",
                                     lines.where(), data.weights.back()));
    ++data.count;
}

void append_number(std::string& text, double value) {
    fmt::format_to(std::back_inserter(text), "{}", value);
}

}  // namespace

Sequences read_sequences_csv(const std::string& path) {
    LineReader lines(path);
    std::string_view line;
    if (!lines.next(line)) throw InputError(fmt::format("{}: is empty; {}", path, right_header));
    const Columns columns = parse_header(line, lines);
    Sequences data;
    data.length = columns.length;
    std::optional<std::string> blank_at;  // blank lines may only end the file
    while (lines.next(line)) {
        if (without_blanks(line).empty()) {
            if (!blank_at) blank_at = lines.where();
            continue;
        }
        if (blank_at) throw InputError(*blank_at + ": blank line between the sequences");
        append_row(data, line, columns, lines);
    }
    if (data.count == 0)
        throw InputError(path + ": has a header but no sequences; at least one line must follow");
    return data;
}

void write_sequences_csv(const std::string& path, const Sequences& sequences) {
    AtomicFile file(path);
    const bool weighted = std::ranges::any_of(sequences.weights, [](double m) { return m != 1; });
    std::string line;
    for (std::size_t k = 1; k <= sequences.length; ++k) line += fmt::format("x{},", k);
    file.write(line + (weighted ? "target,weight\n" : "target\n"));
    for (std::size_t i = 0; i < sequences.count; ++i) {
        line.clear();
        for (double input : sequences.inputs_of(i)) {
            append_number(line, input);
            line += ',';
        }
        append_number(line, sequences.targets[i]);
        if (weighted) {
            line += ',';
            append_number(line, sequences.weights[i]);
        }
        file.write(line += '\n');
    }
    file.commit();
}

}  // namespace gradscape
