// A render in parts, on any machines: each shard is a contiguous range of bands, evaluated by a run
// of its own as if that had been interrupted at its end: its bytes stay in FILE.part.I-of-N, a
// journal beside the first of them, FILE.part.I-of-N.journal, tells what is done. merge() makes of
// all of them the files of an undivided render, byte for byte.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/transaction.hpp"

namespace gradscape {

struct Shard {
    std::size_t index = 1, count = 1;  ///< the first one, at the top of the picture, is 1

    bool operator==(const Shard&) const = default;
};
inline constexpr std::size_t most_shards = 99'999;

/// Whole bands, as many as in any other shard or one more; where there are fewer bands than shards,
/// some have none.
RowRange rows_of(const Shard& shard, const Grid& grid);
/// The same of so many rows in bands of `band_rows`, where `cells` says how many there are in so
/// many of the uppermost rows: each shard has about the same number of them.
RowRange rows_of(const Shard& shard, std::size_t rows, std::size_t band_rows,
                 const std::function<std::uint64_t(std::size_t rows)>& cells);

/// `.part.I-of-N`, behind a file's name.
std::string part_suffix(const Shard& shard);

/// What lies beside outputs for merge().
struct FoundShards {
    std::string journals_of;  ///< the output that the journals lie beside
    std::size_t count = 0;
    std::vector<std::string> parameters;  ///< that their journals tell, by index; empty: none
    std::exception_ptr unread;            ///< why the first one that is there tells none
};

/// InputError where there are none, or those of different counts and `count` does not say which.
FoundShards find_shards(std::span<const std::string> outputs, std::optional<std::size_t> count);

/// What keeps a shard from being merged.
struct ShardFault {
    enum class Kind : std::uint8_t {
        missing,     ///< there is no journal of it
        in_use,      ///< it is being rendered
        unreadable,  ///< the system does not let its files be read
        unfinished,  ///< to be gone on with
        unfit        ///< to be rendered anew: damaged, foreign
    };
    std::size_t index = 0;
    Kind kind = Kind::unfit;
    std::string text;
};

struct MergeInput {
    std::string journals_of;
    std::size_t count = 1;
    /// Why the parameters found in a shard's journal are not those wanted: an empty text where they
    /// are. There must be one.
    std::function<std::string(std::string_view found, const Shard& shard)> difference;
    std::function<RowRange(const Shard& shard)> rows_of = {};  ///< empty: as of the grid
};

/// The run reads what merge() will read: outputs in the order in which they were rendered, since
/// journals lie beside the first one.
void claim_shards(Transaction& files, std::span<const std::string> outputs, std::size_t count);

/// Removes the shards; what is not there is no error.
void remove_shards(const MergeInput& input, std::span<const std::string> outputs);

/// Verifies all shards and puts them together in sinks that have nothing yet, as a render would
/// have made them; then finishes and publishes them. Where shards have faults, all of these are
/// found and nothing is written.
std::vector<ShardFault> merge_shards(const MergeInput& input, const Grid& grid,
                                     std::span<Sink* const> sinks, const Context& context);

}  // namespace gradscape
