// Messages by MPI, point to point: compiled once with each MPI's own mpi.h.
// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <list>
#include <set>
#include <utility>

#include "gradscape/error.hpp"
#include "host/cluster/message_port.hpp"

namespace gradscape::cluster {
namespace {

constexpr int message_tag = 1;

std::string text_of(int error) {
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(error, text, &length);
    return {text, static_cast<std::size_t>(length)};
}

void expect_success(int error, const char* what) {
    if (error != MPI_SUCCESS)
        throw RunError(fmt::format("MPI cannot {}: {}", what, text_of(error)));
}

/// Open MPI opens parts of its own that expect its symbols to be everybody's; this module was
/// loaded so that they are ours alone.
void share_symbols() {
    Dl_info library{};
    if (dladdr(reinterpret_cast<const void*>(&MPI_Init_thread), &library) != 0 && library.dli_fname)
        dlopen(library.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

class MpiPort : public MessagePort {
public:
    MpiPort() {
        share_symbols();
        int provided = 0;
        expect_success(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "start");
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        if (provided < MPI_THREAD_FUNNELED)
            throw RunError("this MPI was built for programs with a single thread");
        expect_success(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "tell the rank");
        expect_success(MPI_Comm_size(MPI_COMM_WORLD, &size_), "tell the number of ranks");
    }

    int rank() const override { return rank_; }
    int size() const override { return size_; }

    std::vector<std::string> exchange(const std::string& own) override {
        const std::size_t each = own.size();
        std::string all(each * static_cast<std::size_t>(size_), '\0');
        expect_success(MPI_Allgather(own.data(), static_cast<int>(each), MPI_BYTE, all.data(),
                                     static_cast<int>(each), MPI_BYTE, MPI_COMM_WORLD),
                       "gather what the ranks say of themselves");
        std::vector<std::string> texts;
        for (std::size_t at = 0; at < all.size(); at += each) texts.push_back(all.substr(at, each));
        return texts;
    }

    void send(int to, std::string bytes) override {
        if (bytes.size() > INT_MAX)
            throw RunError(
                fmt::format("a message of {} MiB is more than MPI takes; with less memory allowed, "
                            "strips are smaller",
                            bytes.size() >> 20));
        Transfer& sent = sends_.emplace_back(Transfer{to, std::move(bytes), {}});
        const int error = MPI_Isend(sent.bytes.data(), static_cast<int>(sent.bytes.size()),
                                    MPI_BYTE, to, message_tag, MPI_COMM_WORLD, &sent.request);
        if (error == MPI_SUCCESS) return;
        sends_.pop_back();
        expect_success(error, "send");
    }

    std::optional<Message> receive() override {
        std::erase_if(sends_, [](Transfer& sent) { return state_of(sent) != State::pending; });
        accept();
        std::set<int> earlier;  // ranks with a message before, which is still under way
        for (auto received = receives_.begin(); received != receives_.end();) {
            const State state =
                earlier.contains(received->peer) ? State::pending : state_of(*received);
            if (state == State::pending) {
                earlier.insert(received->peer);
                ++received;
                continue;
            }
            Message message{received->peer, std::move(received->bytes)};
            received = receives_.erase(received);
            if (state == State::done) return message;
        }
        return {};
    }

    bool is_busy(const std::function<bool(int)>& is_heeded) const override {
        const auto is_with_heeded = [&](const Transfer& one) { return is_heeded(one.peer); };
        return std::ranges::any_of(sends_, is_with_heeded) ||
               std::ranges::any_of(receives_, is_with_heeded);
    }

    void finalize() override { MPI_Finalize(); }

    void abort(int status) override {
        MPI_Abort(MPI_COMM_WORLD, status);
        std::_Exit(status);
    }

private:
    struct Transfer {
        int peer;
        std::string bytes;
        MPI_Request request = MPI_REQUEST_NULL;
    };

    /// Whoever waits for one that failed has to do without: its bytes are not the message's.
    enum class State : std::uint8_t { pending, done, failed };
    static State state_of(Transfer& transfer) {
        int ended = 0;
        if (MPI_Test(&transfer.request, &ended, MPI_STATUS_IGNORE) != MPI_SUCCESS)
            return State::failed;
        return ended != 0 ? State::done : State::pending;
    }

    /// Room for what is announced. A probe does not wait, where a receive would spin.
    void accept() {
        while (true) {
            int is_there = 0, size = 0;
            MPI_Status status;
            if (MPI_Iprobe(MPI_ANY_SOURCE, message_tag, MPI_COMM_WORLD, &is_there, &status) !=
                    MPI_SUCCESS ||
                is_there == 0)
                return;
            MPI_Get_count(&status, MPI_BYTE, &size);
            Transfer& received = receives_.emplace_back(
                Transfer{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0'), {}});
            const int error = MPI_Irecv(received.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE,
                                        message_tag, MPI_COMM_WORLD, &received.request);
            if (error != MPI_SUCCESS) receives_.pop_back();
            expect_success(error, "receive");
        }
    }

    int rank_ = 0, size_ = 1;
    std::list<Transfer> sends_, receives_;  // whose bytes must not move
};

}  // namespace
}  // namespace gradscape::cluster

[[gnu::visibility("default")]] gradscape::cluster::MessagePort* gradscape_message_port() {
    static gradscape::cluster::MpiPort port;
    return &port;
}
