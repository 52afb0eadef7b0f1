// SPDX-License-Identifier: MIT
#include "host/io/file_identity.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include "host/io/checksum.hpp"

namespace gradscape::io {
namespace {

namespace fs = std::filesystem;
constexpr int most_links = 40;  // as in the kernel

/// Of /proc/self/fd/N however it is spelt, but not of another process's.
int descriptor_of(const fs::path& folder, const std::string& name) {
    const std::string process = fmt::format("/proc/{}/", getpid());
    if (!folder.string().starts_with(process) || folder.filename() != "fd") return -1;
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    return error == std::errc{} && end == name.data() + name.size() ? number : -1;
}

bool is_kind(const struct stat& status, mode_t kind) { return (status.st_mode & S_IFMT) == kind; }

}  // namespace

ResolvedPath resolve_path(const std::string& path) {
    using Kind = ResolvedPath::Kind;
    if (path == "-") return {Kind::device, path, STDOUT_FILENO};
    fs::path at = path;
    for (int links = 0; links < most_links; ++links) {
        std::error_code error;
        const fs::path folder = fs::canonical(folder_of(at), error);
        if (at == "/dev/stdout") return {Kind::device, path, STDOUT_FILENO};
        if (folder == "/proc" || folder.string().starts_with("/proc/"))
            return {Kind::device, path, descriptor_of(folder, at.filename())};
        const fs::path next = fs::read_symlink(at, error);
        if (error) break;
        at = next.is_absolute() ? next : at.parent_path() / next;
    }
    struct stat status {};
    const bool there = stat(path.c_str(), &status) == 0;
    if (path.ends_with('/') || (there && is_kind(status, S_IFDIR))) return {Kind::folder, at};
    return {there && !is_kind(status, S_IFREG) ? Kind::device : Kind::file, at};
}

FileIdentity identify(const std::string& path) {
    const ResolvedPath resolved = resolve_path(path);
    struct stat status {};
    const bool there = resolved.descriptor >= 0 ? fstat(resolved.descriptor, &status) == 0
                                                : stat(path.c_str(), &status) == 0;
    if (there)
        return {status.st_dev,
                status.st_ino,
                {},
                resolved.kind,
                is_kind(status, S_IFCHR) && status.st_rdev == makedev(1, 3)};
    if (stat(folder_of(resolved.target).c_str(), &status) != 0) status = {};
    return {status.st_dev, status.st_ino, fs::path(resolved.target).filename(), resolved.kind};
}

std::string part_path(const std::string& target, const std::string& suffix) {
    // Long names keep room for the suffixes within the usual limit of 255 bytes, and stay apart.
    constexpr std::size_t longest = 200;
    std::string file = fs::path(target).filename().string();
    if (file.size() > longest)
        file =
            fmt::format("{}-{:08x}", file.substr(0, longest - 9), crc_of(file.data(), file.size()));
    return (fs::path(target).parent_path() / (file + suffix)).string();
}

std::string folder_of(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

bool is_synced(int result) {
    return result == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

void sync_folder(const std::string& folder) {
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    (void)::fsync(directory);
    ::close(directory);
}

}  // namespace gradscape::io
