// The article's problem: 20 binary sequences of 10 steps, the linear cell.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/evaluate.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape {

inline Problem article_problem() { return {make_counting_data(1, 20, 10, 0).train, Cell::linear}; }

}  // namespace gradscape
