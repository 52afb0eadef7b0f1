// SPDX-License-Identifier: MIT
#include "tools/common/all_ranks.hpp"

#include <fmt/format.h>

#include <exception>

#include "gradscape/error.hpp"
#include "gradscape/internal/counted.hpp"
#include "gradscape/internal/launch_environment.hpp"
#include "gradscape/internal/notice.hpp"

namespace gradscape::cli {
namespace {

std::unique_ptr<LaunchedRanks>& joined_ranks() {
    static std::unique_ptr<LaunchedRanks> ranks;
    return ranks;
}

std::string binding_text(const BoundRanks& bound) {
    return fmt::format(
        "{} on {} may use {} of {} CPUs, since the launcher binds them: `mpirun --bind-to none` "
        "(Slurm: `srun --cpus-per-task`) lets them use all",
        counted(bound.ranks, "rank"), bound.host, bound.cpus, bound.of_cpus);
}

}  // namespace

LaunchedRanks* all_ranks() { return joined_ranks().get(); }

void join_ranks() { joined_ranks() = join_launched_ranks(); }

bool speaks_for_all() {
    const Launch launch = launch_environment();
    return !launch.is_several() || launch.is_first();
}

void expect_one_rank(const std::string& command) {
    if (all_ranks())
        throw InputError(fmt::format(
            "{}: is done by one process, and {} were started; only surface is for several ranks",
            command, all_ranks()->count()));
}

void tell_of_binding(const ReportOptions& report) {
    if (LaunchedRanks* const ranks = all_ranks()) {
        for (const BoundRanks& bound : ranks->bound()) say(report, binding_text(bound));
    } else if (const auto bound = bound_alone()) {
        say(report, binding_text(*bound));
    }
}

void add_ranks(Json& facts) {
    if (!all_ranks()) return;
    facts["ranks"] = Json::array();
    for (const LaunchedRanks::Share& share : all_ranks()->shares())
        facts["ranks"].push_back({{"host", share.host}, {"strips", share.strips}});
}

int end_ranks(int status, const std::string& error) {
    if (!all_ranks()) return status;
    try {
        all_ranks()->end(status, error, [](std::string_view text) { notice(text); });
    } catch (const std::exception& lost) {  // rank 0 is gone, and nobody else speaks
        try {
            notice(std::string("error: ") + lost.what());
        } catch (const std::exception&) {  // who cannot be told gets the status still
        }
        return 1;
    }
    return 0;
}

}  // namespace gradscape::cli
