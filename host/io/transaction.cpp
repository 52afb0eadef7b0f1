// SPDX-License-Identifier: MIT
#include "gradscape/transaction.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <set>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/file_identity.hpp"

namespace gradscape::io {
namespace {

/// Not even a byte would find room there.
bool is_full(const std::string& folder) {
    struct statvfs volume {};
    return statvfs(folder.c_str(), &volume) == 0 && volume.f_blocks > 0 && volume.f_bfree == 0;
}

/// The same for the same file, as is_same_file() has it.
std::string key_of(const FileIdentity& file) {
    return fmt::format("{} {} {}", file.device, file.inode, file.name);
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

struct Transaction::Claim {
    std::string path;  ///< as given
    io::FileIdentity file;
    bool written;
    std::optional<AtomicFile> opened;
};

Transaction::Transaction() = default;

Transaction::~Transaction() { end(false); }

void Transaction::claim(const std::string& path, bool written) {
    using Kind = io::ResolvedPath::Kind;
    const io::FileIdentity file = io::identify(path);
    std::vector<std::size_t>& same = claims_of_[io::key_of(file)];
    for (const std::size_t earlier : same) {
        const Claim& other = claims_[earlier];
        const std::string spelt = path == other.path ? "" : fmt::format(" as '{}'", other.path);
        if (written && other.written && !file.null)
            throw InputError(
                fmt::format("cannot write '{}': this run writes it{} already; give each result a "
                            "file of its own",
                            path, spelt));
        const bool is_file = file.kind == Kind::file || other.file.kind == Kind::file;
        if (written != other.written && is_file)
            throw InputError(fmt::format(
                "cannot write '{}': this run reads it{}; give another path",
                written ? path : other.path,
                spelt.empty() ? "" : fmt::format(" as '{}'", written ? other.path : path)));
    }
    same.push_back(claims_.size());
    claims_.push_back({path, file, written, {}});
}

void Transaction::read(const std::string& path) { claim(path, false); }

void Transaction::reserve(const std::string& path) { claim(path, true); }

AtomicFile& Transaction::write(const std::string& path) {
    claim(path, true);
    AtomicFile file(path);
    if (!file.is_direct() && io::is_full(io::folder_of(file.target())))
        throw RunError(fmt::format("cannot write '{}': No space left on device", path));
    writes_standard_output_ = writes_standard_output_ || file.is_standard_output();
    file.transaction_ = this;
    return claims_.back().opened.emplace(std::move(file));
}

AtomicFile Transaction::open(const std::string& path) {
    const auto find = [&] {
        return std::find_if(claims_.begin(), claims_.end(),
                            [&](const Claim& claim) { return claim.opened && claim.path == path; });
    };
    if (find() == claims_.end()) write(path);
    const auto found = find();
    AtomicFile file = std::move(*found->opened);
    found->opened.reset();
    return file;
}

void Transaction::adopt(AtomicFile& file) {
    claim(file.path(), true);
    file.transaction_ = this;
    writes_standard_output_ = writes_standard_output_ || file.is_standard_output();
}

void Transaction::take(AtomicFile file) { complete_.push_back(std::move(file)); }

void Transaction::before_publishing(std::function<void()> call) {
    first_calls_.push_back(std::move(call));
}

void Transaction::when_published(std::function<void(bool)> call) {
    calls_.push_back(std::move(call));
}

void Transaction::publish() {
    try {
        for (const auto& call : std::exchange(first_calls_, {})) call();
        std::set<std::string> folders;
        for (AtomicFile& file : complete_) {
            file.rename_temporary();
            folders.insert(io::folder_of(file.target()));
        }
        for (const std::string& folder : folders) io::sync_folder(folder);
    } catch (...) {
        end(false);
        throw;
    }
    complete_.clear();
    end(true);
}

/// A call's own failure must not hide why the files did not appear, nor keep others from theirs.
void Transaction::end(bool published) {
    std::exception_ptr first;
    for (const auto& call : std::exchange(calls_, {})) {
        try {
            call(published);
        } catch (...) {
            if (!first) first = std::current_exception();
        }
    }
    if (first && published) std::rethrow_exception(first);
}

}  // namespace gradscape
