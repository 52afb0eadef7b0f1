// Ranks whose messages go through a port.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/ranks.hpp"
#include "host/cluster/message_port.hpp"

namespace gradscape::cluster {

/// All ranks call it. `leave` is called where a process must end without another word to MPI.
std::unique_ptr<LaunchedRanks> ranks_through(MessagePort& port, std::function<void(int)> leave);

}  // namespace gradscape::cluster
