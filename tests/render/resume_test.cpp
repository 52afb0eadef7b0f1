// Renders stopped at any strip, and what is made of parts and journals that are damaged.
// SPDX-License-Identifier: MIT
#include "gradscape/resume.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "gradscape/atomic_file.hpp"
#include "gradscape/color_filler.hpp"
#include "gradscape/error.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "gradscape/system_info.hpp"
#include "gradscape/transaction.hpp"
#include "host/io/journal_file.hpp"
#include "tests/article_model.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/same_statistics.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::rendering {
namespace {

namespace fs = std::filesystem;
using test::expect_same;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

/// Stops a render at a strip: between commits as Ctrl-C does, or another rank's wrong input; or,
/// amid a commit, as abruptly as the disk filling up. Slow strips give checkpoints their time.
class Stopper : public Sink {
public:
    enum class Where { nowhere, between, refused, amid };
    Stopper(Where where, std::size_t row, bool slow = false)
        : where_(where), row_(row), slow_(slow) {}

    std::unique_ptr<Piece> make_piece() const override { return std::make_unique<Row>(); }
    std::size_t piece_bytes(std::size_t) const override { return sizeof(Row); }
    void encode(const Strip& strip, bool, Piece& piece) const override {
        if (slow_) std::this_thread::sleep_for(std::chrono::milliseconds(27));
        static_cast<Row&>(piece).row = strip.first_row;
        if (where_ == Where::between && strip.first_row <= row_) throw Interrupted("interrupted");
        if (where_ == Where::refused && strip.first_row <= row_)
            throw InputError("rank 1 has none");
    }
    void commit(Piece& piece) override {
        if (where_ == Where::amid && static_cast<Row&>(piece).row <= row_)
            throw RunError("disk full");
    }

private:
    struct Row : Piece {
        std::size_t row = 0;
    };
    Where where_;
    std::size_t row_;
    bool slow_;
};

ResumeOptions resuming(bool resume) {
    const std::string parameters = "what is drawn";
    ResumeOptions options;
    options.resume = resume;
    options.parameters = parameters;
    options.difference = [parameters](std::string_view found) {
        return found == parameters ? "" : "other parameters";
    };
    options.same_outputs = [](std::string_view) { return true; };
    return options;
}

StripOptions quiet(unsigned threads = 1) {
    StripOptions options;
    options.threads = threads;
    return options;
}

using Files = std::map<std::string, std::string>;

Files files_of(const TemporaryFolder& folder) {
    Files files;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        files[entry.path().filename().string()] = read_all(entry.path().string());
    return files;
}

void restore(const TemporaryFolder& folder, const Files& files) {
    for (const auto& entry : fs::directory_iterator(folder.path())) fs::remove(entry.path());
    for (const auto& [name, bytes] : files) std::ofstream(folder / name, std::ios::binary) << bytes;
}

bool has_hdf5() { return missing(Module::hdf5).empty(); }

std::size_t output_count() { return has_hdf5() ? 6 : 5; }

/// A picture and its arrays; false where the render was stopped.
bool render(const TemporaryFolder& folder, bool resume, Stopper stopper, unsigned threads = 1,
            Transaction* files = nullptr) {
    const auto open = [&](const std::string& name) {
        return files ? files->open(folder / name) : AtomicFile(folder / name);
    };
    const View view = test::make_view(96, 70, {Field::loss, Field::grad_wx});
    const ColorMap map(default_color_spec(Field::loss));
    const auto png = heatmap_sink(open("a.png"), view, Field::loss, map, {});
    const auto npy = npy_sink(open("a.npy"), view, Field::grad_wx);
    const auto npz = npz_sink(open("a.npz"), view);
    const auto csv = csv_sink(open("a.csv"), view);
    const auto vti = vti_sink(open("a.vti"), view, {});
    std::vector<Sink*> sinks{png.get(), npy.get(), npz.get(), csv.get(), vti.get()};
    std::unique_ptr<FileSink> nc;
    if (has_hdf5()) sinks.push_back((nc = hdf5_sink(open("a.nc"), view, {})).get());
    sinks.push_back(&stopper);
    try {
        run_resumable(*values_source(test::make_filler(view), view), sinks, quiet(threads),
                      resuming(resume));
        return true;
    } catch (const Interrupted&) {
    } catch (const RunError&) {
    }
    return false;
}

Files undisturbed() {
    const TemporaryFolder folder;
    EXPECT_TRUE(render(folder, false, {Stopper::Where::nowhere, 0}));
    return files_of(folder);
}

TEST(Resume, EndsWithTheSameBytesWhereverItWasStopped) {
    const Files expected = undisturbed();
    EXPECT_EQ(expected.size(), output_count());
    for (std::size_t row = 0; row < 70; row += 9) {
        const TemporaryFolder folder;
        EXPECT_FALSE(render(folder, false, {Stopper::Where::between, row}));
        EXPECT_FALSE(fs::exists(folder / "a.png"));
        EXPECT_FALSE(render(folder, true, {Stopper::Where::amid, row / 2}, 2));
        EXPECT_FALSE(render(folder, true, {Stopper::Where::between, row / 3}));
        EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}, 2));
        ASSERT_EQ(files_of(folder), expected) << row;
    }
}

TEST(Resume, GoesOnWithRunsOfColour) {
    const Model model = article_model();
    const View view{
        {{-3, 3, 1500}, {-3, 3, 1100}}, {Field::loss}, Method::rows, Precision::f64, {}};
    const ColorMap map(default_color_spec(Field::loss));
    const auto draw = [&](const TemporaryFolder& folder, bool resume, Stopper stopper,
                          FieldStatistics& statistics) {
        const ColorFiller colors =
            find_evaluator("cpu").load(model)->colors(view, Field::loss, map);
        ASSERT_TRUE(colors);
        const auto png = heatmap_sink(folder / "a.png", view, colors.shape, map, {});
        StatisticsSink statistics_sink(view);
        Sink* const sinks[] = {&statistics_sink, png.get(), &stopper};
        StripOptions options = quiet(resume ? 2 : 1);
        options.cells_per_strip = color_strip_cells(view.grid);
        try {
            run_resumable(*colors_source(colors, view), sinks, options, resuming(resume));
            statistics = statistics_sink.of(Field::loss);
        } catch (const Interrupted&) {
        }
    };
    const TemporaryFolder whole;
    FieldStatistics expected;
    draw(whole, false, {Stopper::Where::nowhere, 0}, expected);
    for (std::size_t row = 1; row < 1100; row += 157) {
        const TemporaryFolder folder;
        FieldStatistics first, second;
        draw(folder, false, {Stopper::Where::between, row}, first);
        EXPECT_FALSE(fs::exists(folder / "a.png"));
        draw(folder, true, {Stopper::Where::nowhere, 0}, second);
        EXPECT_TRUE(files_of(folder) == files_of(whole)) << row;
        expect_same(second, expected);
    }
}

TEST(Resume, PublishesTogetherWithWhatComesAfter) {
    const Files expected = undisturbed();
    const TemporaryFolder folder;
    Transaction published;
    EXPECT_TRUE(render(folder, false, {Stopper::Where::nowhere, 0}, 1, &published));
    EXPECT_FALSE(fs::exists(folder / "a.png"));
    EXPECT_TRUE(fs::exists(folder / "a.png.part.journal"));
    published.publish();
    EXPECT_EQ(files_of(folder), expected);
    {
        Transaction given_up;
        EXPECT_TRUE(render(folder, false, {Stopper::Where::nowhere, 0}, 1, &given_up));
    }
    EXPECT_EQ(files_of(folder), expected);  // so little work is not kept
}

/// What a kill leaves: a checkpoint a strip, the last of them not sure to be on the disk.
Files killed() {
    const TemporaryFolder folder;
    EXPECT_FALSE(render(folder, false, {Stopper::Where::amid, 50, true}));
    return files_of(folder);
}

/// Outcomes of going on with damaged files: what is written is right, or an error says what is
/// wrong with which file.
struct Outcomes {
    const Files expected = undisturbed();
    std::size_t right = 0;
    std::set<std::string> complaints;  ///< their first words after the path

    void try_with(const Files& damaged) {
        const TemporaryFolder folder;
        restore(folder, damaged);
        try {
            ASSERT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}));
            ASSERT_EQ(files_of(folder), expected);
            ++right;
        } catch (const InputError& error) {
            const std::string text = error.what();
            EXPECT_THAT(text, HasSubstr(folder.path() + "/a."));
            const auto end = text.find("' ");
            complaints.insert(text.substr(end == text.npos ? 0 : end + 2, 14));
            for (const auto& [name, bytes] : expected) EXPECT_FALSE(fs::exists(folder / name));
        }
    }
};

TEST(Resume, TruncatedFilesFallBackOrAreRefused) {
    const Files left = killed();
    ASSERT_EQ(left.size(), output_count() + 1);  // and the journal
    Outcomes outcomes;
    for (const auto& [name, bytes] : left) {
        const std::size_t step = bytes.size() / 10 + 1;
        for (std::size_t size = 0; size < bytes.size(); size += step) {
            Files damaged = left;
            damaged[name].resize(size);
            SCOPED_TRACE(name + " cut to " + std::to_string(size));
            outcomes.try_with(damaged);
            if (HasFailure()) return;
        }
        Files damaged = left;
        damaged.erase(name);
        outcomes.try_with(damaged);
    }
    EXPECT_GT(outcomes.right, 10u);
}

TEST(Resume, FlippedBitsAreFound) {
    const Files left = killed();
    Outcomes outcomes;
    std::mt19937 random(7);
    for (const auto& [name, bytes] : left) {
        const bool journal = name.ends_with(".journal");
        for (int flip = 0; flip < (journal ? 60 : 8); ++flip) {
            Files damaged = left;
            const std::size_t at = random() % bytes.size();
            damaged[name][at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
            SCOPED_TRACE(name + " changed at " + std::to_string(at));
            outcomes.try_with(damaged);
            if (HasFailure()) return;
        }
    }
    EXPECT_GT(outcomes.right, 0u);
    EXPECT_THAT(outcomes.complaints, ::testing::Contains("is damaged at "));
    EXPECT_THAT(outcomes.complaints, ::testing::Contains("is damaged bet"));
}

TEST(Resume, AnyBytesAsAJournalAreRefusedOrReplaced) {
    Files left = killed();
    Outcomes outcomes;
    std::mt19937 random(11);
    const std::string journal = "a.png.part.journal", head = left[journal].substr(0, 45);
    for (int round = 0; round < 24; ++round) {
        std::string bytes = round % 2 ? head : "";
        for (auto size = random() % 300; size > 0; --size) bytes += static_cast<char>(random());
        left[journal] = bytes;
        outcomes.try_with(left);
    }
}

/// The journal's records, each as `change` leaves it.
void rewrite_journal(const TemporaryFolder& folder,
                     const std::function<void(io::JournalRecord& record)>& change) {
    io::JournalFile journal(folder / "a.png.part.journal");
    const auto parameters = journal.read_parameters();
    ASSERT_TRUE(parameters);
    std::vector<io::JournalRecord> records;
    while (auto record = journal.read_record()) records.push_back(std::move(*record));
    ASSERT_GT(records.size(), 2u);
    journal.start(*parameters);
    for (io::JournalRecord& record : records) {
        change(record);
        journal.append(record);
    }
}

TEST(Resume, TTenSecondsOfWorkAreNotReplacedUnasked) {
    const Files left = killed(), expected = undisturbed();
    for (const double seconds : {9.9, 10.0}) {
        const TemporaryFolder folder;
        restore(folder, left);
        rewrite_journal(folder, [&](io::JournalRecord& record) { record.seconds = seconds; });
        const Files before = files_of(folder);
        const auto anew = [&] { return render(folder, false, {Stopper::Where::nowhere, 0}); };
        if (seconds < 10) {
            EXPECT_TRUE(anew());
            EXPECT_EQ(files_of(folder), expected);
        } else {
            EXPECT_THAT(anew, ::testing::ThrowsMessage<InputError>(HasSubstr("10 s of work")));
            EXPECT_EQ(files_of(folder), before);
        }
    }
}

/// Killed between two names: the first output has its own already.
TEST(Resume, TTenSecondsOfWorkAreNotReplacedWhereTheFirstPartIsPublished) {
    const TemporaryFolder folder;
    restore(folder, killed());
    rewrite_journal(folder, [](io::JournalRecord& record) { record.seconds = 10; });
    fs::rename(folder / "a.png.part", folder / "a.png");
    const Files before = files_of(folder);
    EXPECT_THAT(
        [&] {
            return render(folder, false, {Stopper::Where::nowhere, 0});
        },
        ::testing::ThrowsMessage<InputError>(HasSubstr("10 s of work")));
    EXPECT_EQ(files_of(folder), before);
}

TEST(Resume, TTenSecondsOfWorkSurviveWhatFailsAfterThem) {
    const TemporaryFolder folder;
    restore(folder, killed());
    rewrite_journal(folder, [](io::JournalRecord& record) { record.seconds = 10; });
    {
        Transaction given_up;  // as when the figure cannot be drawn
        EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}, 1, &given_up));
    }
    EXPECT_FALSE(fs::exists(folder / "a.png"));
    EXPECT_TRUE(fs::exists(folder / "a.png.part"));
    EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}));
    EXPECT_EQ(files_of(folder), undisturbed());
}

/// Killed, then gone on from an earlier record than the last, and killed again.
TEST(Resume, RecordsOfWhatTheDiskHasLostAreDropped) {
    Files left = killed();
    std::string& part = left["a.csv.part"];
    part.resize(part.size() / 2);
    const TemporaryFolder folder;
    restore(folder, left);
    EXPECT_FALSE(render(folder, true, {Stopper::Where::amid, 40, true}));
    EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}));
    EXPECT_EQ(files_of(folder), undisturbed());
}

TEST(Resume, BytesBeyondTheLastRecordAreDropped) {
    Files left = killed();
    for (auto& [name, bytes] : left)
        if (!name.ends_with(".journal")) bytes += std::string(1 << 20, 'x');
    const TemporaryFolder folder;
    restore(folder, left);
    EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}));
    EXPECT_EQ(files_of(folder), undisturbed());
}

TEST(Resume, ARecordOfHalfABandIsDamaged) {
    const TemporaryFolder folder;
    restore(folder, killed());
    rewrite_journal(folder, [](io::JournalRecord& record) { ++record.rows_done; });
    EXPECT_THAT(
        [&] {
            render(folder, true, {Stopper::Where::nowhere, 0});
        },
        ::testing::ThrowsMessage<InputError>(HasSubstr("is damaged at byte ")));
}

TEST(Resume, TATornLastFrameIsWhatAKillLeavesAndAnyOtherIsDamaged) {
    const Files left = killed(), expected = undisturbed();
    const std::string name = "a.png.part.journal", journal = left.at(name);
    std::vector<std::size_t> ends;  // of the frames
    {
        const TemporaryFolder folder;
        restore(folder, left);
        io::JournalFile file(folder / name);
        for (bool more = file.read_parameters().has_value(); more;
             more = file.read_record().has_value())
            ends.push_back(file.end());
    }
    ASSERT_GT(ends.size(), 3u);
    ASSERT_EQ(ends.back(), journal.size());
    const std::size_t last = ends[ends.size() - 2], before = ends[ends.size() - 3];
    const auto go_on = [&](const std::string& damaged, const TemporaryFolder& folder) {
        Files files = left;
        files[name] = damaged;
        restore(folder, files);
        return render(folder, true, {Stopper::Where::nowhere, 0});
    };
    for (std::size_t size : {last, last + 1, last + 11, last + 12, journal.size() - 1}) {
        const TemporaryFolder folder;
        EXPECT_TRUE(go_on(journal.substr(0, size), folder)) << size;
        EXPECT_EQ(files_of(folder), expected) << size;
    }
    std::string torn = journal, damaged = journal;
    torn[last + 12] ^= 1;
    damaged[before + 12] ^= 1;
    const TemporaryFolder folder;
    EXPECT_TRUE(go_on(torn, folder));
    EXPECT_EQ(files_of(folder), expected);
    const auto expect_damaged = [&](const std::string& bytes, std::size_t at) {
        const TemporaryFolder other;
        EXPECT_THAT([&] { go_on(bytes, other); }, ::testing::ThrowsMessage<InputError>(HasSubstr(
                                                      "is damaged at byte " + std::to_string(at))));
    };
    expect_damaged(damaged, before);
    // A size that became larger leads beyond the end, as that of a torn frame does.
    for (const std::size_t frame : {before, last})
        for (const std::size_t byte : {0, 2, 3, 4, 7}) {
            std::string resized = journal;
            resized[frame + byte] ^= 0x20;
            expect_damaged(resized, frame);
        }
    std::string lost = journal;  // with its page, in a power cut
    std::fill(lost.begin() + static_cast<std::ptrdiff_t>(before), lost.end(), '\0');
    const TemporaryFolder powerless;
    EXPECT_TRUE(go_on(lost, powerless));
    EXPECT_EQ(files_of(powerless), expected);
}

TEST(Resume, TWhatNeverReachedTheDiskIsTornUnlessItWasFlushedBefore) {
    const Files left = killed(), expected = undisturbed();
    for (const bool durable : {false, true})
        for (const bool torn : {true, false}) {
            SCOPED_TRACE(testing::Message() << "durable " << durable << ", torn " << torn);
            const TemporaryFolder folder;
            Files files = left;
            std::string& part = files["a.csv.part"];
            if (torn)
                part.resize(part.size() - 1);
            else
                part[part.size() - 2] ^= 1;
            restore(folder, files);
            rewrite_journal(folder, [&](io::JournalRecord& record) { record.durable = durable; });
            const auto go_on = [&] { return render(folder, true, {Stopper::Where::nowhere, 0}); };
            if (torn && !durable) {
                EXPECT_TRUE(go_on());
                EXPECT_EQ(files_of(folder), expected);
            } else {
                EXPECT_THAT(go_on, ::testing::ThrowsMessage<InputError>(
                                       HasSubstr("a.csv.part' is damaged between bytes")));
            }
        }
}

TEST(Resume, TNothingIsLeftOfARunThatSavedNothing) {
    for (const auto where : {Stopper::Where::between, Stopper::Where::amid}) {
        const TemporaryFolder folder;
        EXPECT_FALSE(render(folder, false, {where, 69}));
        EXPECT_EQ(files_of(folder), Files());
    }
}

TEST(Resume, WhoeverEndsItIsToldWhatIsKept) {
    const TemporaryFolder folder;
    EXPECT_THAT(
        [&] {
            render(folder, false, {Stopper::Where::refused, 30});
        },
        ::testing::ThrowsMessage<InputError>(
            ::testing::AllOf(HasSubstr("rank 1 has none; '"), HasSubstr("a.png.part' keeps "))));
    EXPECT_TRUE(render(folder, true, {Stopper::Where::nowhere, 0}));
    EXPECT_EQ(files_of(folder), undisturbed());
}

TEST(Resume, TAForeignPartOfAnyOutputIsSpared) {
    for (const std::string name : {"a.png", "a.npy", "a.npz", "a.csv"}) {
        const TemporaryFolder folder;
        write_file(folder / (name + ".part"), "foreign");
        EXPECT_THAT(
            [&] {
                render(folder, false, {Stopper::Where::nowhere, 0});
            },
            ::testing::ThrowsMessage<InputError>(HasSubstr(name + ".part' is in the way")));
        EXPECT_EQ(files_of(folder), (Files{{name + ".part", "foreign"}}));
    }
}

TEST(Resume, F9PartsAndJournalsThatAreLinksAreNotFollowed) {
    const Files left = killed();
    for (const std::string name : {"a.png.part", "a.npz.part", "a.png.part.journal"}) {
        const TemporaryFolder folder, elsewhere;
        restore(folder, left);
        fs::rename(folder / name, elsewhere / "victim");
        fs::create_symlink(elsewhere / "victim", folder / name);
        EXPECT_THAT(
            [&] {
                render(folder, true, {Stopper::Where::nowhere, 0});
            },
            ::testing::ThrowsMessage<InputError>(HasSubstr(name + "': it is a symbolic link")));
        EXPECT_EQ(read_all(elsewhere / "victim"), left.at(name));
    }
}

TEST(Resume, NamesOtherParameters) {
    const TemporaryFolder folder;
    restore(folder, killed());
    std::string journal = read_all(folder / "a.png.part.journal");
    const View view = test::make_view(96, 70);
    const auto png = heatmap_sink(folder / "a.png", view, Field::loss,
                                  ColorMap(default_color_spec(Field::loss)), {});
    Sink* const sinks[] = {png.get()};
    ResumeOptions options = resuming(true);
    options.difference = [](std::string_view) { return std::string("cell = tanh"); };
    EXPECT_THAT([&] { run_resumable(*values_source({}, view), sinks, quiet(), options); },
                ::testing::ThrowsMessage<InputError>(HasSubstr("was begun with cell = tanh")));
    EXPECT_EQ(read_all(folder / "a.png.part.journal"), journal);
}

/// A file of somebody's own, which keeps nothing for a later run.
class PlainFile : public SinkOf<Piece, FileSink> {
public:
    explicit PlainFile(const std::string& path) : file_(path) {}
    std::size_t piece_bytes(std::size_t) const override { return sizeof(Piece); }
    void encode_strip(const Strip&, bool, Piece&) const override {}
    void commit_strip(Piece&) override { file_.write("strip\n"); }
    void finish() override { file_.complete(); }
    AtomicFile* file() override { return &file_; }
    FileSize final_size() const override { return {}; }
    std::uint64_t bytes_written() const override { return 0; }

private:
    AtomicFile file_;
};

TEST(Resume, AFileThatKeepsNothingIsWrittenWholeOrRefused) {
    const TemporaryFolder folder;
    const View view = test::make_view(96, 70, {Field::loss});
    const auto run = [&](bool resume) {
        PlainFile plain(folder / "a.txt");
        std::array<Sink*, 1> sinks{&plain};
        run_resumable(*values_source(test::make_filler(view), view), sinks, quiet(),
                      resuming(resume));
    };
    EXPECT_THROW(run(true), InputError);
    run(false);
    EXPECT_THAT(files_of(folder), ::testing::SizeIs(1));
    EXPECT_THAT(read_all(folder / "a.txt"), HasSubstr("strip"));
}

}  // namespace
}  // namespace gradscape::rendering
