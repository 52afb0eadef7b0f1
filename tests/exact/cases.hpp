// Random cases for the oracle: magnitudes, lengths, windows and cancellations of every kind.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "tests/exact/check.hpp"

namespace gradscape::exact {

/// The case of a seed, the same everywhere.
Case random_case(std::uint32_t seed);

/// How many cases, or the first seed: what the environment says, if it does.
std::uint32_t number_from(const char* variable, std::uint32_t otherwise);

}  // namespace gradscape::exact
