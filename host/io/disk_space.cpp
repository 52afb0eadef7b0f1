// SPDX-License-Identifier: MIT
#include "host/io/disk_space.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"

namespace gradscape::io {
namespace {

struct Volume {
    std::string folder;  ///< one that is on it
    FileSize wanted;
};

std::uint64_t allocated_bytes(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) * 512
                                            : 0;
}

std::string gigabytes(std::uint64_t bytes) {
    return fmt::format("{:.3g} GB", static_cast<double>(bytes) / 1e9);
}

FileSize part_of(const FileSize& whole, double part) {
    if (part == 1) return whole;  // to the byte
    return {static_cast<std::uint64_t>(static_cast<double>(whole.least) * part),
            static_cast<std::uint64_t>(static_cast<double>(whole.most) * part)};
}

std::map<dev_t, Volume> volumes_of(std::span<Sink* const> sinks, double part) {
    std::map<dev_t, Volume> volumes;
    for (Sink* sink : sinks) {
        FileSink* const file_sink = sink->as_file();
        const AtomicFile* file = file_sink ? file_sink->file() : nullptr;
        if (!file || file->is_direct()) continue;
        const auto parent = std::filesystem::path(file->target()).parent_path();
        const std::string folder = parent.empty() ? "." : parent.string();
        struct stat status {};
        if (stat(folder.c_str(), &status) != 0) continue;
        Volume& volume = volumes[status.st_dev];
        volume.folder = folder;
        const std::uint64_t there = allocated_bytes(file->part_path());
        const FileSize size = part_of(file_sink->final_size(), part);
        volume.wanted.least += size.least - std::min(size.least, there);
        volume.wanted.most += size.most - std::min(size.most, there);
    }
    return volumes;
}

}  // namespace

void check_disk_space(std::span<Sink* const> sinks, const Context& context, std::size_t grid_rows,
                      const RowRange& rows) {
    const double part = static_cast<double>(rows.rows()) / static_cast<double>(grid_rows);
    for (const auto& [device, volume] : volumes_of(sinks, part)) {
        struct statvfs status {};
        if (statvfs(volume.folder.c_str(), &status) != 0 || status.f_blocks == 0) continue;
        const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
        if (volume.wanted.least > free)
            throw RunError(fmt::format(
                "not enough disk space: {} to be written to the folder '{}', where {} are free; "
                "make room, or give another folder or fewer cells",
                gigabytes(volume.wanted.least), volume.folder, gigabytes(free)));
        if (volume.wanted.most > free)
            context.tell(fmt::format(
                "the files may take up to {} of the {} free in '{}'; should the disk fill up, the "
                "render can be resumed",
                gigabytes(volume.wanted.most), gigabytes(free), volume.folder));
    }
}

}  // namespace gradscape::io
