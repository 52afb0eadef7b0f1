// What ranks say to each other. Rank 0 is asked, and answers; it begins nothing.
//
//     rank k → 0   hello(run, version, parameters)     → plan(run, plan), or over(run)
//                  want(run, strips)                    → as many strip(run, index), when there are
//                  answer(run, strip, bytes)            wants the next one, too
//                  failure(status, error)               rank 0 ends the run with it
//                  bye()                                its work is done, after end()
//     rank 0 → k   over(run), end(), leave(whether all are there to finalize MPI together)
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "gradscape/strips.hpp"
#include "host/cluster/message_port.hpp"
#include "host/io/byte_record.hpp"

namespace gradscape::cluster {

/// To be raised where a word changes; what is rendered has its own version among the parameters.
inline constexpr std::uint32_t protocol_version = 2;

enum class Word : std::uint8_t { hello, want, answer, failure, bye, plan, strip, over, end, leave };

inline io::ByteWriter say(Word word) { return io::ByteWriter().put(word); }
inline io::ByteWriter say(Word word, std::uint64_t run) { return say(word).put(run); }

/// Between two looks for messages: while bytes are under way, and while there is nothing to do. A
/// receive that waits would take all of a core.
inline constexpr double busy_nap = 2e-4, idle_nap = 2e-3;

}  // namespace gradscape::cluster
