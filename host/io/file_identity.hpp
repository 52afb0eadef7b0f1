// Where a path leads: to which file, however it is spelt, and whether that is a file at all.
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace gradscape::io {

struct ResolvedPath {
    enum class Kind : std::uint8_t {
        file,    ///< there or yet to be made
        folder,  ///< there, or by the slash at its end
        device   ///< device, pipe, socket or open descriptor: nothing that a rename may replace
    };
    Kind kind = Kind::file;
    /// The end of the chain of symbolic links: what a rename must replace.
    std::string target;
    /// Of this process, where the path names one: `-`, /dev/stdout, /dev/fd/N, a link to them.
    int descriptor = -1;
};
ResolvedPath resolve_path(const std::string& path);

/// The same for all paths to one file: links of both kinds, other spellings of its folder, other
/// cases of its name where the file system does not tell them apart.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;   ///< of the file, or, where there is none yet, of its folder
    std::string name;  ///< in that folder; empty where the file is there
    ResolvedPath::Kind kind = ResolvedPath::Kind::file;
    bool null = false;  ///< /dev/null, which anyone may write to

    bool is_same_file(const FileIdentity& other) const {
        return device == other.device && inode == other.inode && name == other.name;
    }
};
FileIdentity identify(const std::string& path);

/// Of what lies beside a file until it is done.
std::string part_path(const std::string& target, const std::string& suffix);

/// "." where the path has none.
std::string folder_of(const std::string& path);

/// Whether fsync or fdatasync did what can be done: devices, pipes and some file systems answer
/// EINVAL or ENOTSUP, since there is nothing to wait for. Else errno says what is wrong.
bool is_synced(int result);
/// So that names in it survive a power cut. Some file systems refuse; a rename is done all the
/// same.
void sync_folder(const std::string& folder);

}  // namespace gradscape::io
