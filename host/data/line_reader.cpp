// SPDX-License-Identifier: MIT
#include "host/data/line_reader.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::data {
namespace {

constexpr std::size_t first_size = std::size_t{1} << 15;    // most files are small
constexpr std::size_t longest_line = std::size_t{1} << 27;  // a few million columns

}  // namespace

LineReader::LineReader(std::string path) : path_(std::move(path)), buffer_(first_size) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path_, ignored))
        throw InputError(path_ + ": is a folder; a CSV file is wanted");
    file_.reset(std::fopen(path_.c_str(), "rb"));
    if (!file_) throw InputError(fmt::format("{}: cannot be read: {}", path_, strerror(errno)));
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    fill();
    const std::string_view start(buffer_.data(), end_);
    if (start.starts_with("\xef\xbb\xbf")) begin_ = 3;
    if (start.find('\n') == start.npos && start.find('\r') < start.size() - 1) ending_ = '\r';
}

bool LineReader::next(std::string_view& line) {
    ++number_;
    std::size_t searched = 0;
    for (;;) {
        const char* start = buffer_.data() + begin_;
        const std::size_t size = end_ - begin_;
        if (size > searched) {
            if (const void* found = std::memchr(start + searched, ending_, size - searched)) {
                const auto length =
                    static_cast<std::size_t>(static_cast<const char*>(found) - start);
                begin_ += length + 1;
                line = finish({start, length});
                return true;
            }
        }
        searched = size;
        if (!fill()) break;
    }
    if (begin_ == end_) return false;
    line = finish({buffer_.data() + begin_, end_ - begin_});
    begin_ = end_;
    return true;
}

std::string LineReader::where() const { return fmt::format("{}:{}", path_, number_); }

std::uint64_t LineReader::left() const {
    struct stat status {};
    const off_t at = ftello(file_.get());
    if (fstat(fileno(file_.get()), &status) != 0 || !S_ISREG(status.st_mode) || at < 0) return 0;
    const auto unread = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - at, 0));
    return unread + (end_ - begin_);
}

/// Reads on behind the unread part. False at the end of the file.
bool LineReader::fill() {
    check_stop();
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) {
        if (buffer_.size() >= longest_line)
            throw InputError(where() + ": the line is longer than 128 MiB; is this a CSV file?");
        buffer_.resize(2 * buffer_.size());
    }
    const std::size_t got =
        std::fread(buffer_.data() + end_, 1, buffer_.size() - end_, file_.get());
    if (got == 0 && std::ferror(file_.get()))
        throw InputError(fmt::format("{}: cannot be read: {}", path_, strerror(errno)));
    end_ += got;
    return got > 0;
}

std::string_view LineReader::finish(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

}  // namespace gradscape::data
