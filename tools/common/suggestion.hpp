// What was probably meant by a word that is not known.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gradscape::cli {

/// How many letters must be added, left out, replaced or swapped with their neighbour to turn one
/// word into the other, none of them twice: the optimal string alignment distance.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean NAME?" where one of the names is near, else empty. Near: a third of the letters
/// differ at most; or `word` is how exactly one of them begins.
std::string did_you_mean(std::string_view word, std::span<const std::string> names);
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

}  // namespace gradscape::cli
