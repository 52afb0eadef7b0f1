// SPDX-License-Identifier: MIT
#include "tools/common/front_context.hpp"

#include <memory>
#include <optional>

#include "gradscape/internal/notice.hpp"
#include "tools/common/progress.hpp"

namespace gradscape::cli {

Context front_context(const ReportOptions& report, Transaction& files, unsigned threads,
                      std::size_t max_memory) {
    Context context;
    context.transaction = &files;
    context.threads = threads;
    context.max_memory = max_memory;
    if (report.quiet) return context;
    context.progress = [verbosity = report.verbosity(),
                        bar = std::make_shared<std::optional<Progress>>()](const RunProgress& at) {
        if (at.ended) return bar->reset();  // wiped, so that what is said next stands alone
        if (!*bar) bar->emplace(verbosity, at.total, at.before);
        (*bar)->update(at.done, at.bytes_written);
    };
    context.notice = [](std::string_view text) { notice(text); };
    return context;
}

}  // namespace gradscape::cli
