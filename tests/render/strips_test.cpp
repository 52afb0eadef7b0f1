// SPDX-License-Identifier: MIT
#include "gradscape/strips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "gradscape/stop.hpp"
#include "host/io/byte_record.hpp"
#include "host/render/strip_crew.hpp"
#include "tests/io/surface_filler.hpp"

namespace gradscape::rendering {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

View view_of(std::size_t cols, std::size_t rows, FieldSet fields = {Field::loss}) {
    View view;
    view.grid = {{-1, 1, cols}, {-1, 1, rows}};
    view.fields = fields;
    return view;
}

/// Each cell's value is its row-major index.
StripFiller index_filler(std::size_t cols) {
    return [cols](const Strip& strip) {
        float* loss = strip.field<float>(Field::loss);
        for (std::size_t cell = 0; cell < strip.rows * cols; ++cell)
            loss[cell] = static_cast<float>(strip.first_row * cols + cell);
    };
}

/// Keeps what it is given, with a hash of the order of commits.
struct RecordingSink : Sink {
    struct Values : Piece {
        std::size_t first_row = 0, rows = 0;
        std::vector<float> loss;
        int uses = 0;
    };
    explicit RecordingSink(std::size_t grid_cols) : cols(grid_cols) {}
    std::unique_ptr<Piece> make_piece() const override {
        ++pieces_made;
        return std::make_unique<Values>();
    }
    std::size_t piece_bytes(std::size_t rows) const override { return rows * cols * 4; }
    void encode(const Strip& strip, bool, Piece& piece) const override {
        auto& values = static_cast<Values&>(piece);
        values.first_row = strip.first_row;
        values.rows = strip.rows;
        const float* cells = strip.field<float>(Field::loss);
        if (cells) values.loss.assign(cells, cells + strip.rows * cols);
        // Uneven times shuffle the order in which strips are done.
        std::this_thread::sleep_for(std::chrono::microseconds(strip.first_row * 37 % 100));
    }
    void commit(Piece& piece) override {
        auto& values = static_cast<Values&>(piece);
        first_rows.push_back(values.first_row);
        loss.insert(loss.begin(), values.loss.begin(), values.loss.end());
        if (fail_at == first_rows.size()) throw RunError("commit failed");
    }
    void finish() override { finished = true; }
    std::size_t cols;
    mutable std::atomic<int> pieces_made{0};
    std::vector<std::size_t> first_rows;
    std::vector<float> loss;
    std::size_t fail_at = 0;
    bool finished = false;
};

TEST(StripPlan, CoversEveryRowOnceFromTheTop) {
    for (std::size_t cols : {1u, 7u, 1000u, 70000u})
        for (std::size_t rows : {1u, 31u, 32u, 33u, 1000u})
            for (std::size_t cells : {0u, 1u, 5000u, 1000000u}) {
                const Grid grid{{0, 1, cols}, {0, 1, rows}};
                const StripPlan plan = plan_strips(grid, cells);
                std::size_t end = rows;
                for (std::size_t s = 0; s < plan.count(); ++s) {
                    const Strip strip = plan.strip(s);
                    ASSERT_EQ(strip.first_row + strip.rows, end);
                    ASSERT_GT(strip.rows, 0u);
                    if (s + 1 < plan.count()) {
                        ASSERT_EQ(strip.rows % plan.band_rows, 0u);
                    }
                    end = strip.first_row;
                }
                ASSERT_EQ(end, 0u);
            }
}

TEST(StripPlan, KeepsABandInCacheAndSmallGridsInManyBands) {
    EXPECT_EQ(band_rows({{0, 1, 8192}, {0, 1, 8192}}), 8u);
    EXPECT_EQ(band_rows({{0, 1, 100}, {0, 1, 100}}), 4u);
    EXPECT_EQ(band_rows({{0, 1, 262144}, {0, 1, 262144}}), 1u);
    EXPECT_EQ(band_rows({{0, 1, 1}, {0, 1, 1}}), 1u);
}

TEST(RunStrips, GivesTheSameForAnyThreadsAndStripHeights) {
    const std::size_t cols = 37, rows = 211;
    for (unsigned threads : {1u, 2u, 4u, 7u})
        for (std::size_t cells : {0u, 1000u, 100000u}) {
            RecordingSink sink(cols);
            Sink* sinks[] = {&sink};
            StripOptions options;
            options.threads = threads;
            options.cells_per_strip = cells;
            run_strips(index_filler(cols), view_of(cols, rows), sinks, options);
            ASSERT_TRUE(sink.finished);
            ASSERT_TRUE(std::is_sorted(sink.first_rows.rbegin(), sink.first_rows.rend()));
            ASSERT_EQ(sink.loss.size(), cols * rows);
            for (std::size_t cell = 0; cell < sink.loss.size(); ++cell)
                ASSERT_EQ(sink.loss[cell], static_cast<float>(cell));
        }
}

TEST(RunStrips, FeedsSeveralSinks) {
    RecordingSink first(5), second(5);
    Sink* sinks[] = {&first, &second};
    run_strips(index_filler(5), view_of(5, 100), sinks);
    EXPECT_EQ(first.loss, second.loss);
    EXPECT_TRUE(first.finished && second.finished);
}

TEST(RunStrips, GivesTheFieldsWantedAlignedAndNoOthers) {
    const auto filler = [](const Strip& strip) {
        EXPECT_EQ(strip.field<double>(Field::loss), nullptr);
        for (Field field : {Field::grad_wx, Field::train_steps}) {
            EXPECT_NE(strip.field<double>(field), nullptr);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(strip.field<double>(field)) % 64, 0u);
        }
    };
    auto view = view_of(3, 3, {Field::grad_wx, Field::train_steps});
    view.precision = Precision::f64;
    run_strips(filler, view, {});
}

TEST(RunStrips, SharesAStripAmongThreadsWhereStripsAreFew) {
    // 32 strips of 12 rows for 20 threads: more than one thread must be in some strip at once.
    std::mutex mutex;
    std::map<std::size_t, std::set<std::size_t>> rows_by_strip;
    const auto filler = [&](const Strip& strip) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        index_filler(384)(strip);
        const std::lock_guard lock(mutex);
        for (std::size_t row = 0; row < strip.rows; ++row)
            EXPECT_TRUE(rows_by_strip[strip.first_row / 12].insert(strip.first_row + row).second);
        EXPECT_LT(strip.rows, 12u);
    };
    RecordingSink sink(384);
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.threads = 20;
    run_strips(filler, view_of(384, 384), sinks, options);
    EXPECT_EQ(rows_by_strip.size(), 32u);
    EXPECT_EQ(sink.first_rows.size(), 32u);  // encoders see whole bands
    ASSERT_EQ(sink.loss.size(), 384u * 384u);
    for (std::size_t cell = 0; cell < sink.loss.size(); ++cell)
        ASSERT_EQ(sink.loss[cell], static_cast<float>(cell));
}

TEST(RunStrips, BoundsTheStripsInFlightByTheMemory) {
    const std::size_t cols = 65536, strip_bytes = 2 * 4 * cols;  // the field and the piece
    for (std::size_t affordable : {1u, 3u}) {
        RecordingSink sink(cols);
        Sink* sinks[] = {&sink};
        StripOptions options;
        options.threads = 8;
        options.max_memory = affordable * strip_bytes;
        run_strips(index_filler(cols), view_of(cols, 64), sinks, options);
        EXPECT_EQ(sink.pieces_made, static_cast<int>(affordable));
        EXPECT_EQ(sink.first_rows.size(), 64u);
    }
}

TEST(RunStrips, LowersStripsThatAreTooHighForTheMemory) {
    const std::size_t cols = 65536;
    RecordingSink sink(cols);
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.max_memory = 5 * 2 * 4 * cols;
    options.cells_per_strip = 64 * cols;
    run_strips(index_filler(cols), view_of(cols, 64), sinks, options);
    EXPECT_EQ(sink.first_rows.size(), 16u);  // four rows each
}

TEST(RunStrips, RefusesMemoryTooSmallForOneStrip) {
    RecordingSink sink(100000);
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.max_memory = 1000;
    EXPECT_THAT([&] { run_strips(index_filler(100000), view_of(100000, 2), sinks, options); },
                ThrowsMessage<MemoryError>(HasSubstr("allow more memory")));
    EXPECT_FALSE(sink.finished);
}

TEST(RunStrips, RethrowsWhatAFillerThrows) {
    for (unsigned threads : {1u, 4u}) {
        std::atomic<int> calls{0};
        const auto filler = [&](const Strip&) {
            if (++calls == 5) throw RunError("filler failed");
        };
        RecordingSink sink(10);
        Sink* sinks[] = {&sink};
        StripOptions options;
        options.threads = threads;
        EXPECT_THAT([&] { run_strips(filler, view_of(10, 3200), sinks, options); },
                    ThrowsMessage<RunError>("filler failed"));
        if (threads == 1) {
            EXPECT_EQ(calls, 5);
        }
        EXPECT_FALSE(sink.finished);
    }
}

TEST(RunStrips, RethrowsWhatASinkThrows) {
    for (unsigned threads : {1u, 4u}) {
        RecordingSink sink(10);
        sink.fail_at = 3;
        Sink* sinks[] = {&sink};
        StripOptions options;
        options.threads = threads;
        EXPECT_THAT([&] { run_strips(index_filler(10), view_of(10, 3200), sinks, options); },
                    ThrowsMessage<RunError>("commit failed"));
        EXPECT_EQ(sink.first_rows.size(), 3u);
        EXPECT_FALSE(sink.finished);
    }
}

/// One thread fails while another is in the midst of long work: that work is ended, too.
TEST(RunStrips, AnErrorEndsWhatOtherThreadsAreDoing) {
    RecordingSink sink(3);
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.threads = 2;
    options.cells_per_strip = 0;
    std::atomic<bool> is_at_work = false, was_ended = false;
    const auto filler = [&](const Strip& strip) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        const bool works_long = strip.first_row + strip.rows == 100;
        if (works_long) is_at_work = true;
        while (!is_at_work) std::this_thread::yield();
        if (!works_long) throw RunError("no luck here");
        try {
            while (std::chrono::steady_clock::now() < limit) check_stop();
        } catch (const Interrupted&) {
            was_ended = true;
            throw;
        }
    };
    EXPECT_THAT([&] { run_strips(filler, view_of(3, 100), sinks, options); },
                ThrowsMessage<RunError>(HasSubstr("no luck here")));
    EXPECT_TRUE(was_ended);
    EXPECT_EQ(StopScope::innermost(), nullptr);
}

TEST(RunStrips, StopsWhenAskedTo) {
    const auto source = std::make_unique<std::stop_source>();  // GCC 12 warns of a plain one
    const auto filler = [&](const Strip& strip) {
        if (strip.first_row < 1600) source->request_stop();
    };
    RecordingSink sink(10);
    Sink* sinks[] = {&sink};
    StripOptions options;
    options.stop = source->get_token();
    EXPECT_THROW(run_strips(filler, view_of(10, 3200), sinks, options), Interrupted);
    EXPECT_LT(sink.first_rows.size(), 32u);
    EXPECT_FALSE(sink.finished);
    const StopScope scope(source->get_token());  // of the caller
    EXPECT_THROW(run_strips(filler, view_of(10, 3200), sinks), Interrupted);
}

TEST(RunStrips, TellsHowFarItIs) {
    RecordingSink sink(10);
    Sink* sinks[] = {&sink};
    std::vector<RunProgress> told;
    StripOptions options;
    options.progress = [&](const RunProgress& progress) { told.push_back(progress); };
    run_strips(index_filler(10), view_of(10, 3200), sinks, options);
    ASSERT_EQ(told.size(), 33u);
    EXPECT_EQ(told.front().done, 1000u);
    EXPECT_EQ(told.front().total, 32000u);
    EXPECT_EQ(told[31].done, 32000u);
    EXPECT_FALSE(told[31].ended);
    EXPECT_TRUE(told[32].ended);
}

TEST(RunStrips, TellsHowFarAResumedRunIs) {
    RecordingSink sink(10);
    Sink* sinks[] = {&sink};
    std::vector<RunProgress> told;
    StripOptions options;
    options.rows_done = 1600;
    options.progress = [&](const RunProgress& progress) { told.push_back(progress); };
    run_strips(index_filler(10), view_of(10, 3200), sinks, options);
    ASSERT_EQ(told.size(), 17u);
    EXPECT_EQ(told.front().done, 17000u);
    EXPECT_EQ(told.front().total, 32000u);
    EXPECT_EQ(told.back().done, 32000u);
}

/// Tells when it was finished and published.
struct TellingSink : SinkOf<Piece, FileSink> {
    TellingSink(std::string own_name, std::vector<std::string>& told)
        : name(std::move(own_name)), all(told) {}
    std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }
    void encode_strip(const Strip&, bool, Piece&) const override {}
    void commit_strip(Piece&) override {}
    void finish() override { all.push_back("finish " + name); }
    AtomicFile* file() override { return nullptr; }
    FileSize final_size() const override { return {}; }
    std::uint64_t bytes_written() const override { return 0; }
    void publish() override { all.push_back("publish " + name); }

    std::string name;
    std::vector<std::string>& all;
};

TEST(RunStrips, TNothingIsPublishedBeforeAllIsFinished) {
    std::vector<std::string> told;
    TellingSink a("a", told), b("b", told);
    Sink* sinks[] = {&a, &b};
    run_strips(index_filler(10), view_of(10, 64), sinks);
    EXPECT_THAT(told, ::testing::ElementsAre("finish a", "finish b", "publish a", "publish b"));
}

/// What ranks make of a strip, on its way to rank 0.
TEST(PackedPieces, AnyByteThatCameToHarmIsNoticed) {
    const View view = test::make_view(6, 32, {Field::loss, Field::grad_wx});
    std::string npy, npz, png, csv;
    StatisticsSink statistics(view);
    const auto npy_file = npy_sink(ByteSink(&npy), view, Field::loss);
    const auto npz_file = npz_sink(ByteSink(&npz), view);
    const auto csv_file = csv_sink(ByteSink(&csv), view);
    const auto png_file = heatmap_sink(ByteSink(&png), view, Field::loss,
                                       ColorMap(default_color_spec(Field::loss)), {});
    Sink* const sinks[]{&statistics, npy_file.get(), npz_file.get(), csv_file.get(),
                        png_file.get()};
    const auto source = values_source(test::make_filler(view), view);
    const StripPlan plan = plan_strips(view.grid);
    const auto make_slot = [&] {
        Slot slot;
        slot.strip = plan.strip(0);
        for (const Sink* sink : sinks) slot.pieces.push_back(sink->make_piece());
        return slot;
    };
    Slot filled = make_slot(), other = make_slot();
    filled.buffers = source->make_buffers(plan.rows_per_strip, statistics_use(sinks));
    source->open(filled.strip, *filled.buffers);
    source->fill(filled.strip, *filled.buffers);
    for (std::size_t s = 0; s < std::size(sinks); ++s)
        sinks[s]->encode(filled.strip, true, *filled.pieces[s]);
    std::string packed = pack_pieces(sinks, filled);
    EXPECT_NO_THROW(unpack_pieces(sinks, packed, other));
    for (char& byte : packed) {
        byte = static_cast<char>(byte ^ 0x10);
        EXPECT_THROW(unpack_pieces(sinks, packed, other), io::MalformedRecord);
        byte = static_cast<char>(byte ^ 0x10);
    }
}

}  // namespace
}  // namespace gradscape::rendering
