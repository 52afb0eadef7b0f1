// Renders that survive being killed. Every file grows under the name FILE.part, and a journal
// beside the first of them, FILE.part.journal, tells what of it is done; both go when all is done.
// The bytes in the end are those of an undisturbed run.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gradscape/evaluate.hpp"
#include "gradscape/shard.hpp"
#include "gradscape/strips.hpp"
#include "gradscape/transaction.hpp"

namespace gradscape {

struct ResumeOptions {
    bool resume = false;     ///< go on with what an interrupted run left; nothing left: from anew
    std::string parameters;  ///< all that decides the bytes
    /// How the parameters found in a journal differ, for an error message: an empty text where they
    /// do not. None: they must be equal, and so below.
    std::function<std::string(std::string_view found)> difference;
    /// Whether the parameters found in a journal are of a render into these files.
    std::function<bool(std::string_view found)> same_outputs;
    /// How the user resumes, for messages: it "goes on from there".
    std::string resuming = "the same render, resumed,";
};

/// The run writes these files, and what a render keeps beside them until it is done.
void claim_resumable(Transaction& files, std::span<const std::string> outputs,
                     const std::optional<Shard>& shard = {});

/// run_strips for sinks that can all be resumed, unless one writes to a device, a pipe, memory or a
/// stream, or is not durable.
/// Of rows alone it leaves a shard (gradscape/shard.hpp).
/// Interrupted and RunError say how to go on. InputError where what is there is damaged or does
/// not belong to these parameters, and, without `resume`, where it is worth much.
void run_resumable(const Source& source, std::span<Sink* const> sinks, const StripOptions& options,
                   const ResumeOptions& resume_options);

}  // namespace gradscape
