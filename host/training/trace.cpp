// SPDX-License-Identifier: MIT
#include "gradscape/trace.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "gradscape/atomic_file.hpp"
#include "gradscape/reference.hpp"

namespace gradscape {

double Trace::value(std::size_t k, Reduction reduction) const {
    switch (reduction) {
        case Reduction::mean:
            return sums[k] / total_weight;
        case Reduction::article:
            return sums[k] * total_weight;
        case Reduction::sum:
            break;
    }
    return sums[k];
}

Trace trace_at(const Problem& problem, Weights at) {
    return {at, problem.sequences.total_weight(),
            reference_state_gradients(problem, at.wx, at.wrec)};
}

void write_traces_csv(AtomicFile file, std::span<const Trace> traces) {
    file.write("w_x,w_rec,k,grad_mean,grad_sum,grad_article\n");
    std::string line;
    for (const Trace& trace : traces)
        for (std::size_t k = trace.sums.size(); k-- > 0;) {
            line.clear();
            fmt::format_to(std::back_inserter(line), "{},{},{},{},{},{}\n", trace.at.wx,
                           trace.at.wrec, k, trace.value(k, Reduction::mean),
                           trace.value(k, Reduction::sum), trace.value(k, Reduction::article));
            file.write(line);
        }
    file.commit();
}

}  // namespace gradscape
