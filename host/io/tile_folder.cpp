// SPDX-License-Identifier: MIT
#include "host/io/tile_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/checksum.hpp"
#include "host/io/file_identity.hpp"

namespace gradscape::io {
namespace {

namespace fs = std::filesystem;
constexpr const char* mark = "gradscape.json";  ///< in a folder of ours

[[noreturn]] void fail_to_write(const std::string& path, int error) {
    throw RunError(fmt::format("cannot write '{}': {}", path, std::strerror(error)));
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// What else lies there would be removed with the tiles.
void expect_only_levels(const std::string& path) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored)) {
        const std::string name = entry.path().filename().string();
        const bool is_level = name.find_first_not_of("0123456789") == std::string::npos;
        if (!is_level && name != mark)
            throw InputError(fmt::format(
                "'{}' is in the way, and is not one of the tiles beside it; move it away",
                entry.path().string()));
    }
}

void expect_ours(const std::string& path) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(fs::symlink_status(path, ignored));
    if (!is_there(path)) return;
    if (is_folder && is_there(fs::path(path) / mark)) return expect_only_levels(path);
    if (is_folder && fs::is_empty(path, ignored)) return;  // a run was killed before its mark
    throw InputError(fmt::format(
        "'{}' is in the way, and is not a folder of tiles that was made here; move it away", path));
}

/// The mark goes last: a run that is killed meanwhile leaves a folder of ours.
void remove_ours(const std::string& path, std::error_code& error) {
    error.clear();
    if (!is_there(path)) return;
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
        if (entry.path().filename() != mark) fs::remove_all(entry.path(), error);
        if (error) return;
    }
    if (!error) fs::remove_all(path, error);
}

void write_whole(const std::string& path, std::string_view bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) fail_to_write(path, errno);
    int error = 0;
    while (!bytes.empty() && error == 0) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            error = errno;
    }
    if (::close(file) != 0 && error == 0) error = errno;
    if (error != 0) fail_to_write(path, error);
}

}  // namespace

TileFolder::TileFolder(std::string target)
    : target_(std::move(target)), staging_(target_ + ".part") {
    expect_ours(target_);
    expect_ours(staging_);
}

TileFolder::~TileFolder() {
    std::error_code ignored;
    if (started_) remove_ours(staging_, ignored);
}

void TileFolder::start(std::string_view parameters, std::size_t levels) {
    std::error_code error;
    expect_ours(staging_);
    remove_ours(staging_, error);
    if (error || !fs::create_directory(staging_, error)) fail_to_write(staging_, error.value());
    started_ = true;
    write_whole((fs::path(staging_) / mark).string(), parameters);
    for (std::size_t level = 0; level < levels; ++level) {
        const fs::path folder = fs::path(staging_) / fmt::format("{}", level);
        if (!fs::create_directory(folder, error)) fail_to_write(folder.string(), error.value());
    }
}

std::string TileFolder::path_of(const TileName& name) const {
    return fmt::format("{}/{}/{}_{}.png", staging_, name.level, name.col, name.row);
}

TileFolder::Key TileFolder::key_of(std::string_view png) {
    return {png.size(), crc_of(png.data(), png.size())};
}

void TileFolder::write(const TileName& name, std::string_view png) {
    write_whole(path_of(name), png);
    written_.insert_or_assign(key_of(png), name);
}

void TileFolder::add(const TileName& name, std::string_view png) {
    const auto same = written_.find(key_of(png));
    if (same == written_.end() || read(same->second) != png || !link(name, same->second))
        write(name, png);
}

bool TileFolder::link(const TileName& name, const TileName& same) const {
    return ::link(path_of(same).c_str(), path_of(name).c_str()) == 0;
}

std::string TileFolder::read(const TileName& name) const {
    std::ifstream file(path_of(name), std::ios::binary);
    if (!file) throw RunError(fmt::format("cannot read '{}'", path_of(name)));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void TileFolder::complete() const {
    const int folder = ::open(staging_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) fail_to_write(staging_, errno);
    const bool synced = is_synced(::syncfs(folder));
    const int error = errno;
    ::close(folder);
    if (!synced) fail_to_write(staging_, error);
}

void TileFolder::publish() {
    expect_ours(target_);
    std::error_code error;
    const auto renamed = [&](unsigned flags) {
        return ::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, target_.c_str(), flags) == 0;
    };
    if (is_there(target_) && !renamed(RENAME_EXCHANGE)) {  // a file system that cannot
        remove_ours(target_, error);
        if (error) fail_to_write(target_, error.value());
    }
    if (!is_there(target_) && !renamed(0)) fail_to_write(target_, errno);
    remove_ours(staging_, error);  // the one that was replaced
    started_ = false;
    sync_folder(folder_of(target_));
}

}  // namespace gradscape::io
