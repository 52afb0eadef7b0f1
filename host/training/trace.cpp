// SPDX-License-Identifier: MIT
#include "gradscape/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
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

double Trace::log_magnitude(std::size_t k) const {
    return log10_sums.empty() || std::isnormal(sums[k]) ? std::log(std::abs(sums[k]))
                                                        : log10_sums[k] * std::numbers::ln10;
}

double Trace::log10_value(std::size_t k, Reduction reduction) const {
    const double factor = reduction == Reduction::mean      ? 1 / total_weight
                          : reduction == Reduction::article ? total_weight
                                                            : 1;
    return log_magnitude(k) / std::numbers::ln10 + std::log10(factor);
}

std::string Trace::text(std::size_t k, Reduction reduction, int digits) const {
    const double v = value(k, reduction), log10 = log10_value(k, reduction);
    if (std::isnormal(v) || !std::isfinite(log10))
        return digits == 0 ? fmt::format("{}", v) : fmt::format("{:.{}g}", v, digits);
    const double exponent = std::floor(log10);
    return fmt::format("{}{:.6g}e{:+}", std::signbit(v) ? "-" : "", std::pow(10, log10 - exponent),
                       static_cast<std::int64_t>(exponent));
}

Trace trace_at(const Model& model, Weights at) {
    Trace trace{at, model.sequences.total_weight(),
                reference_state_gradients(model, at.wx, at.wrec)};
    if (!std::ranges::all_of(trace.sums, [](double sum) { return std::isnormal(sum); })) {
        auto scaled = reference_scaled_state_gradients(model, at.wx, at.wrec);
        for (std::size_t k = 0; k < trace.sums.size(); ++k)  // an exact 0 has no sign to find
            if (std::isfinite(scaled.log10_magnitudes[k])) trace.sums[k] = scaled.values[k];
        trace.log10_sums = std::move(scaled.log10_magnitudes);
    }
    return trace;
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
