// gradscape-bench: limits of the machine, then the cases of a suite against them.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/internal/notice.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/system_info.hpp"
#include "tools/bench/roofline.hpp"
#include "tools/bench/runner.hpp"

namespace gradscape::bench {
namespace {

struct Options {
    std::vector<std::string> suites{"evaluate"};
    unsigned threads = 0;
    std::string program, json;
    std::vector<std::string> rooflines;
    std::vector<std::string> engine;
};

std::string suites_text() {
    std::string text = "Suites:\n";
    for (const Suite& suite : suites())
        text += fmt::format("  {:<12} {}\n", suite.name, suite.description);
    return text;
}

constexpr const char* footer =
    "Rates are per second of the median run; `limit` is the share of the bound that the last\n"
    "column names, measured right before and after the case. Options of Google Benchmark work: "
    "--benchmark_filter=REGEX,\n"
    "--benchmark_list_tests, --benchmark_repetitions=N, --benchmark_min_time=SECONDS,\n"
    "--benchmark_out=FILE.\n\n"
    "Examples:\n"
    "  gradscape-bench --suite evaluate --benchmark_filter=cpu/rows\n"
    "  gradscape-bench --suite evaluate --suite train --json bench.json --roofline roofline.svg";

/// Empty: usage was printed.
std::vector<Options> parse(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Times Gradscape against the machine's limits. Before a case is timed, its result\n"
        "is compared with the reference; a wrong one is an error, not a number.\n\n" +
            suites_text(),
        "gradscape-bench"};
    app.set_version_flag("--version", "gradscape-bench " GRADSCAPE_VERSION);
    app.add_option("--suite", options.suites, "Suite to run, several times for several")
        ->type_name("NAME = evaluate");
    app.add_option("--threads", options.threads, "Threads; 0: all cores")->type_name("N = 0");
    app.add_option("--program", options.program, "The gradscape that end-to-end runs")
        ->type_name("FILE = beside gradscape-bench");
    app.add_option("--json", options.json, "Limits and results as JSON")->type_name("FILE");
    app.add_option("--roofline", options.rooflines, "Roofline picture: .png, .svg or .pdf")
        ->type_name("FILE");
    app.allow_extras()->footer(footer);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        app.exit(wanted);
        return {};
    } catch (const CLI::ParseError& error) {
        throw InputError(
            fmt::format("{}; `gradscape-bench --help` says what is right", error.what()));
    }
    options.engine = app.remaining();
    return {options};
}

std::string beside_this_program() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto program = self.parent_path() / "gradscape";
    return std::filesystem::exists(program, error) ? program.string() : std::string();
}

std::vector<Case> cases_of(const Options& options, const SuiteOptions& suite_options) {
    std::vector<Case> cases;
    for (const std::string& name : options.suites) {
        const auto table = suites();
        const auto suite = std::find_if(table.begin(), table.end(),
                                        [&](const Suite& s) { return s.name == name; });
        if (suite == table.end()) {
            std::string known;
            for (const Suite& s : table) known += fmt::format(" {}", s.name);
            throw InputError(fmt::format("--suite {}: no such suite; there are{}", name, known));
        }
        for (Case& next : suite->cases(suite_options)) cases.push_back(std::move(next));
    }
    return cases;
}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
    return "unknown";
}

nlohmann::ordered_json facts(const Options& options, unsigned threads, const Limits& limits,
                             const std::vector<Result>& results) {
    const SystemInfo system = system_info();
    nlohmann::ordered_json json{{"version", GRADSCAPE_VERSION},
                                {"suites", options.suites},
                                {"machine",
                                 {{"processor", processor_name()},
                                  {"cores", system.threads},
                                  {"simd", system.simd},
                                  {"compiler", GRADSCAPE_COMPILER}}},
                                {"threads", threads},
                                {"limits", to_json(limits)},
                                {"results", nlohmann::ordered_json::array()}};
    for (const Result& result : results) json["results"].push_back(to_json(result));
    return json;
}

void run(Options options) {
    for (const std::string& path : options.rooflines) check_figure_path(path);
    const bool smoke = options.suites == std::vector<std::string>{"smoke"};
    const unsigned threads = options.threads > 0 ? options.threads : available_threads();
    if (options.program.empty()) options.program = beside_this_program();
    const auto cases = cases_of(options, {threads, options.program});
    start_engine(options.engine, smoke);

    Limits limits = smoke ? measure_limits(threads, std::size_t{8} << 20) : measure_limits(threads);
    fmt::print("{}", limits_text(limits, threads));
    const auto results = run_cases(cases, limits, threads, smoke);
    // A machine that others share is not always as fast: the roof is the highest that was seen.
    for (const Result& result : results) limits = larger(limits, result.beside);
    for (const std::string& path : options.rooflines)
        write_figure(path, roofline_figure(limits, results),
                     {{"Software", "gradscape-bench " GRADSCAPE_VERSION}});
    if (!options.json.empty())
        write_file(options.json, facts(options, threads, limits, results).dump(2) + "\n");
    const auto wrong = std::count_if(results.begin(), results.end(),
                                     [](const Result& r) { return !r.error.empty(); });
    if (wrong > 0) throw RunError(fmt::format("{} of {} cases failed", wrong, results.size()));
}

int fail(int status, const std::string& message) {
    notice("error: " + message);
    return status;
}

}  // namespace
}  // namespace gradscape::bench

int main(int argc, char** argv) {
    try {
        for (auto& options : gradscape::bench::parse(argc, argv))
            gradscape::bench::run(std::move(options));
        return 0;
    } catch (const gradscape::InputError& error) {
        return gradscape::bench::fail(2, error.what());
    } catch (const std::exception& error) {
        return gradscape::bench::fail(1, error.what());
    }
}
