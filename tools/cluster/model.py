#!/usr/bin/env python3
"""From how many ranks on one coordinating rank is the limit, and what then?

A discrete-event model of a render whose strips rank 0 hands out on request, over MPI, to 1 to
10 000 ranks: `python3 model.py` prints the table of docs/cluster.md. Measured: the time of a strip
and what a message costs rank 0 (protocol.cpp, which is real MPI without the work). Estimated: what a
commit costs and how long a message is on its way. With --check PROTOCOL it is held against that program with 1, 2 and 4 working ranks.
"""
import argparse
import heapq
import itertools
import math
import subprocess
import sys
from dataclasses import dataclass, field

NAP = 2e-3  # seconds between two looks: a blocking receive would take a core
BAND_CELLS = 65536


@dataclass(frozen=True)
class Costs:
    """Seconds."""

    message: float = 10e-6  # of rank 0 for a strip: its result taken, an order given
    commit: float = 15e-6  # of rank 0 for a strip: unpacked, into the file, into the journal
    latency: float = 20e-6  # of a message on its way


@dataclass
class Rank:
    """Threads that fill strips, and a queue of orders beside them."""

    threads: int
    speed: float = 1.0
    running: int = 0
    queue: list = field(default_factory=list)


@dataclass
class Outcome:
    seconds: float
    busy: float  # of rank 0, in messages and commits
    again: int  # strips handed out a second time


class Simulation:
    """Rank 0 looks for messages every NAP while it has none; so do the others."""

    def __init__(self, ranks, strips, strip_seconds, costs, lease=math.inf):
        self.ranks, self.strips, self.strip_seconds = ranks, strips, strip_seconds
        self.costs, self.lease = costs, lease
        self.events, self.order_of = [], itertools.count()
        self.free_at = 0.0  # when rank 0 is done with what it has
        self.next_strip, self.done, self.busy, self.again = 0, set(), 0.0, 0
        self.away = {}  # strip: since when, with whom

    def at(self, time, action, *arguments):
        heapq.heappush(self.events, (time, next(self.order_of), action, arguments))

    def run(self):
        for number, rank in enumerate(self.ranks):
            for _ in range(2 * rank.threads):
                self.at(self.costs.latency, self.arrived, number, None)
        time = 0.0
        while len(self.done) < self.strips:
            time, _, action, arguments = heapq.heappop(self.events)
            action(time, *arguments)
        return Outcome(max(time, self.free_at), self.busy, self.again)

    @staticmethod
    def noticed(time, since):
        """The next look of someone who has had nothing since then."""
        return since + math.ceil(max(time - since, 0) / NAP) * NAP

    def arrived(self, time, number, strip):
        """At rank 0: a rank wants a strip, with the result of another or without."""
        start = self.noticed(time, self.free_at) if time > self.free_at else self.free_at
        cost = self.costs.message
        if strip is not None and strip not in self.done:
            cost += self.costs.commit
            self.done.add(strip)
            self.away.pop(strip, None)
        self.free_at = start + cost
        self.busy += cost
        self.give(self.free_at, number)

    def give(self, time, number):
        if self.next_strip < self.strips:
            strip = self.next_strip
            self.next_strip += 1
        else:
            strip = self.overdue(time, number)
            if strip is None:
                if math.isfinite(self.lease):
                    self.at(time + self.lease, self.ask_again, number)
                return
            self.again += 1
        since, holders = self.away.get(strip, (time, set()))
        self.away[strip] = (time, holders | {number})
        self.at(time + self.costs.latency, self.ordered, number, strip)

    def overdue(self, time, number):
        """The oldest strip that someone else has had for longer than the lease."""
        if not math.isfinite(self.lease):
            return None
        late = [(since, strip) for strip, (since, holders) in self.away.items()
                if time - since >= self.lease and number not in holders]
        return min(late)[1] if late else None

    def ask_again(self, time, number):
        self.give(time, number)

    def ordered(self, time, number, strip):
        rank = self.ranks[number]
        if rank.running == rank.threads:
            rank.queue.append(strip)
            return
        if rank.running == 0:  # it slept
            time = self.noticed(time, 0.0)
        self.start(time, number, strip)

    def start(self, time, number, strip):
        rank = self.ranks[number]
        rank.running += 1
        self.at(time + self.strip_seconds / rank.speed, self.filled, number, strip)

    def filled(self, time, number, strip):
        rank = self.ranks[number]
        rank.running -= 1
        self.at(time + self.costs.latency, self.arrived, number, strip)
        while rank.queue and rank.running < rank.threads:
            following = rank.queue.pop(0)
            if following not in self.done:
                self.start(time, number, following)


def simulate(ranks, threads, strips, strip_seconds, costs=Costs(), lease=math.inf, slow=1.0):
    """The last of the ranks may be slower than the others."""
    all_ranks = [Rank(threads) for _ in range(ranks)]
    all_ranks[-1].speed = 1 / slow
    return Simulation(all_ranks, strips, strip_seconds, costs, lease).run()


def limit_by_messages(threads, strip_seconds, costs=Costs()):
    """Ranks whose strips keep rank 0 busy all the time."""
    return strip_seconds / (threads * (costs.message + costs.commit))


WORKLOADS = {  # seconds of a core for a cell, measured on one with AVX-512
    "tanh, plain": 38e-9,
    "linear, 500 iterations": 12e-6,
    "tanh, 500 iterations": 72e-6,
}


def print_table(size, threads):
    strips = max(size * size // BAND_CELLS, 1)
    print(f"{size} x {size} cells, {strips} strips, {threads} threads a rank; efficiency")
    print(f"{'ranks':>7}", *(f"{name:>24}" for name in WORKLOADS))
    for ranks in (1, 2, 4, 10, 30, 100, 300, 1000, 3000, 10000):
        cells = []
        for cell_seconds in WORKLOADS.values():
            strip_seconds = cell_seconds * BAND_CELLS
            outcome = simulate(ranks, threads, strips, strip_seconds)
            ideal = strips * strip_seconds / (ranks * threads)
            busy = min(outcome.busy / outcome.seconds, 1)
            cells.append(f"{ideal / outcome.seconds:>12.0%}, rank 0 {busy:>4.0%}")
        print(f"{ranks:>7}", *(f"{cell:>24}" for cell in cells))
    print("rank 0 is saturated at", *(
        f"{name}: {limit_by_messages(threads, seconds * BAND_CELLS):.0f} ranks;"
        for name, seconds in WORKLOADS.items()))
    print("more threads than strips have nothing to do:", strips // threads, "ranks")


def check(protocol, strips=60, strip_seconds=0.02):
    """Whether the program takes as long as the model says, with 1, 2 and 4 working ranks. A machine
    with other work may take longer, and never less."""
    launch = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n"]
    fits = True
    for ranks in (1, 2, 4):
        words = [*launch, str(ranks + 1), protocol, str(strips), str(strip_seconds), "2000"]
        tries = [subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
                 for _ in range(3)]
        measured = min(float(words[2]) for words in tries)
        message = min(float(words[3]) for words in tries) / strips
        model = simulate(ranks, 1, strips, strip_seconds, Costs(commit=0)).seconds
        fits = fits and 0.9 * model < measured < 3 * model
        print(f"{ranks} working ranks: measured {measured:.2f} s, model {model:.2f} s, "
              f"{message * 1e6:.0f} us of rank 0 a strip")
    return fits


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=positive, default=32768, help="columns and rows of the picture")
    parser.add_argument("--threads", type=positive, default=16, help="of a rank")
    parser.add_argument("--check", metavar="PROTOCOL", help="hold the model against this program: mpicxx -O2 protocol.cpp -o PROTOCOL")
    options = parser.parse_args()
    if options.check:
        return 0 if check(options.check) else 1
    print_table(options.size, options.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
