// The time that a container may use of the machine's CPUs.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace gradscape::rendering {

/// In CPUs (2.5: two and a half), by the control groups of this process, version 2 and 1, below
/// `root` (empty, but in tests); none where there is no limit.
std::optional<double> cpu_quota(const std::string& root);

}  // namespace gradscape::rendering
