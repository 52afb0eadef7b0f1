// Cases that fill a surface: an evaluator, a method, a cell, a precision, fields and sizes.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/evaluate.hpp"
#include "tools/bench/case.hpp"

namespace gradscape::bench {

inline constexpr FieldSet loss_only{Field::loss};
inline constexpr FieldSet loss_and_gradients{Field::loss, Field::grad_wx, Field::grad_wrec};
inline constexpr FieldSet training_outcome{Field::train_loss, Field::train_steps};

struct SurfaceSpec {
    std::string evaluator = "cpu";
    Method method = Method::bptt;
    Activation activation = Activation::linear;
    Precision precision = Precision::f32;
    FieldSet fields = loss_only;
    std::size_t size = 1024;  ///< columns and rows
    std::size_t sequences = 20, length = 10;
    bool real_inputs = false;  ///< instead of the article's zeros and ones
    bool in_cache = false;     ///< strips overwrite each other, as in the pipeline
    bool new_view = false;     ///< of the model at each run, as when one looks around
    int iterations = 100;      ///< of training
    unsigned threads = 1;
};

/// `prefix/evaluator/method/cell/precision/fields` with `suffix` after it.
Case surface_case(const std::string& prefix, const SurfaceSpec& spec,
                  const std::string& suffix = {});

}  // namespace gradscape::bench
