// SPDX-License-Identifier: MIT
#include "host/io/journal_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/checksum.hpp"
#include "host/io/file_identity.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {
namespace {

constexpr std::string_view first_line = "gradscape journal 2\n";
constexpr std::uint32_t max_frame_bytes = 64u << 20;
constexpr std::uint64_t disk_page = 4096;  // what reaches the disk as a whole, or not

struct FrameHead {
    std::uint32_t size, complement, crc;

    bool has_size() const { return complement == ~size; }
};

bool is_zero(std::string_view bytes) {
    return bytes.find_first_not_of('\0') == std::string_view::npos;
}

/// Whether a page that a head lies in never reached the disk; the head may begin at its end.
bool lacks_page(std::uint64_t offset, std::string_view head) {
    const std::size_t first = std::min<std::size_t>(disk_page - offset % disk_page, head.size());
    return is_zero(head.substr(0, first)) || (first < head.size() && is_zero(head.substr(first)));
}

[[noreturn]] void fail(std::string_view what, const std::string& path, int error = errno) {
    throw RunError(fmt::format("cannot {} '{}': {}", what, path, std::strerror(error)));
}

std::string encoded(const JournalRecord& record) {
    ByteWriter out;
    out.put(record.rows_done).put(record.seconds).put(static_cast<std::uint8_t>(record.durable));
    out.put(static_cast<std::uint32_t>(record.sinks.size()));
    for (const SinkState& sink : record.sinks) {
        out.put_text(sink.state)
            .put(sink.file_size)
            .put(static_cast<std::uint32_t>(sink.written.size()));
        for (const WrittenRange& range : sink.written)
            out.put(range.offset).put(range.size).put(range.crc);
    }
    return out.bytes();
}

JournalRecord decoded(std::string_view content) {
    ByteReader in(content);
    JournalRecord record;
    record.rows_done = in.get<std::uint64_t>();
    record.seconds = in.get<double>();
    record.durable = in.get<std::uint8_t>() != 0;
    for (auto sinks = in.get<std::uint32_t>(); sinks > 0; --sinks) {
        SinkState& sink = record.sinks.emplace_back();
        sink.state = in.get_text();
        sink.file_size = in.get<std::uint64_t>();
        for (auto ranges = in.get<std::uint32_t>(); ranges > 0; --ranges) {
            WrittenRange& range = sink.written.emplace_back();
            range.offset = in.get<std::uint64_t>();
            range.size = in.get<std::uint64_t>();
            range.crc = in.get<std::uint32_t>();
        }
    }
    in.expect_end();
    return record;
}

}  // namespace

JournalFile::JournalFile(std::string path, Use use) : path_(std::move(path)) {
    // Another process may have finished and removed the file while we waited to open it.
    while (!open_locked(use)) ::close(descriptor_);
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail("read", path_);
    size_ = static_cast<std::uint64_t>(status.st_size);
}

JournalFile::~JournalFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool JournalFile::open_locked(Use use) {
    const bool writes = use == Use::write;
    descriptor_ = ::open(path_.c_str(),
                         (writes ? O_RDWR | O_CREAT : O_RDONLY) | not_waiting | O_NOFOLLOW, 0666);
    if (descriptor_ < 0 && !writes) fail("read", path_);
    if (descriptor_ < 0 && errno == ELOOP)
        throw InputError(fmt::format(
            "cannot write '{}': it is a symbolic link, which is not followed there; remove it",
            path_));
    if (descriptor_ < 0) fail("write", path_);
    // File systems without locks are taken as they are.
    if (::flock(descriptor_, (writes ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ::close(std::exchange(descriptor_, -1));
        throw JournalInUse(fmt::format(
            "'{}' is in use: another gradscape is writing this output; wait for it, or give "
            "another path",
            path_));
    }
    struct stat opened {
    }, named{};
    return ::fstat(descriptor_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

bool JournalFile::read_at(std::uint64_t offset, char* bytes, std::size_t size) const {
    const auto [got, error] = io::read_at(descriptor_, offset, bytes, size);
    if (error) fail("read", path_, error);
    return got == size;
}

void JournalFile::fail_damaged(std::uint64_t offset) const {
    throw MalformedJournal(fmt::format(
        "'{}' is damaged at byte {}; remove it and its .part files to start anew", path_, offset));
}

std::optional<std::string> JournalFile::read_frame() {
    FrameHead head{};
    if (!read_at(next_, reinterpret_cast<char*>(&head), sizeof head)) return {};
    if (!head.has_size()) {
        if (lacks_page(next_, {reinterpret_cast<const char*>(&head), sizeof head})) return {};
        fail_damaged(next_);
    }
    if (head.size > max_frame_bytes) fail_damaged(next_);
    const std::uint64_t end = next_ + sizeof head + head.size;
    if (end > size_) return {};  // torn
    std::string content(head.size, '\0');
    if (!read_at(next_ + sizeof head, content.data(), content.size())) return {};
    if (crc_of(content.data(), content.size()) != head.crc) {
        if (end == size_) return {};
        fail_damaged(next_);
    }
    next_ = end;
    return content;
}

std::optional<std::string> JournalFile::read_parameters() {
    std::string line(first_line.size(), '\0');
    if (!read_at(0, line.data(), std::min<std::uint64_t>(line.size(), size_))) return {};
    if (line.substr(0, size_) != first_line.substr(0, size_))
        throw InputError(
            fmt::format("'{}' is not a journal of this version of gradscape; move it away", path_));
    next_ = first_line.size();
    return read_frame();
}

std::optional<JournalRecord> JournalFile::read_record() {
    const std::uint64_t start = next_;
    const auto content = read_frame();
    if (!content) return {};
    try {
        return decoded(*content);
    } catch (const MalformedRecord&) {
        fail_damaged(start);
    }
}

void JournalFile::start(std::string_view parameters) {
    cut(0);
    write(first_line);
    write_frame(parameters);
}

void JournalFile::cut(std::uint64_t end) {
    if (::ftruncate(descriptor_, static_cast<off_t>(end)) != 0) fail("write", path_);
    size_ = next_ = end;
}

void JournalFile::append(const JournalRecord& record) { write_frame(encoded(record)); }

void JournalFile::write_frame(std::string_view content) {
    const auto size = static_cast<std::uint32_t>(content.size());
    const FrameHead head{size, ~size, crc_of(content.data(), content.size())};
    std::string frame(reinterpret_cast<const char*>(&head), sizeof head);
    write(frame.append(content));
}

void JournalFile::write(std::string_view bytes) {
    if (const int error = io::write_at(descriptor_, next_, bytes.data(), bytes.size()))
        fail("write", path_, error);
    size_ = next_ += bytes.size();
}

void JournalFile::sync() const {
    if (!is_synced(::fdatasync(descriptor_))) fail("write", path_);
}

void JournalFile::remove() const { ::unlink(path_.c_str()); }

}  // namespace gradscape::io
