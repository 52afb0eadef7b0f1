// The cpu evaluator's gradients over time: a point after the other, since they are few.
// SPDX-License-Identifier: MIT
#include "gradscape/core/trace_cell.hpp"
#include "gradscape/trace.hpp"
#include "host/evaluate/evaluators.hpp"
#include "host/evaluate/prepared_data.hpp"

namespace gradscape {
namespace {

template <class C>
std::vector<Trace> traces_of(const Problem& problem, std::span<const Weights> points) {
    const Sequences merged = merge_identical(problem.sequences);
    const DataArrays<double> data(merged, merged.total_weight());
    std::vector<double> states(merged.length);
    std::vector<Wide<double>> sums(merged.length + 1);
    std::vector<Trace> traces;
    for (const Weights& at : points) {
        Trace& trace = traces.emplace_back();
        trace.at = at;
        trace.total_weight = problem.sequences.total_weight();
        trace.sums.resize(merged.length + 1);
        trace.log10_sums.resize(merged.length + 1);
        trace_point<C>(data.view(), at.wx, at.wrec, states.data(), sums.data(), trace.sums.data(),
                       trace.log10_sums.data());
    }
    return traces;
}

}  // namespace

std::vector<Trace> traces_cpu(const Problem& problem, std::span<const Weights> points) {
    switch (problem.cell) {
        case Cell::tanh:
            return traces_of<TanhCell>(problem, points);
        case Cell::relu:
            return traces_of<ReluCell>(problem, points);
        case Cell::sigmoid:
            return traces_of<SigmoidCell>(problem, points);
        case Cell::linear:
            break;
    }
    return traces_of<LinearCell>(problem, points);
}

}  // namespace gradscape
