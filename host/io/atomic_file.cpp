// Temporary file, fsync, rename, and errors that name the path and what would be right.
// SPDX-License-Identifier: MIT
#include "gradscape/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "gradscape/transaction.hpp"
#include "host/io/file_identity.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t buffer_size = 256 * 1024;

[[noreturn]] void fail(const std::string& path, int error) {
    if (error == ESPIPE)
        throw InputError(fmt::format(
            "cannot write '{}': this format is not written from start to end, so it needs a file, "
            "not a pipe",
            path));
    throw RunError(fmt::format("cannot write '{}': {}", path, std::strerror(error)));
}

[[noreturn]] void fail_to_open(const std::string& path, const std::string& target, int error) {
    const std::string folder = folder_of(target);
    std::error_code ignored;
    if (error == ENOENT && !fs::exists(folder, ignored))
        throw InputError(fmt::format(
            "cannot write '{}': there is no folder '{}'; create it, or give another path", path,
            folder));
    if (error == ENOTDIR)
        throw InputError(fmt::format("cannot write '{}': '{}' is not a folder; give another path",
                                     path, folder));
    if (error == EACCES || error == EPERM || error == EROFS || error == ENOENT)
        throw InputError(fmt::format(
            "cannot write '{}': {} in the folder '{}'; give a path in a writable folder", path,
            std::strerror(error), folder));
    if (error == ELOOP && path == target)
        throw InputError(fmt::format(
            "cannot write '{}': it is a symbolic link, which is not followed there; remove it",
            path));
    if (error == ENAMETOOLONG || error == ELOOP)
        throw InputError(fmt::format("cannot write '{}': {}", path, std::strerror(error)));
    fail(path, error);
}

std::string temporary_name(const std::string& target) {
    std::random_device random;
    const fs::path file = fs::path(target).filename();
    // Long names keep room for the suffix within the usual limit of 255 bytes.
    return fmt::format("{}/.{}.{:08x}{:08x}.tmp", folder_of(target), file.string().substr(0, 200),
                       random(), random());
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

AtomicFile::AtomicFile(std::string path, Temporary temporary) : path_(std::move(path)) {
    if (path_.empty()) throw InputError("cannot write to an empty path; give a file name");
    const io::ResolvedPath resolved = io::resolve_path(path_);
    if (resolved.kind == io::ResolvedPath::Kind::folder)
        throw InputError(
            fmt::format("cannot write '{}': it is a folder; give the name of a file", path_));
    target_ = resolved.target;
    direct_ = resolved.kind == io::ResolvedPath::Kind::device;
    if (direct_)
        open_direct(resolved.descriptor);
    else
        open_temporary(temporary);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : transaction_(other.transaction_),
      path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      buffer_(std::move(other.buffer_)),
      part_suffix_(std::move(other.part_suffix_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      direct_(other.direct_),
      kept_(other.kept_) {}

AtomicFile::~AtomicFile() { drop_temporary(); }

void AtomicFile::drop_temporary() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    if (!temporary_.empty() && !kept_) ::unlink(temporary_.c_str());
    temporary_.clear();
}

void AtomicFile::open_direct(int standard_descriptor) {
    // A duplicate shares the position with the shell's redirection; opening anew would not.
    descriptor_ = standard_descriptor >= 0 ? ::fcntl(standard_descriptor, F_DUPFD_CLOEXEC, 3)
                                           : ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) io::fail_to_open(path_, target_, errno);
}

void AtomicFile::open_temporary(Temporary temporary) {
    struct stat existing {};
    const bool exists = stat(target_.c_str(), &existing) == 0;
    if (exists && ::faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0)
        throw InputError(fmt::format(
            "cannot write '{}': the file there is write-protected; give another path", path_));
    if (temporary == Temporary::named || !open_unnamed(io::folder_of(target_))) {
        const std::string name = io::temporary_name(target_);
        descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0) io::fail_to_open(path_, target_, errno);
        temporary_ = name;
    }
    if (exists) (void)::fchmod(descriptor_, existing.st_mode & 0777);
}

bool AtomicFile::open_unnamed(const std::string& folder) {
    descriptor_ = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
    return descriptor_ >= 0;
}

void AtomicFile::name_temporary() {
    const std::string name = io::temporary_name(target_);
    if (!link_unnamed(name)) io::fail(path_, EEXIST);
    temporary_ = name;
}

void AtomicFile::write(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > io::buffer_size) {
        check_stop();
        flush();
    }
    if (bytes.size() > io::buffer_size)
        write_all(bytes.data(), bytes.size());
    else
        buffer_.append(bytes);
}

void AtomicFile::write(const void* bytes, std::size_t size) {
    write(std::string_view(static_cast<const char*>(bytes), size));
}

void AtomicFile::flush() {
    write_all(buffer_.data(), buffer_.size());
    buffer_.clear();
}

void AtomicFile::write_all(const char* bytes, std::size_t size) const {
    while (size > 0) {
        const ssize_t written = ::write(descriptor_, bytes, size);
        if (written < 0) {
            if (errno != EINTR) io::fail(path_, errno);
            check_stop();
            continue;
        }
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
}

void AtomicFile::write_at(std::uint64_t offset, const void* bytes, std::size_t size) const {
    if (const int error = io::write_at(descriptor_, offset, bytes, size, check_stop))
        io::fail(path_, error);
}

std::uint64_t AtomicFile::copy_at(std::uint64_t offset, int source, std::uint64_t source_offset,
                                  std::uint64_t size) const {
    constexpr std::uint64_t at_once = 64u << 20;  // so that a stop is seen
    auto from = static_cast<off64_t>(source_offset), to = static_cast<off64_t>(offset);
    std::uint64_t copied = 0;
    while (copied < size) {
        check_stop();
        const ssize_t got =
            ::copy_file_range(source, &from, descriptor_, &to, std::min(size - copied, at_once), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
            io::fail(path_, errno);
        if (got <= 0) break;
        copied += static_cast<std::uint64_t>(got);
    }
    return copied;
}

void AtomicFile::complete() {
    flush();
    if (!io::is_synced(::fsync(descriptor_))) io::fail(path_, errno);
}

void AtomicFile::publish() {
    if (transaction_ && !direct_) return transaction_->take(std::move(*this));
    if (!direct_) {
        rename_temporary();
        io::sync_folder(io::folder_of(target_));
    }
    if (::close(std::exchange(descriptor_, -1)) != 0) io::fail(path_, errno);
}

/// Straight to a name that nothing has: a kill leaves no other.
bool AtomicFile::link_unnamed(const std::string& name) {
    if (!temporary_.empty()) return false;
    const std::string source = fmt::format("/proc/self/fd/{}", descriptor_);
    if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EEXIST) io::fail(path_, errno);
    return false;
}

void AtomicFile::rename_temporary() {
    if (link_unnamed(target_)) return;
    if (temporary_.empty()) name_temporary();
    // A pipe, a device or a link may have come there while we worked.
    struct stat there {};
    if (::lstat(target_.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        throw RunError(fmt::format(
            "cannot write '{}': it was replaced by something that is not a file", path_));
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) io::fail_to_open(path_, target_, errno);
    temporary_.clear();
}

bool AtomicFile::is_standard_output() const {
    return direct_ && io::resolve_path(path_).descriptor == STDOUT_FILENO;
}

AtomicFile AtomicFile::another() const {
    AtomicFile file(path_);
    file.transaction_ = transaction_;
    return file;
}

std::string AtomicFile::part_path() const { return io::part_path(target_, part_suffix_); }

void AtomicFile::keep_part() {
    const std::string part = part_path();
    if (!link_unnamed(part)) {
        if (temporary_.empty()) name_temporary();
        if (::rename(temporary_.c_str(), part.c_str()) != 0) io::fail_to_open(part, part, errno);
    }
    temporary_ = part;
    kept_ = true;
}

void AtomicFile::resume_part(std::uint64_t size) {
    const std::string part = part_path();
    const int descriptor = ::open(part.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) io::fail_to_open(part, part, errno);
    drop_temporary();
    descriptor_ = descriptor;
    temporary_ = part;
    kept_ = true;
    buffer_.clear();
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0 ||
        ::lseek(descriptor_, static_cast<off_t>(size), SEEK_SET) < 0)
        io::fail(part, errno);
}

void AtomicFile::read_at(std::uint64_t offset, void* bytes, std::size_t size) const {
    io::read_exactly(descriptor_, path_, offset, bytes, size);
}

void AtomicFile::discard() {
    kept_ = false;
    drop_temporary();
}

void AtomicFile::sync() {
    flush();
    if (!io::is_synced(::fdatasync(descriptor_))) io::fail(path_, errno);
}

void write_file(AtomicFile file, std::string_view content) {
    file.write(content);
    file.commit();
}

}  // namespace gradscape
