// The table of suites.
// SPDX-License-Identifier: MIT
#include "tools/bench/case.hpp"

namespace gradscape::bench {
namespace {

constexpr Suite table[] = {
    {"evaluate", "surfaces to memory: evaluator, method, cell, precision, fields", evaluate_cases},
    {"train", "training runs from every cell of a grid", train_cases},
    {"encode", "values in memory to finished png and npy files", encode_cases},
    {"end-to-end", "the program from its parameters to its file", end_to_end_cases},
    {"scaling", "cells, sequences, time steps, threads varied", scaling_cases},
    {"smoke", "one small case of each kind; its times mean nothing", smoke_cases},
};

}  // namespace

std::span<const Suite> suites() { return table; }

}  // namespace gradscape::bench
