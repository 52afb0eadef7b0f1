// SPDX-License-Identifier: MIT
#include "tools/bench/runner.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "gradscape/error.hpp"

namespace gradscape::bench {
namespace {

/// The limits beside a case.
class Beside {
public:
    Beside(const Limits& limits, unsigned threads, std::size_t most_bytes)
        : limits_(limits), threads_(threads), most_bytes_(most_bytes) {}

    /// The case's limit as it is now, over as much memory as the case writes.
    Limits measure(const Case& timed) const {
        const auto bytes =
            static_cast<std::size_t>(std::min(timed.work.bytes, static_cast<double>(most_bytes_)));
        return with_measured(limits_, timed.limit, threads_, bytes);
    }

private:
    Limits limits_;
    unsigned threads_;
    std::size_t most_bytes_;
};

/// The case at work. The engine calls a case several times, to find how often it must run.
class Turn {
public:
    explicit Turn(const Beside& beside) : beside_(beside) {}

    Prepared& of(const Case& next) {
        if (current_ != &next) {
            prepared_ = {};  // its memory first
            current_ = &next;
            before_ = beside_.measure(next);
            prepared_ = next.prepare();
            prepared_.run();
            error_ = prepared_.error();
        }
        return prepared_;
    }
    const std::string& error() const { return error_; }
    const Limits& before() const { return before_; }
    /// Once the case is done.
    Limits before_and_after() const {
        return current_ ? larger(before_, beside_.measure(*current_)) : Limits();
    }

private:
    const Beside& beside_;
    const Case* current_ = nullptr;
    Limits before_;
    Prepared prepared_;
    std::string error_;
};

void add_counters(benchmark::State& state, const Case& timed, const Limits& limits) {
    // A counter of zeros would have a coefficient of variation of NaN, which is no JSON.
    const auto add = [&](const char* name, double value) {
        constexpr auto rate = benchmark::Counter::kIsIterationInvariantRate;
        if (value > 0) state.counters[name] = benchmark::Counter(value, rate);
    };
    add("cells/s", timed.work.cells);
    add("bytes/s", timed.work.bytes);
    add("flop/s", timed.work.flop);
    const Result one_second{timed.name, timed.work, timed.limit, {1}, {}, {}};
    add("share of limit", one_second.share(limits));
}

void run_case(benchmark::State& state, const Case& timed, Turn& turn) {
    try {
        const Prepared& prepared = turn.of(timed);
        if (!turn.error().empty()) return state.SkipWithError(turn.error().c_str());
        for ([[maybe_unused]] auto repeat : state) prepared.run();
        add_counters(state, timed, turn.before());
    } catch (const std::exception& error) {
        state.SkipWithError(error.what());
    }
}

/// Empty where the run did not fail. Google Benchmark 1.8 renamed what says so.
template <class Run>
std::string error_of(const Run& run) {
    if constexpr (requires { run.error_occurred; })
        return run.error_occurred ? run.error_message : "";
    else
        return run.skipped != decltype(run.skipped){} ? run.skip_message : "";
}

/// Keeps the repetitions and prints a line a case.
class Table : public benchmark::BenchmarkReporter {
public:
    Table(const std::vector<Case>& cases, const Turn& turn) : cases_(cases), turn_(turn) {}

    bool ReportContext(const Context&) override {
        fmt::print("{}\n", table_header());
        return true;
    }
    void ReportRuns(const std::vector<Run>& runs) override {
        const std::string& name = runs.front().run_name.function_name;
        const auto found = std::find_if(cases_.begin(), cases_.end(),
                                        [&](const Case& c) { return c.name == name; });
        if (found == cases_.end()) return;
        Result result{found->name, found->work, found->limit, {}, {}, {}};
        for (const Run& run : runs) {
            if (result.error.empty()) result.error = error_of(run);
            if (run.run_type == Run::RT_Iteration && run.iterations > 0)
                result.seconds.push_back(run.real_accumulated_time /
                                         static_cast<double>(run.iterations));
        }
        if (result.seconds.empty() && result.error.empty()) return;  // the engine's own averages
        result.beside = turn_.before_and_after();
        fmt::print("{}\n", table_line(result));
        std::fflush(stdout);
        results.push_back(std::move(result));
    }

    std::vector<Result> results;

private:
    const std::vector<Case>& cases_;
    const Turn& turn_;
};

}  // namespace

void start_engine(const std::vector<std::string>& options, bool once) {
    // Our defaults before the user's options, so that those win. The engine keeps a pointer to its
    // program's name.
    static char name[] = "gradscape-bench";
    std::vector<std::string> words{"--benchmark_min_time=0.2", once ? "--benchmark_repetitions=2"
                                                                    : "--benchmark_repetitions=5"};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> argv{name};
    for (std::string& word : words) argv.push_back(word.data());
    int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    benchmark::Initialize(&argc, argv.data());
    if (argc > 1)
        throw InputError(
            fmt::format("{}: no such option; --help has those of gradscape-bench", argv[1]));
}

std::vector<Result> run_cases(const std::vector<Case>& cases, const Limits& limits,
                              unsigned threads, bool once) {
    const Beside beside(limits, threads, once ? std::size_t{8} << 20 : limit_bytes);
    Turn turn(beside);
    for (const Case& timed : cases) {
        auto* registered = benchmark::RegisterBenchmark(
            timed.name.c_str(), [&](benchmark::State& state) { run_case(state, timed, turn); });
        registered->UseRealTime()->Unit(benchmark::kMillisecond);
        if (once) registered->Iterations(1);
    }
    Table table(cases, turn);
    const std::size_t matching = benchmark::RunSpecifiedBenchmarks(&table);
    benchmark::Shutdown();
    if (matching == 0)
        throw InputError(
            "--benchmark_filter: no case of the suite matches; "
            "--benchmark_list_tests lists them");
    return std::move(table.results);
}

}  // namespace gradscape::bench
