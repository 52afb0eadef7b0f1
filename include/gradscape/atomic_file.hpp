// Output that appears under its final name only when it is complete. Until commit() the bytes are
// in a file without a name (or, where the file system has no such thing, a temporary name in the
// same folder), which vanishes with the object, unless keep_part() gave them a name that outlives
// even a killed process. Devices, pipes and standard output (`-`) are written straight to.
// Files of a Transaction (gradscape/transaction.hpp) get their names together, at its end.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gradscape {

class Transaction;

class AtomicFile {
public:
    enum class Temporary : std::uint8_t {
        unnamed,  ///< falls back to `named` where the file system cannot
        named
    };

    /// InputError when the folder is missing or not writable, or the path is a folder. Implicit:
    /// what writes to a file takes a path as well, and then publishes by itself.
    // NOLINTBEGIN(google-explicit-constructor)
    AtomicFile(std::string path, Temporary temporary = Temporary::unnamed);
    AtomicFile(const char* path) : AtomicFile(std::string(path)) {}
    // NOLINTEND(google-explicit-constructor)
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    /// Appends, buffered. RunError (`No space left on device`) here or in commit().
    void write(std::string_view bytes);
    void write(const void* bytes, std::size_t size);

    /// Any thread, at any offset; not to be mixed with write().
    void write_at(std::uint64_t offset, const void* bytes, std::size_t size) const;
    /// The same with bytes of another file, which file systems may share instead of copying them.
    /// How many bytes were copied: fewer where the system does not do it for these files.
    std::uint64_t copy_at(std::uint64_t offset, int source, std::uint64_t source_offset,
                          std::uint64_t size) const;

    /// All that write() was given is with the system: it survives the process.
    void flush();

    /// To disk.
    void complete();
    /// After complete(): to the final name, replacing a file there. A transaction takes the file
    /// over and does that at its end.
    void publish();
    void commit() {
        complete();
        publish();
    }

    /// The unfinished bytes get the name part_path(), replacing a file there, and outlive this
    /// object, which gives up its own name for good.
    void keep_part();
    /// Goes on with the bytes of an earlier keep_part() instead of its own, cut or extended to
    /// `size`, where write() appends.
    void resume_part(std::uint64_t size);
    /// What was written so far survives a power cut.
    void sync();
    std::string part_path() const;
    /// Of part_path(), behind the file's name; `.part` where nothing else is said.
    void set_part_suffix(std::string suffix) { part_suffix_ = std::move(suffix); }
    /// RunError where the bytes are not there.
    void read_at(std::uint64_t offset, void* bytes, std::size_t size) const;
    /// Gone at once, a part too.
    void discard();

    const std::string& path() const { return path_; }
    const std::string& target() const { return target_; }  ///< symbolic links followed
    /// Written straight to, as devices and pipes are: nothing is atomic, nor can be resumed.
    bool is_direct() const { return direct_; }
    bool is_standard_output() const;
    /// None: publishes by itself.
    Transaction* transaction() const { return transaction_; }
    /// A new empty file for the same path and transaction, to be published in place of this one.
    AtomicFile another() const;

private:
    friend class Transaction;
    void open_direct(int standard_descriptor);
    void open_temporary(Temporary temporary);
    bool open_unnamed(const std::string& folder);
    bool link_unnamed(const std::string& name);
    void name_temporary();
    void rename_temporary();
    void drop_temporary();
    void write_all(const char* bytes, std::size_t size) const;

    Transaction* transaction_ = nullptr;
    std::string path_;  ///< as given, for messages
    std::string target_;
    std::string temporary_;  ///< empty: has no name yet
    std::string buffer_;
    std::string part_suffix_ = ".part";
    int descriptor_ = -1;
    bool direct_ = false;
    bool kept_ = false;  ///< the temporary is a part
};

/// The whole content at once.
void write_file(AtomicFile file, std::string_view content);

}  // namespace gradscape
