// A CSV file row by row, read by libcsv: fields between commas, semicolons or tabs, whichever the
// header has, quoted or not; LF, CRLF or CR; a byte order mark, blank lines and lines that begin
// with # are passed over.
// SPDX-License-Identifier: MIT
#pragma once

#include <csv.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/data/line_reader.hpp"

namespace gradscape::data {

class CsvReader {
public:
    /// Reads the header. InputError where the file cannot be read, is empty, is not text, or does
    /// not say what separates its fields; `wanted` ends what it says of an empty one.
    CsvReader(const std::string& path, std::string_view wanted);
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    /// The header's names in lower case.
    const std::vector<std::string>& header() const { return header_; }

    /// The next row; false at the end. InputError where a quote is out of place.
    bool next();
    /// Of that row, without blanks around them; valid until the next call.
    std::span<const std::string_view> fields() const { return fields_; }

    /// About how many rows are left, if they are as long as this one; 0 where that is not known.
    double rows_left() const;

    /// "path:line" of the row's first line, or of the header before the first next().
    std::string where() const;
    /// The field as it stands, for messages: '…', with what it lacks to be a number if that is
    /// plain.
    std::string shown(std::string_view field) const;
    /// The last line passed over since it begins with #.
    const std::string& last_comment() const { return last_comment_; }

private:
    /// libcsv's, freed also where the constructor throws.
    struct Parser : csv_parser {
        Parser();
        Parser(const Parser&) = delete;
        Parser& operator=(const Parser&) = delete;
        ~Parser();
    };
    bool next_line(std::string_view& line);
    void read_row(std::string_view first_line);
    void feed(std::string_view bytes);
    [[noreturn]] void fail(std::string_view what) const;

    std::string path_;
    LineReader lines_;
    Parser parser_;
    std::vector<std::string> header_;
    std::string last_comment_;
    std::size_t line_ = 0;  ///< of the row's beginning

    // Of the row: what libcsv gave so far, and, when it has ended, views of that.
    std::string text_;
    std::vector<std::size_t> ends_;
    std::vector<std::string_view> fields_;
    unsigned rows_ended_ = 0;
};

}  // namespace gradscape::data
