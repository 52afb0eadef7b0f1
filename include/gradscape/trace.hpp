// The gradient over time at one point: how the error of the output travels back through the states.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"

namespace gradscape {

/// How the gradients G_i,k of the sequences become one number per state:
/// sum = Σ m_i G_i,k; mean = sum / M; article = M · sum, which is what the article's figure shows
/// (it broadcasts the summed output gradient to every row and sums again).
enum class Reduction : std::uint8_t { mean, sum, article };
inline constexpr std::array<std::string_view, 3> reduction_names{"mean", "sum", "article"};

inline std::string_view name_of(Reduction reduction) {
    return reduction_names[static_cast<std::size_t>(reduction)];
}

struct Trace {
    Weights at;
    double total_weight = 0;   ///< M
    std::vector<double> sums;  ///< Σ m_i G_i,k for k = 0…T; ±∞ or ±0 where double ends
    /// log10 |Σ m_i G_i,k|, which no length takes out of range; −∞ for 0. May be empty where no sum
    /// has left the range of double.
    std::vector<double> log10_sums = {};

    double value(std::size_t k, Reduction reduction) const;
    /// ln |sum|; −∞ for a sum of exactly 0.
    double log_magnitude(std::size_t k) const;
    /// log10 |value|.
    double log10_value(std::size_t k, Reduction reduction) const;
    /// The value in decimal, also beyond double: "1.23457e+602"; 0 digits: as many as tell it from
    /// its neighbours.
    std::string text(std::size_t k, Reduction reduction, int digits = 0) const;
};

Trace trace_at(const Model& model, Weights at);

/// CSV `w_x,w_rec,k,grad_mean,grad_sum,grad_article`, k from T down to 0 as the gradient travels.
void write_traces_csv(AtomicFile file, std::span<const Trace> traces);

}  // namespace gradscape
