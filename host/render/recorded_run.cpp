// SPDX-License-Identifier: MIT
#include "host/render/recorded_run.hpp"

#include "gradscape/error.hpp"
#include "gradscape/resume.hpp"

namespace gradscape::rendering {

void share(StripOptions& options, Ranks* ranks, const RenderRecord& record) {
    options.ranks = ranks;
    if (!ranks) return;
    if (!record.resume) throw InputError("several ranks need a record that tells what they render");
    options.identity = {record.resume->parameters, record.resume->difference};
}

void divide(StripOptions& options, const RowRange& rows, const RenderRecord& record) {
    if (!record.resume) throw InputError("a shard needs a record that tells what it is of");
    options.only = rows;
}

/// Only the first rank has the files, and what an earlier run has left of them.
void run_recorded(const Source& source, std::span<Sink* const> sinks, const StripOptions& options,
                  const RenderRecord& record) {
    if (record.resume && (!options.ranks || options.ranks->is_first()))
        run_resumable(source, sinks, options, *record.resume);
    else
        run_strips(source, sinks, options);
}

}  // namespace gradscape::rendering
