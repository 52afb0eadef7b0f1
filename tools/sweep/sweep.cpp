// `gradscape sweep`: many surfaces, trainings or traces over lists of values.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/notice.hpp"
#include "gradscape/stop.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"
#include "tools/common/toml_options.hpp"
#include "tools/sweep/sweep_run.hpp"
#include "tools/sweep/sweep_table.hpp"

namespace gradscape::cli {
namespace {

struct SweepCommand {
    std::string output = "sweep";
    std::optional<Shard> shard;
    ReportOptions report;
};

/// How far the sweep is, and when it will have ended if runs go on to take as long.
class SweepProgress {
public:
    SweepProgress(const ReportOptions& report, std::size_t total)
        : report_(report), total_(total) {}

    void skip() { ++done_; }
    std::size_t done() const { return done_; }

    void tell(const SweepRun& run, const std::string& error) {
        ++done_;
        ++ran_;
        const std::chrono::duration<double> elapsed = Clock::now() - start_;
        const double left =
            elapsed.count() / static_cast<double>(ran_) * static_cast<double>(total_ - done_);
        std::string text = fmt::format("{} of {}: {}", done_, total_, run.subcommand);
        if (const std::string varied = varied_text(run, ' '); !varied.empty()) text += ' ' + varied;
        if (done_ < total_) text += "  ETA " + clock_text(left);
        if (!error.empty()) text += ": " + error;
        say(report_, text);
    }

private:
    using Clock = std::chrono::steady_clock;
    const ReportOptions& report_;
    std::size_t total_, done_ = 0, ran_ = 0;
    Clock::time_point start_ = Clock::now();
};

std::vector<SweepRun> read_runs(const CLI::App& app) {
    const CLI::Option* const config = app.get_parent()->get_config_ptr();
    if (config->count() == 0)
        throw InputError("sweep: --config FILE.toml is wanted, which says what to run");
    const auto path = config->as<std::string>();
    std::ifstream file(path, std::ios::binary);
    const std::string toml = read_limited(file, path);
    return read_sweep(toml, path);
}

/// Every N-th run, so that lists of cheap and of costly runs are shared out alike.
bool is_of(const std::optional<Shard>& shard, std::size_t index) {
    return !shard || index % shard->count + 1 == shard->index;
}

SweepRow do_one(const RunFolder& folder, const SweepRun& run, SweepProgress& progress,
                std::size_t& skipped) {
    SweepRow row{folder.name(), &run, {}, {}};
    if (auto facts = folder.facts()) {
        row.facts = std::move(*facts);
        progress.skip();
        ++skipped;
        return row;
    }
    try {
        row.facts = folder.do_run();
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& error) {
        row.error = error.what();
    }
    progress.tell(run, row.error);
    return row;
}

std::vector<const SweepRun*> own_runs(const SweepCommand& command,
                                      const std::vector<SweepRun>& runs) {
    std::vector<const SweepRun*> own;
    for (std::size_t index = 0; index < runs.size(); ++index)
        if (is_of(command.shard, index)) own.push_back(&runs[index]);
    return own;
}

std::vector<SweepRow> do_runs(const SweepCommand& command, const std::vector<const SweepRun*>& own,
                              std::size_t& skipped) {
    SweepProgress progress(command.report, own.size());
    std::vector<SweepRow> rows;
    try {
        for (const SweepRun* run : own) {
            check_stop();
            rows.push_back(do_one(RunFolder(command.output, *run), *run, progress, skipped));
        }
    } catch (const Interrupted& error) {
        throw Interrupted(fmt::format("interrupted; '{}' keeps {} of {}: the same command goes on",
                                      command.output, progress.done(), counted(own.size(), "run")));
    }
    return rows;
}

void make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error)
        throw InputError(fmt::format("-o {}: cannot make this folder: {}; give another one", path,
                                     error.message()));
}

void run_sweep(const SweepCommand& command, const std::vector<SweepRun>& runs, Transaction& files) {
    const std::vector<const SweepRun*> own = own_runs(command, runs);
    for (const SweepRun* run : own) {
        check_stop();
        check_run(*run);
    }
    make_folder(command.output);
    const std::string csv = command.output + "/table.csv", json = command.output + "/table.json";
    if (!command.shard)
        for (const std::string& path : {csv, json}) files.write(path);

    std::size_t skipped = 0;
    const std::vector<SweepRow> rows = do_runs(command, own, skipped);
    const auto has_failed = [](const SweepRow& row) { return !row.error.empty(); };
    const auto failed = static_cast<std::size_t>(std::ranges::count_if(rows, has_failed));
    const std::size_t done_now = rows.size() - skipped - failed;
    std::string text = fmt::format("{}: {} done now, {} before, {} failed\n",
                                   counted(rows.size(), "run"), done_now, skipped, failed);
    Json facts{{"folder", command.output}, {"runs", rows.size()}, {"done_now", done_now},
               {"done_before", skipped},   {"failed", failed},    {"files", Json::array()}};
    if (command.shard) {
        facts["shard"] = {{"index", command.shard->index}, {"count", command.shard->count}};
        text += "the table is written by the same command without --shard, when all are done\n";
    } else {
        write_file(files.open(csv), table_csv(rows));
        write_file(files.open(json), json_text(table_json(rows), 2) + '\n');
        for (const std::string& path : {csv, json}) {
            facts["files"].push_back(path);
            text += "wrote " + path + '\n';
        }
    }
    report(command.report, files, text, facts);
    if (const auto first = std::ranges::find_if(rows, has_failed); first != rows.end())
        throw RunError(fmt::format("{} failed, the first one {}: {}", counted(failed, "run"),
                                   first->folder, first->error));
}

}  // namespace

void setup_sweep(CLI::App& app) {
    auto command = std::make_shared<SweepCommand>();
    auto* sub = app.add_subcommand("sweep", "Run many surfaces, trainings or traces");
    in_group(*sub, "Sweep");
    sub->add_option("-o,--output", command->output,
                    "Folder with a folder for each run, and table.csv and table.json of all facts; "
                    "runs that are done there are not done again")
        ->type_name("DIR")
        ->capture_default_str();
    add_parsed(*sub, "--shard", command->shard, parse_shard,
               "Only this part of the runs, from 1 to N, for several machines", "I/N", "");
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape sweep --config sweep.toml -o rates");
    sub->callback([command, sub] {
        const std::vector<SweepRun> runs = read_runs(*sub);
        Transaction files;
        claim_files(files, *sub, command->report);
        run_sweep(*command, runs, files);
    });
}

}  // namespace gradscape::cli
