// SPDX-License-Identifier: MIT
#include "host/io/array_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/shard_part.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using test::make_view;
using test::read_all;
using test::run_sink;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::size_t cols = 7, rows = 20;
const View view = make_view(cols, rows, {Field::loss, Field::grad_wx}, Precision::f32);
constexpr std::uint64_t row_bytes = cols * sizeof(float), field_bytes = rows * row_bytes;

/// Two fields, with something before, between and behind them.
ArrayLayout layout_with(const std::string& before) {
    const std::uint64_t first = before.size(), second = first + field_bytes + 1;
    return {{{0, before}, {first + field_bytes, "-"}, {second + field_bytes, "end"}},
            {{Field::loss, first}, {Field::grad_wx, second}},
            second + field_bytes + 3};
}

/// As a shard has it.
std::string state_of(std::size_t rows_done) {
    return ByteWriter().put(std::uint64_t{rows_done * row_bytes}).bytes();
}

class JoiningArrays : public ::testing::Test {
protected:
    JoiningArrays() { run_sink(*array_sink(folder_ / "whole", view, layout_with("start")), view); }

    TemporaryFolder folder_;
    const PartFile whole_{folder_ / "whole"};
};

TEST_F(JoiningArrays, TheRowsOfEachFieldComeFromTheirShard) {
    std::string joined;
    const auto sink = array_sink(ByteSink(&joined), view, layout_with("start"));
    ASSERT_TRUE(sink->joins_shards());
    const std::string upper = state_of(13), lower = state_of(7);
    sink->join({upper, 7, 13, &whole_});
    EXPECT_FALSE(joined == read_all(folder_ / "whole"));
    sink->join({lower, 0, 7, &whole_});
    sink->finish();
    EXPECT_TRUE(joined == read_all(folder_ / "whole"));
    EXPECT_EQ(sink->bytes_written(), joined.size());
}

TEST_F(JoiningArrays, AStateOfOtherRowsIsMalformed) {
    std::string joined;
    const auto sink = array_sink(ByteSink(&joined), view, layout_with("start"));
    const std::string state = state_of(13), longer = state + "x";
    EXPECT_THROW(sink->join({state, 7, 12, &whole_}), MalformedRecord);
    EXPECT_THROW(sink->join({longer, 7, 13, &whole_}), MalformedRecord);
}

TEST_F(JoiningArrays, AShardThatIsLaidOutInAnotherWayIsNamed) {
    std::string joined;
    const auto sink = array_sink(ByteSink(&joined), view, layout_with("other"));
    const std::string state = state_of(13);
    EXPECT_THAT(
        [&] {
            sink->join({state, 7, 13, &whole_});
        },
        ThrowsMessage<InputError>(HasSubstr("whole' is laid out in another way")));
}

}  // namespace
}  // namespace gradscape::io
