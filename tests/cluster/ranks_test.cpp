// Several ranks, as threads here, make the bytes and find the statistics of a single process.
// SPDX-License-Identifier: MIT
#include "gradscape/ranks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "gradscape/error.hpp"
#include "gradscape/render.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/strips.hpp"
#include "host/cluster/cpu_shares.hpp"
#include "host/cluster/launched_ranks.hpp"
#include "host/cluster/protocol.hpp"
#include "tests/article_model.hpp"
#include "tests/cluster/message_hub.hpp"
#include "tests/same_statistics.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::cluster {
namespace {

using test::HubPort;
using test::MessageHub;
using test::read_all;
using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Case {
    Activation activation = Activation::tanh;
    Field field = Field::loss;
    std::vector<OutputKind> kinds{OutputKind::png, OutputKind::npy, OutputKind::npz,
                                  OutputKind::csv, OutputKind::vti};
    bool histogram = false;
    const char* evaluator = "cpu";
    std::size_t cols = 150, max_memory = Context{}.max_memory;
};

RenderJob ranked_job(const Case& what, const std::string& parameters) {
    RenderJob job;
    job.grid = {{-3, 3, what.cols}, {-3, 3, 230}};
    job.field = what.field;
    job.histogram = what.histogram;
    job.training.iterations = 20;
    job.record = [parameters](const View&) {
        ResumeOptions resume;
        resume.parameters = parameters;
        resume.difference = [](std::string_view found) { return "data " + std::string(found); };
        resume.same_outputs = [](std::string_view) { return true; };
        return RenderRecord{{{"Software", "gradscape"}}, resume};
    };
    return job;
}

std::string name_of(OutputKind kind) {
    return "a." + std::string(output_kind_names[static_cast<std::size_t>(kind)]);
}

/// The facts of one rank; its error is thrown.
Rendered render_as(const Case& what, LaunchedRanks* ranks, const TemporaryFolder& folder,
                   const std::string& parameters = "same") {
    const auto model = find_evaluator(what.evaluator)
                           .load({make_counting_data(1, 5, 6, 0).train, what.activation});
    RenderJob job = ranked_job(what, parameters);
    job.ranks = ranks;
    const bool writes = !ranks || ranks->is_first();
    for (const OutputKind kind : what.kinds)
        job.outputs.push_back(
            {kind, writes ? ByteSink(folder / name_of(kind)) : ByteSink::nowhere()});
    Context context;
    context.threads = 2;
    context.max_memory = what.max_memory;
    return render(*model, std::move(job), context);
}

/// What rank 0 found.
Rendered render_by_ranks(const Case& what, std::size_t count, const TemporaryFolder& folder) {
    MessageHub hub(count);
    Rendered found;
    std::vector<std::unique_ptr<HubPort>> ports;
    for (std::size_t rank = 0; rank < count; ++rank)
        ports.push_back(std::make_unique<HubPort>(hub, static_cast<int>(rank)));
    {
        std::vector<std::jthread> threads;
        for (std::size_t rank = 0; rank < count; ++rank)
            threads.emplace_back([&, rank] {
                const auto ranks = ranks_through(*ports[rank], [](int) { FAIL(); });
                Rendered own = render_as(what, ranks.get(), folder);
                if (rank == 0) found = std::move(own);
                ranks->end(0, "", {});
            });
    }
    for (const auto& port : ports) EXPECT_TRUE(port->is_finalized);
    return found;
}

void expect_the_same(const Case& what) {
    const TemporaryFolder alone;
    const Rendered expected = render_as(what, nullptr, alone);
    for (const std::size_t count : {2, 3}) {
        const TemporaryFolder together;
        const Rendered found = render_by_ranks(what, count, together);
        EXPECT_EQ(together.entries(), alone.entries()) << "something is left";
        for (const OutputKind kind : what.kinds)
            EXPECT_TRUE(read_all(alone / name_of(kind)) == read_all(together / name_of(kind)))
                << name_of(kind) << " by " << count;
        for (Field field : expected.view.fields)
            test::expect_same(found.statistics[field], expected.statistics[field]);
    }
}

TEST(Ranks, MakeTheBytesOfOneProcess) { expect_the_same({}); }

TEST(Ranks, MakeTheBytesOfOneProcessOfEveryRoute) {
    expect_the_same({Activation::linear, Field::loss, {OutputKind::png}});  // runs of colour
    expect_the_same({Activation::linear, Field::grad_norm, {OutputKind::png, OutputKind::npy}});
    expect_the_same({Activation::tanh, Field::loss, {OutputKind::png}, false, "emulated"});
    expect_the_same({Activation::tanh, Field::train_steps, {OutputKind::png, OutputKind::npy}});
}

TEST(Ranks, CountTheHistogram) {
    expect_the_same({Activation::tanh, Field::loss, {OutputKind::npy}, true});
}

TEST(Ranks, MakeTheTilesOfOneProcess) {
    expect_the_same({Activation::tanh, Field::loss, {OutputKind::dzi}});
    expect_the_same({Activation::linear, Field::loss, {OutputKind::npy, OutputKind::dzi}});
}

/// Renders as rank 0 while the others ask for so many strips each and never answer. What they were
/// told.
std::vector<Message> render_beside_silent_ranks(const Case& what, std::size_t silent,
                                                std::uint64_t strips,
                                                const TemporaryFolder& folder) {
    MessageHub hub(1 + silent);
    HubPort first(hub, 0);
    std::vector<std::unique_ptr<HubPort>> others;
    std::vector<std::jthread> threads;
    for (std::size_t rank = 1; rank <= silent; ++rank) {
        others.push_back(std::make_unique<HubPort>(hub, static_cast<int>(rank)));
        HubPort& port = *others.back();
        threads.emplace_back([&port] { port.exchange(own_place().packed()); });
        port.send(0, say(Word::hello, 1).put(protocol_version).put_bytes("same", 4).bytes());
        port.send(0, say(Word::want, 1).put(strips).bytes());
    }
    render_as(what, ranks_through(first, [](int) {}).get(), folder);
    std::vector<Message> told;
    for (const auto& port : others)
        while (auto message = port->receive()) told.push_back(std::move(*message));
    return told;
}

/// Whose slots would all wait for the others' strips, if one were not kept for these.
TEST(Ranks, RankZeroDoesAllWhereNobodyElseAnswers) {
    const Case what;
    const TemporaryFolder alone;
    render_as(what, nullptr, alone);
    for (const std::size_t silent : {1, 2}) {
        const TemporaryFolder together;
        render_beside_silent_ranks(what, silent, 2, together);
        for (const OutputKind kind : what.kinds)
            EXPECT_TRUE(read_all(alone / name_of(kind)) == read_all(together / name_of(kind)))
                << name_of(kind) << " beside " << silent;
    }
}

TEST(Ranks, WhatOthersMaySendOfAnArrayFitsIntoTheMemory) {
    Case what;
    what.kinds = {OutputKind::npy};
    what.cols = 1500;
    what.max_memory = 512 << 10;
    const TemporaryFolder folder;
    std::size_t strips = 0, bytes_of_strip = 0;
    for (const Message& message : render_beside_silent_ranks(what, 1, 1000, folder)) {
        io::ByteReader reader(message.bytes);
        const auto word = reader.get<Word>();
        reader.get<std::uint64_t>();
        if (word == Word::strip) ++strips;
        if (word != Word::plan) continue;
        const auto plan = reader.get<StripPlan>();
        bytes_of_strip = plan.rows_per_strip * plan.cols * sizeof(float);
    }
    EXPECT_GT(strips, 1u);
    EXPECT_GT(bytes_of_strip, 4096u);
    EXPECT_LE(strips * bytes_of_strip, what.max_memory);
}

/// The error of rank 0, which begins when rank 1 has said something.
template <class Rank1>
std::string error_of_first(Rank1 rank_1) {
    MessageHub hub(2);
    const TemporaryFolder folder;
    HubPort first(hub, 0), second(hub, 1);
    std::string error;
    {
        const std::jthread other([&] { rank_1(*ranks_through(second, [](int) {}), folder); });
        const auto ranks = ranks_through(first, [](int) {});
        hub.wait_for_message(0);
        try {
            render_as({}, ranks.get(), folder);
        } catch (const Error& thrown) {
            error = thrown.what();
        }
        EXPECT_FALSE(std::filesystem::exists(folder / "a.png"));
        EXPECT_THROW(ranks->end(2, error, {}), test::Aborted);  // ends rank 1, were it a process
        first.send(1, say(Word::end).bytes());
        first.send(1, say(Word::leave).put(false).bytes());
    }
    return error;
}

TEST(Ranks, WhoHasOtherDataIsRefused) {
    EXPECT_THAT(error_of_first([](LaunchedRanks& ranks, const TemporaryFolder& folder) {
                    render_as({}, &ranks, folder, "5 instead of 6");
                }),
                AllOf(StartsWith("rank 1 on "),
                      HasSubstr("would render with data 5 instead of 6; all ranks must have")));
}

TEST(Ranks, TheErrorOfARankIsRankZerosToSay) {
    EXPECT_THAT(error_of_first([](LaunchedRanks& ranks, const TemporaryFolder&) {
                    ranks.end(1, "out of memory", {});
                }),
                AllOf(StartsWith("rank 1 on "), HasSubstr(": out of memory")));
}

/// Whatever else the rank is doing then, it ends by that error, and not as if it had been stopped.
TEST(Ranks, AnErrorInAThreadOfARankIsToldAsItIs) {
    struct SlowPort : HubPort {
        using HubPort::HubPort;
        void send(int to, std::string bytes) override {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            HubPort::send(to, std::move(bytes));
        }
    };
    View view;
    view.grid = {{-1, 1, 100}, {-1, 1, 640}};
    const auto run = [&view](LaunchedRanks& ranks, const StripFiller& filler) {
        std::string memory;
        const auto sink =
            npy_sink(ranks.is_first() ? ByteSink(&memory) : ByteSink::nowhere(), view, Field::loss);
        Sink* const sinks[]{sink.get()};
        StripOptions options;
        options.ranks = &ranks;
        options.threads = 2;
        options.cells_per_strip = 0;
        try {
            run_strips(filler, view, sinks, options);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    for (int round = 0; round < 20; ++round) {
        MessageHub hub(2);
        HubPort first(hub, 0);
        SlowPort second(hub, 1);
        std::string of_first, of_second;
        {
            const std::jthread other([&] {
                const auto ranks = ranks_through(second, [](int) {});
                std::atomic<int> strips = 0;
                of_second = run(*ranks, [&strips](const Strip&) {
                    if (++strips > 4) throw RunError("no luck here");
                });
                ranks->end(1, of_second, {});
            });
            const auto ranks = ranks_through(first, [](int) {});
            of_first = run(*ranks, [](const Strip&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(3));
            });
            EXPECT_THROW(ranks->end(1, of_first, {}), test::Aborted);
            first.send(1, say(Word::end).bytes());
            first.send(1, say(Word::leave).put(false).bytes());
        }
        EXPECT_EQ(of_second, "no luck here");
        EXPECT_THAT(of_first, AllOf(StartsWith("rank 1 on "), HasSubstr(": no luck here")));
    }
}

TEST(Ranks, ARankThatFailsWhereAllIsWrittenEndsAsTheOthersDo) {
    MessageHub hub(2);
    HubPort first(hub, 0), second(hub, 1);
    int left = -1;
    {
        const std::jthread other([&] {
            ranks_through(second, [&](int status) { left = status; })->end(1, "too late", {});
        });
        const auto ranks = ranks_through(first, [](int) {});
        first.send(1, say(Word::end).bytes());
        first.send(1, say(Word::leave).put(false).bytes());
    }
    EXPECT_EQ(left, 0);
}

TEST(Ranks, NoErrorInTheEndUndoesWhatIsWritten) {
    struct BrokenPort : HubPort {
        using HubPort::HubPort;
        std::optional<Message> receive() override { throw RunError("the network is gone"); }
    };
    MessageHub hub(1);
    BrokenPort port(hub, 0);
    const auto ranks = ranks_through(port, [](int) { FAIL(); });
    EXPECT_THAT([&] { ranks->end(0, "", {}); },
                ::testing::Throws<test::Aborted>(::testing::Field(&test::Aborted::status, 0)));
}

TEST(Ranks, AnOutputThatOneProcessMakesIsRefused) {
    MessageHub hub(1);
    HubPort port(hub, 0);
    const auto ranks = ranks_through(port, [](int) {});
    const auto model = find_evaluator("cpu").load(article_model());
    View view;
    view.grid = {{-3, 3, 8}, {-3, 3, 8}};
    struct Own : SinkOf<Piece> {
        std::size_t piece_bytes(std::size_t) const override { return 1; }
        void encode_strip(const Strip&, bool, Piece&) const override {}
        void commit_strip(Piece&) override {}
    } own;
    StripOptions options;
    options.ranks = ranks.get();
    const std::array<Sink*, 1> sinks{&own};
    EXPECT_THROW(run_strips(model->values(view), view, sinks, options), InputError);
}

}  // namespace
}  // namespace gradscape::cluster
