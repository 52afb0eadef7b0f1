// Holds what the evaluators give on a small grid against the oracle.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"

namespace gradscape::exact {

/// One value of one evaluator beside the truth.
struct Finding {
    /// What is wrong; `none`: nothing.
    enum class Kind : std::uint8_t {
        none,
        nan,         ///< NaN
        wrong,       ///< further from the truth than the bound, or in another class
        loose,       ///< the bound exceeds `loose_factor` × what rounding can do
        not_judged,  ///< there is no bound though rounding stays in range
        other_bits,  ///< not the bits of the cpu evaluator
    } kind = Kind::none;
    std::string where;  ///< backend:method:precision field (w_x, w_rec)
    std::string what;   ///< value, truth, error, bound

    std::string text() const;
};

/// A bound may be so many times what rounding can do.
inline constexpr double loose_factor = 100;

struct Case {
    std::string name;
    Model model;
    Grid grid;
};

struct CheckOptions {
    std::vector<std::string_view> evaluators{"reference", "cpu", "emulated"};
    bool all = false;       ///< report every value, not only what is wrong
    bool traces = true;     ///< at each grid point, too
    bool tightness = true;  ///< look for loose bounds
};

struct CheckResult {
    std::vector<Finding> findings;
    std::size_t values = 0, not_judged = 0;
};

/// Every method, precision, plain and curvature field on every cell of the grid; with all at once
/// and, since fewer take another path, the loss alone.
CheckResult check(const Case& c, const CheckOptions& options = {});

}  // namespace gradscape::exact
