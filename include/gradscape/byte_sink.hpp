// Where the bytes of a picture or an array go: a file, a pipe, memory, a stream, or nowhere.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gradscape/atomic_file.hpp"

namespace gradscape {

namespace io {
class PartFile;
}

class ByteSink {
public:
    // What a sink writes to may be said as a path. NOLINTBEGIN(google-explicit-constructor)
    ByteSink(AtomicFile file) : file_(std::move(file)) {}
    ByteSink(std::string path) : file_(AtomicFile(std::move(path))) {}
    ByteSink(const char* path) : ByteSink(std::string(path)) {}
    // NOLINTEND(google-explicit-constructor)
    /// Memory, complete with complete(). It must outlive the sink.
    explicit ByteSink(std::string* memory) : memory_(memory) { memory_->clear(); }
    /// A stream: called with the bytes in their order, by one thread at a time, at the latest in
    /// complete(); where threads write at offsets (reserve()), which goes to a temporary file of
    /// that size, not before. What it throws ends the run. InputError where there is none.
    using Write = std::function<void(std::string_view bytes)>;
    explicit ByteSink(Write stream);

    /// For a rank whose pieces go to another one: what is written is dropped.
    static ByteSink nowhere() { return {}; }

    /// Appends.
    void write(std::string_view bytes);
    /// The whole is `size` long in the end: room, for threads that write at offsets.
    void reserve(std::uint64_t size);
    /// Any thread, at any offset within what was reserved; not to be mixed with write().
    void write_at(std::uint64_t offset, const void* bytes, std::size_t size) const;
    /// The same with bytes of a part. RunError where they are not there.
    void copy_at(std::uint64_t offset, const io::PartFile& source, std::uint64_t source_offset,
                 std::uint64_t size) const;
    /// What was written is with the system, or in memory.
    void flush();
    void complete();

    AtomicFile* file() { return file_ ? &*file_ : nullptr; }  ///< null: no file
    bool is_nowhere() const { return !file_ && !memory_ && !stream_; }

private:
    ByteSink() = default;

    /// What is written at offsets must wait: it goes to a pipe or a stream.
    bool needs_spool() const { return stream_ || (file_ && file_->is_direct()); }

    std::optional<AtomicFile> file_;
    Write stream_;
    /// What waits: a file without a name, copied when complete.
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> spool_{nullptr, nullptr};
    std::string* memory_ = nullptr;
};

}  // namespace gradscape
