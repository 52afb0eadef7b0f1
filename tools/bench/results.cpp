// SPDX-License-Identifier: MIT
#include "tools/bench/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradscape::bench {

double Result::best() const { return *std::min_element(seconds.begin(), seconds.end()); }

double Result::median() const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double Result::spread() const {
    return (*std::max_element(seconds.begin(), seconds.end()) - best()) / median();
}

double Result::share(const Limits& limits) const {
    const double limit_rate = value_of(limits, limit);
    if (!(limit_rate > 0)) return 0;
    const bool memory = limit == LimitKind::store || limit == LimitKind::read;
    return (memory ? byte_rate() : flop_rate()) / limit_rate;
}

std::string rate_text(double value) {
    const char* unit = "";
    for (const char* next : {" k", " M", " G", " T"}) {
        if (!(value >= 999.5)) break;
        value /= 1000;
        unit = next;
    }
    const int digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}{}", value, digits, unit);
}

std::string table_header() {
    return fmt::format("{:<58} {:>10} {:>7} {:>9} {:>9} {:>9} {:>6}  {}", "case", "median ms",
                       "spread", "cells/s", "byte/s", "flop/s", "limit", "of");
}

std::string table_line(const Result& result, const Limits& limits) {
    if (!result.error.empty()) return fmt::format("{:<58} ERROR: {}", result.name, result.error);
    const auto rate = [](double value) { return value > 0 ? rate_text(value) : std::string("-"); };
    const double share = result.share(limits);
    return fmt::format("{:<58} {:>10.3f} {:>5.1f} % {:>9} {:>9} {:>9} {:>6}  {}", result.name,
                       1e3 * result.median(), 100 * result.spread(), rate(result.cells_rate()),
                       rate(result.byte_rate()), rate(result.flop_rate()),
                       share > 0 ? fmt::format("{:.0f} %", 100 * share) : "-",
                       name_of(result.limit));
}

std::string limits_text(const Limits& limits, unsigned threads) {
    return fmt::format(
        "Limits measured here, {} thread{}: store {}B/s, read {}B/s, FMA f32 {}flop/s, "
        "FMA f64 {}flop/s\n",
        threads, threads == 1 ? "" : "s", rate_text(limits.store), rate_text(limits.read),
        rate_text(limits.flop_f32), rate_text(limits.flop_f64));
}

nlohmann::ordered_json to_json(const Limits& limits) {
    return {{"store_bytes_per_second", limits.store},
            {"read_bytes_per_second", limits.read},
            {"fma_f32_flop_per_second", limits.flop_f32},
            {"fma_f64_flop_per_second", limits.flop_f64}};
}

nlohmann::ordered_json to_json(const Result& result, const Limits& limits) {
    if (!result.error.empty()) return {{"name", result.name}, {"error", result.error}};
    return {{"name", result.name},
            {"seconds", result.seconds},
            {"best", result.best()},
            {"median", result.median()},
            {"spread", result.spread()},
            {"cells", result.work.cells},
            {"bytes", result.work.bytes},
            {"flop", result.work.flop},
            {"cells_per_second", result.cells_rate()},
            {"bytes_per_second", result.byte_rate()},
            {"flop_per_second", result.flop_rate()},
            {"limit", name_of(result.limit)},
            {"share_of_limit", result.share(limits)}};
}

}  // namespace gradscape::bench
