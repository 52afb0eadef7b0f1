// Lines of a text file in bounded memory, numbered for error messages; LF and CRLF endings, or CR
// where there are no others; a UTF-8 byte order mark skipped.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape::data {

class LineReader {
public:
    /// InputError when the file is missing, a folder or unreadable.
    explicit LineReader(std::string path);

    /// The next line without its ending; valid until the next call. False at the end.
    bool next(std::string_view& line);

    /// Of the line last read, from 1.
    std::size_t number() const { return number_; }
    /// "path:line" of it.
    std::string where() const;

    /// Bytes of the file behind that line; 0 where that is not known, of a pipe.
    std::uint64_t left() const;

private:
    bool fill();
    std::string_view finish(std::string_view line);

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;  // the unread part of the buffer
    std::size_t number_ = 0;
    char ending_ = '\n';
};

}  // namespace gradscape::data
