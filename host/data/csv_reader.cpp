// SPDX-License-Identifier: MIT
#include "host/data/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <new>

#include "gradscape/error.hpp"

namespace gradscape::data {
namespace {

constexpr std::size_t most_lines = 1000;  // of a quoted field: a quote that nobody closed

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

std::size_t count_unquoted(std::string_view line, char wanted) {
    std::size_t count = 0;
    bool quoted = false;
    for (char c : line) {
        if (c == '"') quoted = !quoted;
        count += c == wanted && !quoted;
    }
    return count;
}

}  // namespace

CsvReader::Parser::Parser() {
    if (csv_init(this, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
}

CsvReader::Parser::~Parser() { csv_free(this); }

CsvReader::CsvReader(const std::string& path, std::string_view wanted) : path_(path), lines_(path) {
    std::string_view line;
    if (!next_line(line)) throw InputError(fmt::format("{}: is empty; {}", path, wanted));
    line_ = lines_.number();
    if (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))
        fail("the file is in UTF-16; save it as UTF-8");
    if (line.find('\0') != std::string_view::npos) fail("holds zero bytes; is it a text file?");
    const std::size_t commas = count_unquoted(line, ','), semicolons = count_unquoted(line, ';');
    if (commas > 0 && semicolons > 0)
        fail("the header has commas and semicolons; one of them must separate the fields");
    const bool tabs = commas + semicolons == 0 && count_unquoted(line, '\t') > 0;
    csv_set_delim(&parser_, tabs ? '\t' : semicolons > 0 ? ';' : ',');
    read_row(line);
    for (std::string_view field : fields_) {
        std::string& name = header_.emplace_back(field);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
}

/// Where a row may begin: blank lines and comments are none.
bool CsvReader::next_line(std::string_view& line) {
    while (lines_.next(line)) {
        if (line.starts_with('#'))
            last_comment_ = line;
        else if (!is_blank(line))
            return true;
    }
    return false;
}

bool CsvReader::next() {
    std::string_view line;
    if (!next_line(line)) return false;
    line_ = lines_.number();
    read_row(line);
    return true;
}

double CsvReader::rows_left() const {
    return static_cast<double>(lines_.left()) / static_cast<double>(text_.size() + fields_.size());
}

/// The row that begins with this line.
void CsvReader::read_row(std::string_view first_line) {
    text_.clear();  // the views of the row before with it
    feed(first_line);
    if (rows_ended_ > 0) fail("a carriage return within the line");
    feed("\n");
    for (std::string_view line; rows_ended_ == 0;) {  // a line's end within quotes
        if (lines_.number() - line_ >= most_lines || !lines_.next(line))
            fail("a quote is not closed");
        feed(line);
        feed("\n");
    }
    fields_.clear();
    std::size_t start = 0;
    for (std::size_t end : ends_) {
        fields_.emplace_back(text_.data() + start, end - start);
        start = end;
    }
    ends_.clear();
    rows_ended_ = 0;
}

void CsvReader::feed(std::string_view bytes) {
    const auto field = [](void* text, std::size_t size, void* self) {
        auto& reader = *static_cast<CsvReader*>(self);
        if (size > 0) reader.text_.append(static_cast<const char*>(text), size);
        reader.ends_.push_back(reader.text_.size());
    };
    const auto row = [](int, void* self) { ++static_cast<CsvReader*>(self)->rows_ended_; };
    if (csv_parse(&parser_, bytes.data(), bytes.size(), field, row, this) == bytes.size()) return;
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    fail("a quote is out of place; a field is quoted whole, with its own quotes doubled");
}

std::string CsvReader::where() const { return fmt::format("{}:{}", path_, line_); }

std::string CsvReader::shown(std::string_view field) const {
    const bool decimal_comma =
        csv_get_delim(const_cast<Parser*>(&parser_)) != ',' && field.find(',') != field.npos;
    return fmt::format("'{}'{}", field.substr(0, 40),
                       decimal_comma ? " (decimals come after a point)" : "");
}

void CsvReader::fail(std::string_view what) const {
    throw InputError(fmt::format("{}: {}", where(), what));
}

}  // namespace gradscape::data
