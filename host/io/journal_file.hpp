// The journal of a render: a line of text that names its kind, then frames of size, the size's
// complement, crc32 and content. The first frame is the parameters, each other one a record of how
// far all sinks are. A frame counts only when it is whole, so the last one may be torn; that a size
// is right is known by its complement, so that a damaged one is not taken for a torn frame.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/strips.hpp"

namespace gradscape::io {

struct JournalRecord {
    std::uint64_t rows_done = 0;
    double seconds = 0;    ///< of work, earlier runs included
    bool durable = false;  ///< what it speaks of was on the disk before it was written
    std::vector<SinkState> sinks;
};

/// A journal with something wrong in it; one that is not ours is a plain InputError.
struct MalformedJournal : InputError {
    using InputError::InputError;
};

/// Another process is writing the outputs of a journal.
struct JournalInUse : InputError {
    using InputError::InputError;
};

class JournalFile {
public:
    enum class Use : std::uint8_t {
        write,  ///< opens or creates it, for this process alone
        read    ///< while no process writes it; RunError where there is none
    };
    /// JournalInUse while another process has it.
    explicit JournalFile(std::string path, Use use = Use::write);
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;
    ~JournalFile();

    const std::string& path() const { return path_; }

    /// From the start. None where the file ends before they do; MalformedJournal where they are
    /// damaged, InputError where the file is no journal.
    std::optional<std::string> read_parameters();
    /// The next record; none at the end, which may be torn. MalformedJournal where one is damaged.
    std::optional<JournalRecord> read_record();
    /// Of the frame that was read or appended last.
    std::uint64_t end() const { return next_; }

    /// Empties it and starts anew.
    void start(std::string_view parameters);
    /// What follows `end` is dropped; append() goes on there.
    void cut(std::uint64_t end);
    void append(const JournalRecord& record);
    void sync() const;
    void remove() const;
    [[noreturn]] void fail_damaged(std::uint64_t offset) const;

private:
    bool open_locked(Use use);
    bool read_at(std::uint64_t offset, char* bytes, std::size_t size) const;
    std::optional<std::string> read_frame();
    void write_frame(std::string_view content);
    void write(std::string_view bytes);

    std::string path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0, next_ = 0;
};

}  // namespace gradscape::io
