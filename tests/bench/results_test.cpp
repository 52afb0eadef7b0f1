// SPDX-License-Identifier: MIT
#include "tools/bench/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/internal/counted.hpp"

namespace gradscape::bench {
namespace {

using ::testing::HasSubstr;

const Limits limits{100e9, 90e9, 400e9, 200e9, {}};
const Result result{
    "evaluate/cpu", {1000, 4000, 66000}, LimitKind::flop_f32, {3e-6, 1e-6, 2e-6}, {}, limits};

TEST(Results, MedianBestAndSpread) {
    EXPECT_EQ(result.median(), 2e-6);
    EXPECT_EQ(result.best(), 1e-6);
    EXPECT_DOUBLE_EQ(result.spread(), 1);
    Result even = result;
    even.seconds = {4, 1, 3, 2};
    EXPECT_EQ(even.median(), 2.5);
}

TEST(Results, ShareIsOfTheLimitThatBounds) {
    Result r = result;
    EXPECT_DOUBLE_EQ(r.share(limits), 66000 / 2e-6 / 400e9);
    r.limit = LimitKind::flop_f64;
    EXPECT_DOUBLE_EQ(r.share(limits), 66000 / 2e-6 / 200e9);
    r.limit = LimitKind::store;
    EXPECT_DOUBLE_EQ(r.share(limits), 4000 / 2e-6 / 100e9);
    r.limit = LimitKind::read;
    EXPECT_DOUBLE_EQ(r.share(limits), 4000 / 2e-6 / 90e9);
    r.limit = LimitKind::none;
    EXPECT_EQ(r.share(limits), 0);
}

TEST(Results, AGpuIsBoundByTheNearerOfLinkAndArithmetic) {
    Limits with_gpu = limits;
    with_gpu.device = {3e12, 2e12, 50e9, 40e9, 60e12, 30e12};
    Result r = result;
    r.limit = LimitKind::device_f32;  // 4000 bytes take 100 ns, 66000 flop 1.1 ns
    EXPECT_EQ(r.bound(with_gpu), LimitKind::link);
    EXPECT_DOUBLE_EQ(r.share(with_gpu), 4000 / 2e-6 / 40e9);
    r.work.flop = 66e6;
    EXPECT_EQ(r.bound(with_gpu), LimitKind::device_f32);
    EXPECT_DOUBLE_EQ(r.share(with_gpu), 66e6 / 2e-6 / 60e12);
    EXPECT_THAT(limits_text(with_gpu, 2), HasSubstr("link 50.0 GB/s to it and 40.0 GB/s from it"));
    EXPECT_EQ(to_json(with_gpu)["gpu"]["from_device_bytes_per_second"], 40e9);
    EXPECT_FALSE(to_json(limits).contains("gpu"));
}

TEST(Limits, OfTwoMeasurementsTheLargerCounts) {
    Limits other = limits;
    other.store = 200e9;
    other.flop_f64 = 100e9;
    other.device.read = 1;
    const Limits both = larger(limits, other);
    EXPECT_EQ(both.store, 200e9);
    EXPECT_EQ(both.read, 90e9);
    EXPECT_EQ(both.flop_f32, 400e9);
    EXPECT_EQ(both.flop_f64, 200e9);
    EXPECT_EQ(both.device.read, 1);
}

TEST(Limits, W11OneIsMeasuredBesideACase) {
    const Limits stored = with_measured(limits, LimitKind::store, 1, 1 << 20);
    EXPECT_NE(stored.store, limits.store);
    EXPECT_GT(stored.store, 1e6);
    EXPECT_EQ(stored.read, limits.read);
    EXPECT_EQ(stored.flop_f32, limits.flop_f32);
    EXPECT_NE(with_measured(limits, LimitKind::read, 1, 1 << 20).read, limits.read);
    EXPECT_NE(with_measured(limits, LimitKind::flop_f64, 1).flop_f64, limits.flop_f64);
    EXPECT_EQ(with_measured(limits, LimitKind::none, 1).store, limits.store);
}

TEST(Results, W11AShareAboveTheLimitIsMarkedAsNoise) {
    EXPECT_EQ(share_text(0), "-");
    EXPECT_EQ(share_text(0.744), "74 %");
    EXPECT_EQ(share_text(1.03), "103 % (noise)");
    Result r = result;
    EXPECT_EQ(to_json(r)["above_the_limit_by_noise"], false);
    EXPECT_EQ(to_json(r)["limit_per_second"], 400e9);
    r.beside.flop_f32 = 30e9;  // of 33e9
    EXPECT_EQ(to_json(r)["above_the_limit_by_noise"], true);
    EXPECT_THAT(table_line(r), HasSubstr("110 % (noise)  FMA f32"));
}

TEST(Results, RatesHaveThreeDigits) {
    EXPECT_EQ(with_prefix(0), "0.00");
    EXPECT_EQ(with_prefix(999.4), "999");
    EXPECT_EQ(with_prefix(999.6), "1.00 k");
    EXPECT_EQ(with_prefix(12345678), "12.3 M");
    EXPECT_EQ(with_prefix(9.996e9), "10.0 G");
    EXPECT_EQ(with_prefix(5e15), "5.00 P");
}

TEST(Results, ErrorsTakeThePlaceOfNumbers) {
    Result wrong{"evaluate/cpu", {}, LimitKind::store, {}, "wrong result: loss", {}};
    EXPECT_THAT(table_line(wrong), HasSubstr("ERROR: wrong result: loss"));
    EXPECT_EQ(to_json(wrong)["error"], "wrong result: loss");
    EXPECT_FALSE(to_json(wrong).contains("cells_per_second"));
}

TEST(Results, JsonHoldsWhatTheTableShows) {
    const auto json = to_json(result);
    EXPECT_EQ(json["name"], "evaluate/cpu");
    EXPECT_EQ(json["cells_per_second"], 5e8);
    EXPECT_EQ(json["limit"], "FMA f32");
    EXPECT_EQ(json["seconds"].size(), 3u);
    EXPECT_EQ(to_json(limits)["store_bytes_per_second"], 100e9);
    EXPECT_THAT(table_line(result), HasSubstr("500 M"));
    EXPECT_THAT(limits_text(limits, 2), HasSubstr("2 threads: store 100 GB/s"));
}

}  // namespace
}  // namespace gradscape::bench
