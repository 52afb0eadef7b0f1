// Which rows a shard has, and what its files are called.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "gradscape/error.hpp"
#include "gradscape/shard.hpp"
#include "host/io/file_identity.hpp"
#include "host/io/journal_file.hpp"
#include "host/render/part_names.hpp"

namespace gradscape::rendering {
namespace {

namespace fs = std::filesystem;

/// The counts of the shards whose journals lie beside an output.
std::set<std::size_t> counts_beside(const std::string& output) {
    const fs::path example = part_path(output, {1, 1});
    const std::string name = example.filename().string();
    const std::string start = name.substr(0, name.size() - std::string_view("1-of-1").size());
    static const std::regex numbers("([1-9][0-9]{0,4})-of-([1-9][0-9]{0,4})\\.journal");
    std::set<std::size_t> counts;
    std::error_code none;
    const fs::path folder = example.has_parent_path() ? example.parent_path() : ".";
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        const std::string found = entry.path().filename().string();
        std::smatch parts;
        if (!found.starts_with(start)) continue;
        const std::string rest = found.substr(start.size());
        if (std::regex_match(rest, parts, numbers)) counts.insert(std::stoul(parts[2]));
    }
    return counts;
}

/// Empty where the journal is missing or of no use; merge_shards() says so, or `unread` why.
std::string parameters_of(const std::string& output, const Shard& shard,
                          std::exception_ptr& unread) {
    const std::string journal = journal_of(part_path(output, shard));
    if (!exists(journal)) return {};
    try {
        return io::JournalFile(journal, io::JournalFile::Use::read).read_parameters().value_or("");
    } catch (const Error&) {
        if (!unread) unread = std::current_exception();
    }
    return {};
}

}  // namespace

std::string part_path(const std::string& output, const Shard& shard) {
    return io::part_path(io::resolve_path(output).target, part_suffix(shard));
}

}  // namespace gradscape::rendering

namespace gradscape {

RowRange rows_of(const Shard& shard, const Grid& grid) {
    // A band of fewer rows counts as one: none has more than one more than another.
    const std::size_t band = band_rows(grid);
    return rows_of(shard, grid.rows(), band,
                   [band](std::size_t rows) { return (rows + band - 1) / band; });
}

RowRange rows_of(const Shard& shard, std::size_t rows, std::size_t band_rows,
                 const std::function<std::uint64_t(std::size_t rows)>& cells) {
    const std::size_t bands = (rows + band_rows - 1) / band_rows;
    if (shard.index < 1 || shard.index > shard.count)
        throw InputError(fmt::format("there is no shard {} of {}; from 1 to {} are possible",
                                     shard.index, shard.count, shard.count));
    // Bands count from the top of the picture, where the last of the rows are.
    const auto in_bands = [&](std::size_t bands_above) {
        return std::min(bands_above * band_rows, rows);
    };
    const std::uint64_t each = cells(rows) / shard.count, rest = cells(rows) % shard.count;
    /// The band after which the shards' cells are nearest to their share.
    const auto rows_above = [&](std::size_t shards) {
        if (shards == 0 || shards == shard.count) return shards == 0 ? 0 : rows;
        const std::uint64_t wanted = each * shards + rest * shards / shard.count;
        std::size_t below = 0, beyond = bands;  // a bisection
        while (beyond - below > 1) {
            const std::size_t middle = (below + beyond) / 2;
            (cells(in_bands(middle)) <= wanted ? below : beyond) = middle;
        }
        const bool up = cells(in_bands(beyond)) - wanted < wanted - cells(in_bands(below));
        return in_bands(up ? beyond : below);
    };
    return {rows - rows_above(shard.index), rows - rows_above(shard.index - 1)};
}

std::string part_suffix(const Shard& shard) {
    return fmt::format(".part.{}-of-{}", shard.index, shard.count);
}

FoundShards find_shards(std::span<const std::string> outputs, std::optional<std::size_t> count) {
    for (const std::string& output : outputs) {
        const std::set<std::size_t> counts = rendering::counts_beside(output);
        if (counts.empty() || (count && !counts.contains(*count))) continue;
        if (!count && counts.size() > 1)
            throw InputError(
                fmt::format("beside '{}' lie shards of {} divisions, of {} parts; say which one is "
                            "wanted, or remove the others",
                            output, counts.size(), fmt::join(counts, " and of ")));
        const std::size_t wanted = count.value_or(*counts.begin());
        FoundShards found{output, wanted, {}, {}};
        for (std::size_t index = 1; index <= wanted; ++index)
            found.parameters.push_back(
                rendering::parameters_of(output, {index, wanted}, found.unread));
        return found;
    }
    const std::string suffix = count ? fmt::format(".part.I-of-{}", *count) : ".part.I-of-N";
    throw InputError(
        fmt::format("beside '{}' lies no shard, '{}{}' with its journal; render them first, and "
                    "name the outputs as they were named there",
                    fmt::join(outputs, "' and '"), outputs.front(), suffix));
}

void claim_shards(Transaction& files, std::span<const std::string> outputs, std::size_t count) {
    for (const std::string& output : outputs)
        for (std::size_t index = 1; index <= count; ++index) {
            const std::string part = rendering::part_path(output, {index, count});
            files.read(part);
            if (&output == outputs.data()) files.read(rendering::journal_of(part));
        }
}

void remove_shards(const MergeInput& input, std::span<const std::string> outputs) {
    std::error_code ignored;
    for (std::size_t index = 1; index <= input.count; ++index) {
        const Shard shard{index, input.count};
        // Without its journal a shard is nobody's, without its parts it is no shard.
        for (const std::string& output : outputs)
            std::filesystem::remove(rendering::part_path(output, shard), ignored);
        std::filesystem::remove(
            rendering::journal_of(rendering::part_path(input.journals_of, shard)), ignored);
    }
}

}  // namespace gradscape
