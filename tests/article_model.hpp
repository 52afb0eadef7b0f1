// The article's model: 20 binary sequences of 10 steps, the linear cell.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/evaluate.hpp"
#include "gradscape/sequences.hpp"

namespace gradscape {

inline Model article_model() {
    return {make_counting_data(1, 20, 10, 0).train, Activation::linear};
}

}  // namespace gradscape
