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
    std::string error;  ///< instead of times

    double best() const;
    double median() const;
    double spread() const;  ///< (slowest − fastest)/median
    double cells_rate() const { return work.cells / median(); }
    double byte_rate() const { return work.bytes / median(); }
    double flop_rate() const { return work.flop / median(); }
    /// The limit; of a GPU, the nearer of its arithmetic and the link that the values go home by.
    LimitKind bound(const Limits& limits) const;
    /// Of that limit, 0…1; 0 where there is none. By the median.
    double share(const Limits& limits) const;
};

/// `1.23 G`, three digits.
std::string rate_text(double value);

/// One line for the table, of the width of table_header().
std::string table_header();
std::string table_line(const Result& result, const Limits& limits);
std::string limits_text(const Limits& limits, unsigned threads);

nlohmann::ordered_json to_json(const Limits& limits);
nlohmann::ordered_json to_json(const Result& result, const Limits& limits);

}  // namespace gradscape::bench
