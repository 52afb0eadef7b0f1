// One call from a loaded model to pictures and arrays, in a file or in memory.
// SPDX-License-Identifier: MIT
#include "gradscape/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <thread>

#include "gradscape/error.hpp"
#include "gradscape/system_info.hpp"
#include "gradscape/transaction.hpp"
#include "tests/article_model.hpp"
#include "tests/slowdown.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::rendering {
namespace {

using test::read_all;
using test::TemporaryFolder;

RenderJob job_of(std::size_t cols, std::size_t rows) {
    RenderJob job;
    job.grid = {{-3, 3, cols}, {-3, 3, rows}};
    return job;
}

TEST(Render, GivesTheSameBytesToMemoryAsToAFile) {
    const TemporaryFolder folder;
    for (const Activation activation : {Activation::linear, Activation::tanh}) {
        const auto model = find_evaluator("cpu").load({article_model().sequences, activation});
        RenderJob job = job_of(70, 50);
        std::array<std::string, output_kind_names.size()> memory;
        const auto is_left_out = [](OutputKind kind) {  // .dzi is a folder
            const bool is_hdf5 = kind == OutputKind::nc || kind == OutputKind::h5;
            return kind == OutputKind::dzi || (is_hdf5 && !missing(Module::hdf5).empty());
        };
        for (std::size_t kind = 0; kind < memory.size(); ++kind) {
            const auto as = static_cast<OutputKind>(kind);
            if (is_left_out(as)) continue;
            const std::string name = "a." + std::string(output_kind_names[kind]);
            job.outputs.push_back({as, ByteSink(&memory[kind])});
            job.outputs.push_back({as, folder / name});
        }
        render(*model, std::move(job), {});
        for (std::size_t kind = 0; kind < memory.size(); ++kind) {
            if (is_left_out(static_cast<OutputKind>(kind))) continue;
            EXPECT_GT(memory[kind].size(), 100u);
            EXPECT_TRUE(memory[kind] ==
                        read_all(folder / ("a." + std::string(output_kind_names[kind]))))
                << output_kind_names[kind];
        }
    }
}

TEST(Render, DrawsThePictureThatStandsAloneAlsoBesideValues) {
    const auto model = find_evaluator("cpu").load(article_model());
    std::string alone, beside, array;
    RenderJob job = job_of(300, 200);
    job.precision = Precision::f32;
    job.outputs.push_back({OutputKind::png, ByteSink(&alone)});
    const Rendered first = render(*model, std::move(job), {});
    job = job_of(300, 200);
    job.outputs.push_back({OutputKind::png, ByteSink(&beside)});
    job.outputs.push_back({OutputKind::npy, ByteSink(&array)});
    const Rendered second = render(*model, std::move(job), {});
    EXPECT_TRUE(alone == beside);
    EXPECT_EQ(first.statistics[Field::loss].max, second.statistics[Field::loss].max);
    EXPECT_EQ(first.statistics[Field::loss].min_cell, second.statistics[Field::loss].min_cell);
}

TEST(Render, CountsByOctavesAlsoWhereOnlyAPictureIsWanted) {
    std::string picture;
    RenderJob job = job_of(30, 20);
    job.histogram = true;
    job.outputs.push_back({OutputKind::png, ByteSink(&picture)});
    const Rendered rendered =
        render(*find_evaluator("cpu").load(article_model()), std::move(job), {});
    std::uint64_t cells = 0;
    for (std::uint64_t count : rendered.statistics[Field::loss].histogram.counts) cells += count;
    EXPECT_EQ(cells, 600u);
}

TEST(Render, DecidesThePrecision) {
    const auto linear = find_evaluator("cpu").load(article_model());
    const auto tanh = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    std::string bytes;
    const auto precision = [&](const LoadedModel& model, Field field, OutputKind kind) {
        RenderJob job = job_of(4, 4);
        job.field = field;
        job.outputs.push_back({kind, ByteSink(&bytes)});
        return decide_view(model, job).precision;
    };
    EXPECT_EQ(precision(*linear, Field::loss, OutputKind::png), Precision::f64);
    EXPECT_EQ(precision(*linear, Field::loss, OutputKind::npy), Precision::f32);
    EXPECT_EQ(precision(*tanh, Field::loss, OutputKind::png), Precision::f32);
    EXPECT_EQ(precision(*tanh, Field::train_loss, OutputKind::png), Precision::f64);
}

TEST(Render, RefusesAxesThatExceedTheMemory) {
    const auto model = find_evaluator("cpu").load(article_model());
    std::string bytes;
    RenderJob job = job_of(1 << 20, 1 << 20);
    job.outputs.push_back({OutputKind::png, ByteSink(&bytes)});
    Context context;
    context.max_memory = 1 << 20;
    EXPECT_THAT([&] { render(*model, std::move(job), context); },
                ::testing::ThrowsMessage<MemoryError>(::testing::HasSubstr("would fit")));
}

/// Of processor time, a thread's share on average: how busy the machine is besides does not count.
/// Two threads, so that one that does not hear it is seen on any machine.
TEST(Render, StopsWithinTwentyMilliseconds) {
    const auto model =
        find_evaluator("cpu").load({make_counting_data(1, 100, 100, 0).train, Activation::tanh});
    const unsigned threads = std::min(available_threads(), 2u);
    const double limit = (test::slowdown > 1 ? 1 : 0.02) * threads;
    double best = 1e9;
    for (int attempt = 0; attempt < 10 && best > limit; ++attempt) {
        std::string bytes;
        RenderJob job = job_of(1920, 1080);
        job.outputs.push_back({OutputKind::png, ByteSink(&bytes)});
        const auto source = std::make_unique<std::stop_source>();  // GCC 12 warns of a plain one
        Context context;
        context.threads = threads;
        context.stop = source->get_token();
        std::clock_t asked{};
        std::jthread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(30));
            asked = std::clock();
            source->request_stop();
        });
        EXPECT_THROW(render(*model, std::move(job), context), Interrupted);
        const std::clock_t ended = std::clock();
        other.join();
        best = std::min(best, static_cast<double>(ended - asked) / CLOCKS_PER_SEC);
    }
    EXPECT_LE(best, limit);
}

/// The compression of a thousand columns takes seconds, and a stop that was asked for before has no
/// need of it.
TEST(Render, StopsBeforeTheDataArePrepared) {
    if (test::slowdown > 1) GTEST_SKIP() << "making the data takes as long";
    const auto model =
        find_evaluator("cpu").load({make_counting_data(1, 10000, 1000, 0).train, {}});
    std::string bytes;
    RenderJob job = job_of(4, 4);
    job.outputs.push_back({OutputKind::png, ByteSink(&bytes)});
    const auto source = std::make_unique<std::stop_source>();  // GCC 12 warns of a plain one
    source->request_stop();
    Context context;
    context.stop = source->get_token();
    const std::clock_t begin = std::clock();
    EXPECT_THROW(render(*model, std::move(job), context), Interrupted);
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC);
}

/// In the order of the bytes, also of what threads write at their offsets.
TEST(Render, GivesTheSameBytesToAStream) {
    const auto model = find_evaluator("cpu").load(article_model());
    for (const OutputKind kind : {OutputKind::png, OutputKind::npz, OutputKind::csv}) {
        std::string memory, stream;
        RenderJob job = job_of(70, 50);
        job.outputs.emplace_back(kind, ByteSink(&memory));
        job.outputs.emplace_back(kind, ByteSink([&](std::string_view bytes) { stream += bytes; }));
        render(*model, std::move(job), {});
        EXPECT_FALSE(memory.empty());
        EXPECT_TRUE(memory == stream) << output_kind_names[static_cast<std::size_t>(kind)];
        RenderJob failing = job_of(70, 50);
        failing.outputs.emplace_back(kind, ByteSink([](std::string_view) -> void {
                                         throw RunError("nobody listens any more");
                                     }));
        EXPECT_THROW(render(*model, std::move(failing), {}), RunError);
    }
}

RenderRecord record_of(const View&) {
    ResumeOptions resume;
    resume.parameters = "this picture";
    resume.difference = [](std::string_view found) {
        return found == "this picture" ? "" : "another picture";
    };
    resume.same_outputs = [](std::string_view) { return true; };
    return {{}, resume};
}

RenderJob recorded_job(const std::string& path) {
    RenderJob job = job_of(70, 200);
    job.outputs.emplace_back(OutputKind::png, path);
    job.outputs.emplace_back(OutputKind::npz, path + ".npz");
    job.record = record_of;
    return job;
}

/// Each with names of its own for what it leaves; the transaction needs no word of them before.
TEST(Render, ShardsByPathsMergeToTheWhole) {
    const TemporaryFolder folder;
    const auto model = find_evaluator("cpu").load(article_model());
    const std::string whole = folder / "whole.png", path = folder / "a.png";
    const View view = render(*model, recorded_job(whole), {}).view;
    for (std::size_t index = 1; index <= 3; ++index) {
        RenderJob job = recorded_job(path);
        job.shard = Shard{index, 3};
        const Rendered rendered = render(*model, std::move(job), {});
        const std::string suffix = part_suffix({index, 3});
        EXPECT_THAT(rendered.parts, ::testing::ElementsAre(path + suffix, path + ".npz" + suffix));
        for (const std::string& part : rendered.parts)
            EXPECT_TRUE(std::filesystem::exists(part)) << part;
    }
    const MergeInput shards{path, 3, [](std::string_view, const Shard&) { return ""; }};
    Transaction files;
    Context context;
    context.transaction = &files;
    EXPECT_TRUE(merge(recorded_job(path), view, shards, context).faults.empty());
    EXPECT_FALSE(std::filesystem::exists(path));
    files.publish();
    EXPECT_TRUE(read_all(path) == read_all(whole));
    EXPECT_TRUE(read_all(path + ".npz") == read_all(whole + ".npz"));

    RenderJob into_memory = recorded_job(path);
    std::string memory;
    into_memory.outputs.clear();
    into_memory.outputs.emplace_back(OutputKind::png, ByteSink(&memory));
    EXPECT_THROW(merge(std::move(into_memory), view, shards, {}), InputError);
}

/// Without a transaction, too: all files or none, and no two in one place.
TEST(Render, GivesAllFilesTheirNamesOrNone) {
    const TemporaryFolder folder;
    const auto model = find_evaluator("cpu").load(article_model());
    RenderJob job = job_of(64, 64);
    job.outputs.emplace_back(OutputKind::png, folder / "a.png");
    job.outputs.emplace_back(OutputKind::dzi, folder / "b.dzi");
    Context context;
    int runs = 0;
    context.progress = [&](const RunProgress& at) {
        if (runs > 0) throw RunError("in the second run");
        runs += at.ended;
    };
    EXPECT_THROW(render(*model, std::move(job), context), RunError);
    EXPECT_FALSE(std::filesystem::exists(folder / "a.png"));
    for (const char* other : {"x", "x.part"}) {
        RenderJob clash = job_of(64, 64);
        clash.record = record_of;
        clash.outputs.emplace_back(OutputKind::png, folder / "x");
        clash.outputs.emplace_back(OutputKind::npy, folder / other);
        EXPECT_THROW(render(*model, std::move(clash), {}), InputError);
    }
}

/// A sink that opened its file by itself is of the same transaction: a record's parts are all of
/// it.
TEST(Render, TakesFilesThatAreOpenIntoItsTransaction) {
    const TemporaryFolder folder;
    const auto model = find_evaluator("cpu").load(article_model());
    RenderJob job = job_of(64, 64);
    job.record = record_of;
    job.outputs.emplace_back(OutputKind::png, ByteSink(folder / "a.png"));
    job.outputs.emplace_back(OutputKind::npz, folder / "b.npz");
    render(*model, std::move(job), {});
    EXPECT_EQ(folder.entries(), 2u);
    EXPECT_GT(read_all(folder / "b.npz").size(), 100u);
    RenderJob clash = job_of(64, 64);
    clash.outputs.emplace_back(OutputKind::png, folder / "a.png");
    clash.outputs.emplace_back(OutputKind::npz, ByteSink(folder / "a.png"));
    EXPECT_THROW(render(*model, std::move(clash), {}), InputError);
    EXPECT_THROW(ByteSink(ByteSink::Write{}), InputError);
}

/// Parameters that must be equal, since nobody says how they may differ.
TEST(Render, AShardThatIsDoneTellsItsStatisticsAgain) {
    const TemporaryFolder folder;
    const auto model = find_evaluator("cpu").load(article_model());
    const auto shard = [&](const std::string& parameters, bool resume) {
        RenderJob job = job_of(70, 200);
        job.outputs.emplace_back(OutputKind::npz, folder / "a.npz");
        job.shard = Shard{2, 3};
        job.record = [&](const View&) {
            RenderRecord record;
            record.resume.emplace();
            record.resume->resume = resume;
            record.resume->parameters = parameters;
            return record;
        };
        return render(*model, std::move(job), {}).statistics[Field::loss];
    };
    const FieldStatistics first = shard("these", false);
    EXPECT_EQ(shard("these", true).max, first.max);
    EXPECT_EQ(shard("these", true).min_cell, first.min_cell);
    EXPECT_THROW(shard("others", true), InputError);
}

TEST(Render, RefusesAMergeOfNothing) {
    const auto model = find_evaluator("cpu").load(article_model());
    const TemporaryFolder folder;
    const View view = decide_view(*model, recorded_job(folder / "a.png"));
    const auto any = [](std::string_view, const Shard&) { return ""; };
    EXPECT_THROW(merge(recorded_job(folder / "a.png"), view, {folder / "a.png", 0, any}, {}),
                 InputError);
    EXPECT_THROW(merge(recorded_job(folder / "a.png"), view, {folder / "a.png", 2, {}}, {}),
                 InputError);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Render, TakesDoublesWhereNeighboursWouldCoincide) {
    const auto tanh = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    RenderJob job;
    job.grid = {{1, 1 + 1e-8, 64}, {1, 1 + 1e-8, 64}};
    EXPECT_EQ(decide_view(*tanh, job).precision, Precision::f64);
    job.precision = Precision::f32;  // asked for
    EXPECT_EQ(decide_view(*tanh, job).precision, Precision::f32);
    // The row form has its points in double.
    const auto linear = find_evaluator("cpu").load(article_model());
    job.precision.reset();
    job.outputs.emplace_back(OutputKind::npy, "a.npy");
    EXPECT_EQ(decide_view(*linear, job).precision, Precision::f32);
}

TEST(Render, SeesAViewAThousandTimesWithoutGrowing) {
    const auto model = find_evaluator("cpu").load(article_model());
    const ColorMap map;
    StripColors colors;
    const auto look = [&] {
        const View view{
            {{-3, 3, 1920}, {-3, 3, 1080}}, {Field::loss}, Method::automatic, Precision::f64, {}};
        const ColorFiller filler = model->colors(view, Field::loss, map);
        for (std::size_t row = 0; row < 1080; row += 40) filler.fill({row, 40, {}}, colors);
        return colors.run_count;
    };
    const std::size_t runs = look();
    look();
    const std::size_t before = mallinfo2().uordblks;
    for (int view = 0; view < 1000 / test::slowdown; ++view) ASSERT_EQ(look(), runs);
    EXPECT_LE(mallinfo2().uordblks, before + 4096);
}

}  // namespace
}  // namespace gradscape::rendering
