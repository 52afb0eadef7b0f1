// A case: one thing to time, with what it must be equal to and what bounds it. Suites make lists of
// them; main.cpp hands them to Google Benchmark.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/limits.hpp"
#include "tools/bench/work.hpp"

namespace gradscape::bench {

/// A case with its memory: made when its turn comes, gone before the next.
struct Prepared {
    std::function<void()> run;
    /// After one run: what is wrong with the result, compared with the reference; empty when right.
    std::function<std::string()> error;
};

struct Case {
    std::string name;
    Work work;  ///< of one run
    LimitKind limit = LimitKind::none;
    std::function<Prepared()> prepare;
};

struct SuiteOptions {
    unsigned threads = 1;
    std::string program;  ///< the gradscape binary, for end-to-end
};

struct Suite {
    std::string_view name, description;
    std::vector<Case> (*cases)(const SuiteOptions&);
};

/// evaluate, train, encode, end-to-end, scaling, smoke.
std::span<const Suite> suites();

}  // namespace gradscape::bench
