// Random cases for the oracle: magnitudes, lengths, windows and cancellations of every kind.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "tests/exact/check.hpp"

namespace gradscape::exact {

/// The case of a seed, the same everywhere.
Case random_case(std::uint32_t seed);

}  // namespace gradscape::exact
