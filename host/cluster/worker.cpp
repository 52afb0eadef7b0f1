// SPDX-License-Identifier: MIT
#include "host/cluster/worker.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"

namespace gradscape::cluster {
namespace {

[[noreturn]] void fail_without_first() { throw RunError("rank 0, which has the files, is gone"); }

}  // namespace

Worker::Worker(MessagePort& port, const RankPlace& first, const RankPlace& own) : port_(port) {
    if (first.machine == own.machine && first.processes == own.processes)
        first_process_ = fmt::format("/proc/{}", first.process);
}

/// Where a launcher lets the others live, nobody would end them. Looks once a second.
bool Worker::first_is_gone() {
    const double now =
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (first_process_.empty() || now < next_look_) return false;
    next_look_ = now + 1;
    std::error_code none;
    return !std::filesystem::exists(first_process_, none);
}

void Worker::expect_first() {
    if (first_is_gone()) fail_without_first();
}

std::optional<Message> Worker::receive() {
    auto message = port_.receive();
    if (!message) return {};
    io::ByteReader reader(message->bytes);
    const auto word = reader.get<Word>();
    if (word == Word::end) is_over_ = has_ended_ = true;
    if (word == Word::over && reader.get<std::uint64_t>() == run_) is_over_ = true;
    return message;
}

void Worker::wait_for_plan(StripBench& bench) {
    while (!is_over_) {
        check_stop();
        const auto message = receive();
        if (!message) {
            expect_first();
            std::this_thread::sleep_for(std::chrono::duration<double>(idle_nap));
            continue;
        }
        io::ByteReader reader(message->bytes);
        if (reader.get<Word>() != Word::plan || reader.get<std::uint64_t>() != run_) continue;
        const std::uint64_t strips = bench.start(reader.get<StripPlan>());
        return port_.send(0, say(Word::want, run_).put(strips).bytes());
    }
}

void Worker::work(StripBench& bench, const RunIdentity& run) {
    ++run_;
    is_over_ = has_ended_;
    if (is_over_) return;
    port_.send(0, say(Word::hello, run_)
                      .put(protocol_version)
                      .put_bytes(run.parameters.data(), run.parameters.size())
                      .bytes());
    wait_for_plan(bench);
    while (!is_over_) {
        check_stop();
        while (const auto message = receive()) {
            io::ByteReader reader(message->bytes);
            if (reader.get<Word>() == Word::strip && reader.get<std::uint64_t>() == run_)
                bench.put(static_cast<std::size_t>(reader.get<std::uint64_t>()));
        }
        if (is_over_) return;
        expect_first();
        const bool busy = port_.is_busy([](int) { return true; });
        if (const auto answer = bench.next_answer(busy ? busy_nap : idle_nap))
            port_.send(0, say(Word::answer, run_)
                              .put(std::uint64_t{answer->strip})
                              .put_bytes(answer->bytes.data(), answer->bytes.size())
                              .bytes());
    }
}

bool Worker::end(int status, const std::string& error) {
    if (status != 0)
        port_.send(0, say(Word::failure)
                          .put(static_cast<std::int32_t>(status))
                          .put_bytes(error.data(), error.size())
                          .bytes());
    for (bool said = false;;) {
        if (has_ended_ && !said) {
            port_.send(0, say(Word::bye).bytes());
            said = true;
        }
        if (const auto message = receive()) {
            io::ByteReader reader(message->bytes);
            if (reader.get<Word>() == Word::leave) return reader.get<bool>();
        } else if (first_is_gone()) {
            // It has said why, or all is written.
            if (status != 0 || has_ended_) return false;
            fail_without_first();
        } else {
            std::this_thread::sleep_for(std::chrono::duration<double>(idle_nap));
        }
    }
}

}  // namespace gradscape::cluster
