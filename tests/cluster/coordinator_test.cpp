// Rank 0 alone, with other ranks of which every word is written here: leases and what follows.
// SPDX-License-Identifier: MIT
#include "host/cluster/coordinator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <thread>
#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Sent {
    int to;
    Word word;
    std::uint64_t run, strip;
};

/// Rank 0's port, where the test says what comes next.
class ScriptedPort : public MessagePort {
public:
    int rank() const override { return 0; }
    int size() const override { return 3; }
    std::vector<std::string> exchange(const std::string& own) override { return {own}; }
    void send(int to, std::string bytes) override {
        io::ByteReader reader(bytes);
        Sent one{to, reader.get<Word>(), 0, 0};
        if (one.word != Word::end && one.word != Word::leave) one.run = reader.get<std::uint64_t>();
        if (one.word == Word::strip) one.strip = reader.get<std::uint64_t>();
        sent.push_back(one);
    }
    std::optional<Message> receive() override {
        if (coming.empty() && next) next();
        if (coming.empty()) return {};
        Message message = coming.front();
        coming.pop_front();
        return message;
    }
    bool is_busy(const std::function<bool(int)>& is_heeded) const override {
        heeded = {is_heeded(1), is_heeded(2)};
        return false;
    }
    void finalize() override {}
    [[noreturn]] void abort(int) override { throw RunError("aborted"); }

    void say_from(int from, const io::ByteWriter& words) {
        coming.push_back({from, words.bytes()});
    }
    void hello(int from, std::uint64_t run, const std::string& parameters = "same") {
        say_from(from, say(Word::hello, run)
                           .put(protocol_version)
                           .put_bytes(parameters.data(), parameters.size()));
    }
    void want(int from, std::uint64_t strips) { say_from(from, say(Word::want, 1).put(strips)); }
    void answer(int from, std::uint64_t strip, const std::string& bytes, std::uint64_t run = 1) {
        say_from(from, say(Word::answer, run).put(strip).put_bytes(bytes.data(), bytes.size()));
    }

    /// Strips that a rank was handed.
    std::vector<std::uint64_t> strips_of(int to) const {
        std::vector<std::uint64_t> strips;
        for (const Sent& one : sent)
            if (one.to == to && one.word == Word::strip) strips.push_back(one.strip);
        return strips;
    }

    std::function<void()> next;  ///< called where nothing is coming
    std::deque<Message> coming;
    std::vector<Sent> sent;
    mutable std::vector<bool> heeded;  ///< ranks 1 and 2, in the last nap
};

/// So many strips, which rank 0 itself never does.
class PlainDesk : public StripDesk {
public:
    explicit PlainDesk(std::size_t count) : answers(count) { plan_.grid_rows = count; }

    const StripPlan& plan() const override { return plan_; }
    std::optional<std::size_t> take(const std::function<bool(std::size_t)>& has) override {
        for (auto strip = again.begin(); strip != again.end(); ++strip)
            if (!has(*strip)) {
                const std::size_t taken = *strip;
                again.erase(strip);
                return taken;
            }
        return next_ < answers.size() ? std::optional(next_++) : std::nullopt;
    }
    std::optional<std::size_t> peek(const std::function<bool(std::size_t)>& has) override {
        return next_ < answers.size() && !has(next_) ? std::optional(next_) : std::nullopt;
    }
    void give(std::size_t strip, std::string_view answer) override {
        if (answers[strip].empty()) answers[strip] = answer;
    }
    void repeat(std::size_t strip) override { again.insert(strip); }
    OwnWork own_work() override { return {}; }
    bool is_done() override {
        return std::ranges::none_of(answers, [](const std::string& a) { return a.empty(); });
    }

    std::vector<std::string> answers;
    std::set<std::size_t> again;

private:
    StripPlan plan_;
    std::size_t next_ = 0;
};

struct Coordination : ::testing::Test {
    void serve(PlainDesk& desk) {
        Context context;
        context.notice = [this](std::string_view text) { notices.emplace_back(text); };
        const RunIdentity identity{
            "same", [](std::string_view found) { return "parameters " + std::string(found); }};
        coordinator.serve(desk, identity, context);
    }
    void sleep_over_lease() const {
        std::this_thread::sleep_for(std::chrono::duration<double>(1.5 * Lease::least));
    }

    ScriptedPort port;
    Coordinator coordinator{port, {"first", "second", "third"}};
    std::vector<std::string> notices;
};

TEST_F(Coordination, EachStripGoesToOneRank) {
    PlainDesk desk(4);
    port.hello(1, 1);
    port.hello(2, 1);
    port.want(1, 2);
    port.want(2, 2);
    port.next = [&, first = true]() mutable {
        if (std::exchange(first, false)) return;  // when they have been handed out
        for (const int rank : {1, 2})
            for (const std::uint64_t strip : port.strips_of(rank))
                port.answer(rank, strip, std::to_string(rank));
        port.next = nullptr;
    };
    serve(desk);
    EXPECT_EQ(port.strips_of(1).size(), 2u);
    EXPECT_EQ(port.strips_of(2).size(), 2u);
    EXPECT_EQ(port.sent.back().word, Word::over);
    EXPECT_EQ(coordinator.shares()[2].strips, 2u);
    EXPECT_EQ(coordinator.shares()[2].host, "third");
    EXPECT_TRUE(notices.empty());
}

TEST_F(Coordination, AnOverdueStripGoesToAnotherRankAndTheFirstAnswerWins) {
    PlainDesk desk(2);
    port.hello(1, 1);
    port.hello(2, 1);
    port.want(1, 1);  // keeps what it gets
    port.want(2, 1);
    std::uint64_t kept = 99;
    port.next = [&, step = 0, is_answered = false]() mutable {
        ++step;
        if (step == 2) {
            kept = port.strips_of(1).at(0);
            port.answer(2, port.strips_of(2).at(0), "own");
        }
        if (step == 4) sleep_over_lease();
        if (step > 8 && port.strips_of(2).size() == 2 && !std::exchange(is_answered, true)) {
            EXPECT_THAT(port.heeded, ElementsAre(false, true)) << "who is lost keeps nobody awake";
            port.answer(2, port.strips_of(2).at(1), "by 2");
            port.answer(1, kept, "too late");
        }
    };
    serve(desk);
    EXPECT_EQ(port.strips_of(2).at(1), kept);
    EXPECT_EQ(desk.answers[kept], "by 2");
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_THAT(notices[0], HasSubstr("rank 1 on second is slow or lost"));
}

TEST_F(Coordination, ARankThatWasOverdueGetsCopiesUntilItAnswersInTime) {
    PlainDesk desk(100);
    port.hello(1, 1);
    port.hello(2, 1);
    port.want(1, 1);
    port.want(2, 1);
    std::set<std::uint64_t> answered[3];
    const auto answer_all = [&](int rank) {
        for (const std::uint64_t strip : port.strips_of(rank))
            if (answered[rank].insert(strip).second) port.answer(rank, strip, "answer");
    };
    port.next = [&, step = 0]() mutable {
        if (++step > 1) answer_all(2);
        if (step == 5) sleep_over_lease();
        if (step == 10) {
            EXPECT_EQ(port.strips_of(1).size(), 1u) << "it is not trusted";
        }
        if (step == 10 || step == 14 || step > 20) answer_all(1);
        if (step == 14) {
            EXPECT_EQ(port.strips_of(1).size(), 2u) << "a copy";
        }
    };
    serve(desk);
    const auto by_1 = port.strips_of(1), by_2 = port.strips_of(2);
    ASSERT_GT(by_1.size(), 3u);
    for (std::size_t i = 0; i < by_1.size(); ++i)
        EXPECT_EQ(std::ranges::count(by_2, by_1[i]), i < 2 ? 1 : 0)
            << "what is overdue, and the copy, are done by others, too; strip " << by_1[i];
}

TEST_F(Coordination, WhoComesLateIsToldThatARunIsOver) {
    PlainDesk none(0);
    serve(none);  // run 1
    port.hello(2, 1);
    PlainDesk desk(1);
    port.next = [&, step = 0]() mutable {
        ++step;
        if (step == 1) port.say_from(1, say(Word::want, 2).put(std::uint64_t{1}));
        if (step == 3) port.answer(1, 0, "stale", 1);
        if (step == 4) port.answer(1, 0, "good", 2);
    };
    serve(desk);
    const auto over = std::ranges::find_if(port.sent, [](const Sent& one) {
        return one.to == 2 && one.word == Word::over && one.run == 1;
    });
    EXPECT_NE(over, port.sent.end());
    EXPECT_EQ(desk.answers[0], "good");
}

TEST_F(Coordination, WhoWouldRenderSomethingElseEndsTheRun) {
    PlainDesk desk(1);
    port.hello(2, 1, "others");
    EXPECT_THAT([&] { serve(desk); }, ::testing::ThrowsMessage<InputError>(HasSubstr(
                                          "rank 2 on third would render with parameters others")));
}

TEST_F(Coordination, TheErrorsOfRanksKeepTheirKinds) {
    PlainDesk desk(1);
    const auto fail = [&](std::int32_t status) {
        port.say_from(1, say(Word::failure).put(status).put_bytes("text", 4));
        serve(desk);
    };
    EXPECT_THROW(fail(2), InputError);
    EXPECT_THROW(fail(1), RunError);
    EXPECT_THROW(fail(130), Interrupted);
}

TEST_F(Coordination, WordsThatMakeNoSenseEndTheRun) {
    PlainDesk desk(1);
    for (const std::string& words : {std::string(), std::string("\x01"), std::string(30, '\0')}) {
        port.coming.push_back({1, words});
        EXPECT_THROW(serve(desk), RunError);
    }
    port.answer(1, 0, "never asked for", 4);
    EXPECT_THROW(serve(desk), RunError);
}

TEST_F(Coordination, TheEndWaitsForAllThatAreThere) {
    port.say_from(1, say(Word::bye));
    port.say_from(2, say(Word::failure).put(std::int32_t{1}).put_bytes("no room", 7));
    std::vector<std::string> said;
    const auto lost =
        coordinator.end([&](std::string_view text) { said.emplace_back(text); }, 0.01);
    EXPECT_THAT(lost, ElementsAre(2u));
    EXPECT_THAT(said, ElementsAre("rank 2 on third: no room; the others did its part"));
}

TEST_F(Coordination, WhatMakesNoSenseInTheEndIsPassedOver) {
    for (const std::string& words : {std::string(), std::string("\x7f"), std::string(30, '\xff')})
        port.coming.push_back({1, words});
    port.say_from(1, say(Word::failure));  // without its status
    for (const int rank : {1, 2}) port.say_from(rank, say(Word::bye));
    std::vector<std::string> said;
    const auto lost =
        coordinator.end([&](std::string_view text) { said.emplace_back(text); }, 0.01);
    EXPECT_TRUE(lost.empty());
    EXPECT_TRUE(said.empty());
}

TEST(Lease, IsSeveralTimesWhatAStripUsuallyTakes) {
    Lease lease;
    EXPECT_GT(lease.seconds(0), 1e6) << "nothing is known yet";
    EXPECT_DOUBLE_EQ(lease.seconds(1), 2 * Lease::times_the_median);
    for (const double seconds : {1.0, 1.0, 50.0}) lease.add(seconds);
    EXPECT_DOUBLE_EQ(lease.seconds(0), Lease::times_the_median);
    for (int i = 0; i < 100; ++i) lease.add(1e-3);
    EXPECT_DOUBLE_EQ(lease.seconds(1), Lease::least);
}

}  // namespace
}  // namespace gradscape::cluster
