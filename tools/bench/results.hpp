// What was measured, case by case, as a table and as JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/bench/case.hpp"

namespace gradscape::bench {

/// One case's repetitions: seconds of one run each.
struct Result {
    std::string name;
    Work work;
    LimitKind limit = LimitKind::none;
    std::vector<double> seconds;
    std::string error;   ///< instead of times
    Limits beside = {};  ///< measured right before and after the case, the larger of each

    double best() const;
    double median() const;
    double spread() const;  ///< (slowest − fastest)/median
    double cells_rate() const { return work.cells / median(); }
    double byte_rate() const { return work.bytes / median(); }
    double flop_rate() const { return work.flop / median(); }
    /// The limit; of a GPU, the nearer of its arithmetic and the link that the values go home by.
    LimitKind bound(const Limits& limits) const;
    /// Of that limit, by the median; 0 where there is none. Above 1 only by noise: the machine was
    /// faster during the case than before and after it.
    double share(const Limits& limits) const;
};

/// One line for the table, of the width of table_header().
std::string table_header();
std::string table_line(const Result& result);
/// `74 %`, `103 % (noise)`, or `-` where there is no limit.
std::string share_text(double share);
std::string limits_text(const Limits& limits, unsigned threads);

nlohmann::ordered_json to_json(const Limits& limits);
nlohmann::ordered_json to_json(const Result& result);

}  // namespace gradscape::bench
