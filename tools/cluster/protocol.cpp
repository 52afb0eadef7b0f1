// What one coordinating rank costs, without evaluating anything: real MPI messages of the sizes
// that strips have, and sleeping in place of the work, so that more ranks run than there are cores.
// The reality that model.py is held against.
//
//     mpicxx -O2 protocol.cpp -o protocol
//     mpirun --oversubscribe --bind-to none -n 3 ./protocol STRIPS STRIP_SECONDS RESULT_BYTES
//
// Rank 0 hands out strips on request and takes results; each other rank has one worker and asks for
// two strips at a time. Prints: ranks, strips, seconds, and those
// of a core that rank 0 took for messages.
// SPDX-License-Identifier: MIT
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <thread>
#include <vector>

namespace {

constexpr int want_tag = 1, strip_tag = 2, result_tag = 3, stop_tag = 4;
constexpr auto nap = std::chrono::milliseconds(2);  // blocking receives would take a core

using Clock = std::chrono::steady_clock;

/// The next message, if there is one.
bool receive(std::vector<char>& bytes, MPI_Status& status) {
    int there = 0, size = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (!there) return false;
    MPI_Get_count(&status, MPI_BYTE, &size);
    bytes.resize(static_cast<std::size_t>(size));
    MPI_Recv(bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return true;
}

void send(const std::vector<char>& bytes, int to, int tag) {
    MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The seconds of a core that it took for messages, without asking in vain whether there are any.
double coordinate(int ranks, int strips) {
    const std::vector<char> order(24);
    std::vector<char> bytes;
    std::deque<int> wanting;
    double busy_seconds = 0;
    for (int given = 0, taken = 0; taken < strips;) {
        MPI_Status status;
        bool busy = false;
        const double begin = cpu_seconds();
        while (receive(bytes, status)) {
            busy = true;
            if (status.MPI_TAG == result_tag) ++taken;
            wanting.push_back(status.MPI_SOURCE);
        }
        for (; given < strips && !wanting.empty(); ++given, wanting.pop_front())
            send(order, wanting.front(), strip_tag);
        if (busy)
            busy_seconds += cpu_seconds() - begin;
        else
            std::this_thread::sleep_for(nap);
    }
    for (int rank = 1; rank < ranks; ++rank) send(order, rank, stop_tag);
    return busy_seconds;
}

void work(double strip_seconds, std::size_t result_bytes) {
    const std::vector<char> want(4), result(result_bytes);
    std::vector<char> bytes;
    int orders = 0;
    bool busy_until_set = false;
    Clock::time_point busy_until{};
    for (int ahead = 0; ahead < 2; ++ahead) send(want, 0, want_tag);
    while (true) {
        MPI_Status status;
        bool busy = false;
        while (receive(bytes, status)) {
            busy = true;
            if (status.MPI_TAG == stop_tag) return;
            ++orders;
        }
        const auto now = Clock::now();
        if (orders > 0 && !busy_until_set) {
            busy_until = now + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(strip_seconds));
            busy_until_set = true;
        }
        if (busy_until_set && now >= busy_until) {
            send(result, 0, result_tag);
            busy_until_set = false;
            --orders;
            busy = true;
        }
        if (busy) continue;
        // The worker's end is an event, which ends the nap, as a condition variable does.
        const auto until = busy_until_set ? std::min(busy_until, now + nap) : now + nap;
        std::this_thread::sleep_until(until);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: protocol STRIPS STRIP_SECONDS RESULT_BYTES\n");
        return 2;
    }
    int provided = 0, rank = 0, ranks = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    const int strips = std::atoi(argv[1]);
    MPI_Barrier(MPI_COMM_WORLD);
    const auto start = Clock::now();
    double busy = 0;
    if (rank == 0)
        busy = coordinate(ranks, strips);
    else
        work(std::atof(argv[2]), static_cast<std::size_t>(std::atol(argv[3])));
    const std::chrono::duration<double> seconds = Clock::now() - start;
    if (rank == 0) std::printf("%d %d %.4f %.6f\n", ranks, strips, seconds.count(), busy);
    MPI_Finalize();
}
