// SPDX-License-Identifier: MIT
#include "host/io/array_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/error.hpp"
#include "host/io/byte_record.hpp"
#include "host/io/part_file.hpp"
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

class JoiningArrays : public ::testing::Test {
protected:
    JoiningArrays() : whole_(written_to(folder_ / "whole")) {}

    /// Two fields, with something before, between and behind them.
    static ArrayLayout layout_with(const std::string& before) {
        constexpr std::uint64_t values = rows * row_bytes;
        const std::uint64_t first = before.size(), second = first + values + 1;
        return {{{0, before}, {first + values, "-"}, {second + values, "end"}},
                {{Field::loss, first}, {Field::grad_wx, second}},
                second + values + 3};
    }

    std::unique_ptr<FileSink> sink_to(ByteSink bytes, const std::string& before) const {
        return array_sink(std::move(bytes), view_, layout_with(before));
    }

    /// As a shard has it.
    static std::string state_of(std::size_t rows_done) {
        return ByteWriter()
            .put(std::uint64_t{rows_done * row_bytes})
            .put(std::uint32_t{0})
            .put(std::uint32_t{0})
            .bytes();
    }

    static constexpr std::size_t cols = 7, rows = 20;
    static constexpr std::uint64_t row_bytes = cols * sizeof(float);
    const View view_ = make_view(cols, rows, {Field::loss, Field::grad_wx}, Precision::f32);
    const TemporaryFolder folder_;
    const PartFile whole_;

private:
    std::string written_to(const std::string& path) const {
        run_sink(*sink_to(path, "start"), view_);
        return path;
    }
};

TEST_F(JoiningArrays, TheRowsOfEachFieldComeFromTheirShard) {
    std::string joined;
    const auto sink = sink_to(ByteSink(&joined), "start");
    ASSERT_TRUE(sink->as_durable());
    const std::string upper = state_of(13), lower = state_of(7);
    sink->as_durable()->join({upper, 7, 13, &whole_});
    EXPECT_FALSE(joined == read_all(folder_ / "whole"));
    sink->as_durable()->join({lower, 0, 7, &whole_});
    sink->finish();
    EXPECT_TRUE(joined == read_all(folder_ / "whole"));
    EXPECT_EQ(sink->bytes_written(), joined.size());
}

TEST_F(JoiningArrays, AStateOfOtherRowsIsMalformed) {
    std::string joined;
    const auto sink = sink_to(ByteSink(&joined), "start");
    const std::string state = state_of(13), longer = state + "x";
    EXPECT_THROW(sink->as_durable()->join({state, 7, 12, &whole_}), MalformedRecord);
    EXPECT_THROW(sink->as_durable()->join({longer, 7, 13, &whole_}), MalformedRecord);
}

TEST_F(JoiningArrays, AShardThatIsLaidOutInAnotherWayIsNamed) {
    std::string joined;
    const auto sink = sink_to(ByteSink(&joined), "other");
    const std::string state = state_of(13);
    EXPECT_THAT(
        [&] {
            sink->as_durable()->join({state, 7, 13, &whole_});
        },
        ThrowsMessage<InputError>(HasSubstr("whole' is laid out in another way")));
}

TEST_F(JoiningArrays, APartThatIsLaidOutInAnotherWayIsNotGoneOnWith) {
    const std::string path = folder_ / "a";
    {
        AtomicFile begun(path);
        begun.keep_part();
        sink_to(std::move(begun), "start");
    }
    const std::string state = state_of(13);
    const auto go_on_with = [&](const std::string& before) {
        const auto sink = sink_to(AtomicFile(path), before);
        sink->file()->resume_part(sink->final_size().most);
        sink->as_durable()->restore(state, 13);
    };
    EXPECT_NO_THROW(go_on_with("start"));
    EXPECT_THAT([&] { go_on_with("other"); },
                ThrowsMessage<InputError>(HasSubstr("a.part' is laid out in another way")));
}

}  // namespace
}  // namespace gradscape::io
