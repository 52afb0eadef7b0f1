// What `gradscape reproduce` found out, as facts (report.json) and as text with the article's
// questions answered from these facts (report.md).
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gradscape/optimizer_study.hpp"
#include "gradscape/predictions.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/train.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {

struct ArticleResults {
    CountingData data;
    std::vector<Trace> traces;
    Trajectory training;
    Predictions on_training, on_test;
    OptimizerStudy study;
};

/// "Final weights are: wx = 1.0014,  wRec = 0.9997", and the errors.
std::string article_summary(const ArticleResults& results);
Json article_facts(const ArticleResults& results);
std::string article_report(const ArticleResults& results);

/// The target of every sequence is the sum of its inputs.
bool sums_inputs(const Sequences& sequences);
/// And all inputs are 0 or 1.
bool counts_ones(const Sequences& sequences);

/// How many sequences are counted right, after rounding.
std::size_t count_right(const Predictions& predictions);

/// The longest all-ones sequence up to which every one is still counted right; at most `limit`.
std::size_t counting_range(Weights w, std::size_t limit);
inline constexpr std::size_t counting_limit = 100'000;

}  // namespace gradscape::cli
