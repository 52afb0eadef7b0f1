// What this machine offers to the evaluators.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace gradscape {

struct SystemInfo {
    std::string simd;  ///< the instruction set that the cpu evaluator runs on
    int lanes_f32 = 1, lanes_f64 = 1;
    unsigned threads = 1;
    std::vector<std::string> devices;  ///< GPUs
};

SystemInfo system_info();

/// A part of the program that brings libraries of its own, loaded by the first who needs it.
struct ModuleInfo {
    std::string name, purpose;
    std::string missing;  ///< why it cannot be had; empty: it is there
};

/// Loads them all.
std::vector<ModuleInfo> modules();

}  // namespace gradscape
