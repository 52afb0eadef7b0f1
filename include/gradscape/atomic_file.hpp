// Output that appears under its final name only when it is complete. Until commit() the bytes are
// in a file without a name (or, where the file system has no such thing, a temporary name in the
// same folder), which vanishes with the object. Devices and pipes are written straight to.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gradscape {

class AtomicFile {
public:
    enum class Temporary : std::uint8_t {
        unnamed,  ///< falls back to `named` where the file system cannot
        named
    };

    /// InputError when the folder is missing or not writable, or the path is a folder.
    explicit AtomicFile(std::string path, Temporary temporary = Temporary::unnamed);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    /// Appends, buffered. RunError (`No space left on device`) here or in commit().
    void write(std::string_view bytes);
    void write(const void* bytes, std::size_t size);

    /// Any thread, at any offset; not to be mixed with write().
    void write_at(std::uint64_t offset, const void* bytes, std::size_t size) const;

    /// To disk, then (within publish_together: at its end) to the final name, replacing a file
    /// there.
    void commit();

    const std::string& path() const { return path_; }

private:
    friend void publish_together(const std::function<void()>& work);
    void publish();
    void open_direct();
    void open_temporary(Temporary temporary);
    bool open_unnamed(const std::string& folder);
    void name_temporary();
    void flush();
    void write_all(const char* bytes, std::size_t size) const;

    std::string path_;       ///< as given, for messages
    std::string target_;     ///< symbolic links followed
    std::string temporary_;  ///< empty: has no name yet
    std::string buffer_;
    int descriptor_ = -1;
    bool direct_ = false;
};

/// Does `work` and then publishes all files that it committed on this thread. If it throws, none of
/// them appears. For a few files, since each stays open.
void publish_together(const std::function<void()>& work);

/// The whole content at once.
void write_file(const std::string& path, std::string_view content);

}  // namespace gradscape
