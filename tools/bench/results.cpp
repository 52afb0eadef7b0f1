// SPDX-License-Identifier: MIT
#include "tools/bench/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradscape/internal/counted.hpp"

namespace gradscape::bench {
namespace {

/// What the limits of a CPU and of a GPU have in common.
template <class Rates>
std::string rates_text(const Rates& rates) {
    return fmt::format("store {}, read {}, FMA f32 {}, FMA f64 {}", with_prefix(rates.store, "B/s"),
                       with_prefix(rates.read, "B/s"), with_prefix(rates.flop_f32, "flop/s"),
                       with_prefix(rates.flop_f64, "flop/s"));
}
template <class Rates>
nlohmann::ordered_json rates_json(const Rates& rates) {
    return {{"store_bytes_per_second", rates.store},
            {"read_bytes_per_second", rates.read},
            {"fma_f32_flop_per_second", rates.flop_f32},
            {"fma_f64_flop_per_second", rates.flop_f64}};
}

}  // namespace

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

LimitKind Result::bound(const Limits& limits) const {
    if (limit != LimitKind::device_f32 && limit != LimitKind::device_f64) return limit;
    const double sending = work.bytes / value_of(limits, LimitKind::link);
    return sending > work.flop / value_of(limits, limit) ? LimitKind::link : limit;
}

double Result::share(const Limits& limits) const {
    const LimitKind kind = bound(limits);
    const double limit_rate = value_of(limits, kind);
    if (!(limit_rate > 0)) return 0;
    return (is_memory(kind) ? byte_rate() : flop_rate()) / limit_rate;
}

std::string table_header() {
    return fmt::format("{:<58} {:>10} {:>7} {:>9} {:>9} {:>9} {:>13}  {}", "case", "median ms",
                       "spread", "cells/s", "byte/s", "flop/s", "limit", "of");
}

std::string share_text(double share) {
    if (!(share > 0)) return "-";
    return fmt::format("{:.0f} %{}", 100 * share, share > 1 ? " (noise)" : "");
}

std::string table_line(const Result& result) {
    if (!result.error.empty()) return fmt::format("{:<58} ERROR: {}", result.name, result.error);
    const auto rate = [](double value) {
        return value > 0 ? with_prefix(value) : std::string("-");
    };
    return fmt::format("{:<58} {:>10.3f} {:>5.1f} % {:>9} {:>9} {:>9} {:>13}  {}", result.name,
                       1e3 * result.median(), 100 * result.spread(), rate(result.cells_rate()),
                       rate(result.byte_rate()), rate(result.flop_rate()),
                       share_text(result.share(result.beside)),
                       name_of(result.bound(result.beside)));
}

std::string limits_text(const Limits& limits, unsigned threads) {
    const DeviceLimits& gpu = limits.device;
    std::string text = fmt::format("Limits measured here, {}: {}\n", counted(threads, "thread"),
                                   rates_text(limits));
    if (gpu.store > 0)
        text += fmt::format("GPU: {}, link {} to it and {} from it\n", rates_text(gpu),
                            with_prefix(gpu.to_device, "B/s"), with_prefix(gpu.from_device, "B/s"));
    return text;
}

nlohmann::ordered_json to_json(const Limits& limits) {
    nlohmann::ordered_json json = rates_json(limits);
    if (const DeviceLimits& gpu = limits.device; gpu.store > 0) {
        json["gpu"] = rates_json(gpu);
        json["gpu"]["to_device_bytes_per_second"] = gpu.to_device;
        json["gpu"]["from_device_bytes_per_second"] = gpu.from_device;
    }
    return json;
}

nlohmann::ordered_json to_json(const Result& result) {
    if (!result.error.empty()) return {{"name", result.name}, {"error", result.error}};
    const LimitKind limit = result.bound(result.beside);
    const double share = result.share(result.beside);
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
            {"limit", name_of(limit)},
            {"limit_per_second", value_of(result.beside, limit)},
            {"share_of_limit", share},
            {"above_the_limit_by_noise", share > 1}};
}

}  // namespace gradscape::bench
