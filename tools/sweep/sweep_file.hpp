// What a sweep runs, from TOML: tables of subcommands in which a list is one value after the other.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradscape::cli {

/// An option of a run with its values: several of an option that takes many, `true` of a flag.
struct SweepOption {
    std::string name;  ///< without dashes
    std::vector<std::string> values;
    bool varied = false;  ///< another one in other runs of its table
    std::string where;    ///< `FILE:LINE: `
};

struct SweepRun {
    std::string subcommand;
    std::vector<SweepOption> options;
};

inline constexpr std::size_t most_runs = 1'000'000;

/// All runs, those of a table with the last list going through its values fastest. InputError with
/// file and line for what is no option, or is the sweep's own.
std::vector<SweepRun> read_sweep(std::string_view toml, const std::string& path);

}  // namespace gradscape::cli
