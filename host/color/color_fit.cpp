// SPDX-License-Identifier: MIT
#include "gradscape/color_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace gradscape::color {
namespace {

constexpr double tails[]{0.005, 0.02, 0.05};  // of the values that a range may leave out
constexpr double wanted_span = 0.55;          // of the palette, by the middle four fifths
constexpr double enough_span = 0.52;          // else they are told apart by rank
constexpr double margin = 0.02;               // of the range, beyond extremes that nearly fit
constexpr double sign_share = 0.05;           // of values with the rarer sign: both count
constexpr double half_share = 0.15;           // with as many bands by rank as the others
constexpr double alike = 1e-5;                // relative: of one optimum, say
constexpr double finest = 1e-7;               // narrower ranges, relative, show rounding alone

/// Ascending.
class Sorted {
public:
    Sorted(std::span<const double> values, double offset) {
        for (double value : values)
            if (std::isfinite(value)) values_.push_back(value + offset);
        std::ranges::sort(values_);
    }
    bool all_alike() const { return values_.empty() || values_.front() == values_.back(); }
    /// But for rounding.
    bool nearly_alike() const {
        return max() - min() <= finest * std::max(std::fabs(min()), std::fabs(max()));
    }
    double min() const { return values_.front(); }
    double max() const { return values_.back(); }
    double quantile(double part) const {
        const auto last = static_cast<double>(values_.size() - 1);
        return values_[static_cast<std::size_t>(std::lround(part * last))];
    }
    Sorted positive() const {
        Sorted some;
        some.values_.assign(std::ranges::upper_bound(values_, 0.0), values_.end());
        return some;
    }
    Sorted magnitudes() const {
        Sorted some;
        for (double value : values_)
            if (value != 0) some.values_.push_back(std::fabs(value));
        std::ranges::sort(some.values_);
        return some;
    }
    Sorted between(double above, double up_to) const {
        Sorted some;
        some.values_.assign(std::ranges::upper_bound(values_, above),
                            std::ranges::upper_bound(values_, up_to));
        return some;
    }
    /// With no value, and what is alike but for rounding, more than so many times.
    Sorted capped(std::size_t times) const {
        Sorted some;
        for (double value : values_) {
            const auto& taken = some.values_;
            if (taken.size() < times || !is_alike(taken[taken.size() - times], value))
                some.values_.push_back(value);
        }
        return some;
    }
    bool is_alike(double value, double larger) const {
        const double size = std::min(std::fabs(value), max() - min());
        return larger - value <= alike * size;
    }
    bool empty() const { return values_.empty(); }
    std::size_t size() const { return values_.size(); }
    std::span<const double> values() const { return values_; }

private:
    Sorted() = default;
    std::vector<double> values_;
};

double position(const ColorSpec& spec, double value) {
    return to_scale(spec.scale, value, spec.linear_within);
}

/// 1, 2 or 5 times a power of ten, at most the width.
double round_step(double width) {
    const double power = std::pow(10, std::floor(std::log10(width)));
    return width >= 5 * power ? 5 * power : width >= 2 * power ? 2 * power : power;
}

/// A multiple of a step strictly beyond the value: below it for −1, above it for 1.
double beyond(double value, double step, int side) {
    const double count = value / step;
    const double whole = side < 0 ? std::ceil(count) - 1 : std::floor(count) + 1;
    // Division by a whole number rounds once: 0.3, and not 3 · 0.1.
    const double rounded = step < 1 ? whole / std::round(1 / step) : whole * step;
    return side * (rounded - value) > 0 ? rounded : std::nextafter(value, side * HUGE_VAL);
}

/// The ends as short numbers outside of what they hold, so that no value lies on the first level,
/// which belongs to what is below.
void round_range(ColorSpec& spec) {
    const double width = spec.hi - spec.lo;
    if (!std::isfinite(width)) return;
    const auto step_at = [&](double end) {
        const bool wide =
            spec.scale != Scale::linear && std::fabs(end) > 0 && std::fabs(end) < width * 0.5;
        return round_step((wide ? std::fabs(end) : width) / 20);
    };
    double lo = beyond(spec.lo, step_at(spec.lo), -1);
    if (spec.scale == Scale::log && lo <= 0) lo = std::nextafter(spec.lo, 0.0);
    const double hi = beyond(spec.hi, step_at(spec.hi), 1);
    spec.lo = lo, spec.hi = hi;
}

/// An end moves out to the extreme where that is near.
void reach_extremes(ColorSpec& spec, const Sorted& values) {
    const double lo = position(spec, spec.lo), hi = position(spec, spec.hi);
    const double near = 0.15 * (hi - lo);
    if (spec.scale != Scale::log || values.min() > 0)
        if (const double end = position(spec, values.min()); lo - end < near)
            spec.lo =
                from_scale(spec.scale, std::min(lo, end - margin * (hi - lo)), spec.linear_within);
    if (const double end = position(spec, values.max()); end - hi < near)
        spec.hi =
            from_scale(spec.scale, std::max(hi, end + margin * (hi - lo)), spec.linear_within);
}

/// The part of the palette between the lowest tenth of the values in the range and the highest; 0
/// where fewer than a fifth of all are in it.
double span_of(const ColorSpec& spec, const Sorted& values) {
    const Sorted inside = values.between(spec.lo, spec.hi);
    if (5 * inside.size() < values.size() || inside.empty()) return 0;
    const double lo = position(spec, spec.lo), hi = position(spec, spec.hi);
    return (position(spec, inside.quantile(0.9)) - position(spec, inside.quantile(0.1))) /
           (hi - lo);
}

bool is_usable(const ColorSpec& spec) {
    const double size = std::max(std::fabs(spec.lo), std::fabs(spec.hi));
    return spec.lo < spec.hi && spec.hi - spec.lo > finest * size &&
           std::isfinite(spec.hi - spec.lo);
}

/// Between the quantiles; empty where these are too much alike.
std::optional<ColorSpec> between(ColorSpec spec, const Sorted& values, double tail) {
    spec.lo = values.quantile(tail), spec.hi = values.quantile(1 - tail);
    if (!is_usable(spec)) return {};
    reach_extremes(spec, values);
    round_range(spec);
    return is_usable(spec) ? std::optional(spec) : std::nullopt;
}

/// ± the quantile of the magnitudes, 0 in the middle.
std::optional<ColorSpec> around_zero(ColorSpec spec, const Sorted& values, double tail) {
    const auto symmetric = between(spec, values.magnitudes(), tail);
    if (!symmetric) return {};
    spec.hi = symmetric->hi, spec.lo = -spec.hi;
    return spec;
}

bool has_both_signs(const Sorted& values, double share = sign_share) {
    return values.quantile(share) < 0 && values.quantile(1 - share) > 0;
}

/// symlog is linear where the smallest tenth of the magnitudes lies.
void set_linear_part(ColorSpec& spec, const Sorted& values) {
    const Sorted sizes = values.magnitudes();
    if (sizes.empty()) return;
    const double exponent = std::floor(std::log10(sizes.quantile(0.1)));
    spec.linear_within = std::pow(10, std::max(exponent, -300.0));
}

/// The first of the candidates that lets the values use the palette, else the one that does most.
struct Best {
    std::optional<ColorSpec> spec;
    double span = -1;

    /// True where it is good enough.
    bool offer(const std::optional<ColorSpec>& candidate, const Sorted& values) {
        if (!candidate) return false;
        const double of_candidate = span_of(*candidate, values);
        if (of_candidate > span) span = of_candidate, spec = candidate;
        return span >= wanted_span;
    }
};

/// Between quantiles of all tails in turn; between the extremes where all those are alike.
bool offer_ranges(Best& best, const ColorSpec& spec, const Sorted& values) {
    const auto offer = [&](double tail) { return best.offer(between(spec, values, tail), values); };
    return std::ranges::any_of(tails, offer) || (!best.spec && offer(0));
}

ColorSpec fitted_symlog(ColorSpec spec, const Sorted& values, FixedColors fixed) {
    if (!fixed.linear_within) set_linear_part(spec, values);
    Best best;
    if (has_both_signs(values)) {
        ColorSpec diverging = spec;
        if (!fixed.palette) diverging.palette = Palette::rdbu_r;  // blue is less than 0
        for (double tail : tails)
            if (best.offer(around_zero(diverging, values, tail), values)) break;
        if (best.spec) return *best.spec;
    }
    if (offer_ranges(best, spec, values) || fixed.scale) return best.spec.value_or(spec);
    spec.scale = Scale::linear;
    spec.linear_within = 1;
    offer_ranges(best, spec, values);
    return best.spec.value_or(spec);
}

/// A level that `least` lies above, of a bar up to `hi`; of 0 none that only denormals tell apart.
double just_below(double least, double hi) {
    return least == 0 ? -1e-9 * std::abs(hi) : std::nextafter(least, -HUGE_VAL);
}

/// A bar does not begin where no value can be: a condition number of 0.86, say. Where values are as
/// low as can be they stay above the first level, as all do, by no more than it takes.
ColorSpec not_below(double least, ColorSpec spec, const Sorted& values) {
    if (spec.lo >= least || least >= spec.hi) return spec;
    const double lowest = least < values.min() ? least : just_below(least, spec.hi);
    if (spec.scale != Scale::log || lowest > 0) spec.lo = lowest;
    return spec;
}

/// As a colour bar shows it.
double least_shown(const ColorSpec& spec, Field field) { return row_of(field).least + spec.offset; }

/// Of values that only rounding tells apart, if that: the value is in the middle of a range of its
/// own size, where there is one.
ColorSpec around_value(const ColorSpec& usual, double value, FixedColors fixed) {
    ColorSpec spec = usual;
    if (spec.scale == Scale::log && value <= 0) {
        if (fixed.scale) return spec;
        spec.scale = Scale::linear;
    }
    if (spec.scale == Scale::log)
        spec.lo = value / 2, spec.hi = value * 2;
    else if (value != 0)
        spec.lo = value - std::fabs(value) / 2, spec.hi = value + std::fabs(value) / 2;
    else
        spec.lo = -1, spec.hi = 1;
    round_range(spec);
    return is_usable(spec) && (spec.scale != Scale::log || spec.lo > 0) ? spec : usual;
}

/// By rank on either side of 0, in as many bands below it as above, so that 0 is in the middle of
/// the palette; what is 0 has the colour of the band below. Empty where a side has too few
/// values.
std::vector<double> levels_around_zero(ColorSpec spec, std::span<const double> values) {
    std::vector<double> sides[2];
    for (const double value : values)
        if (const double shown = value + spec.offset; shown != 0 && std::isfinite(shown))
            sides[shown > 0].push_back(value);
    spec.levels = ((spec.style == ColorStyle::smooth ? smooth_levels : spec.levels) - 1) / 2 + 1;
    spec.style = ColorStyle::bands;
    constexpr int fewest = 3;  // on either side
    if (spec.levels < fewest) return {};
    const std::vector<double> below = ranked_levels(spec, sides[0]),
                              above = ranked_levels(spec, sides[1]);
    const std::size_t count = std::min(below.size(), above.size());
    if (count < fewest) return {};
    std::vector<double> levels;
    for (std::size_t i = 0; i + 1 < count; ++i)
        levels.push_back(below[i * (below.size() - 1) / (count - 1)]);
    levels.push_back(0);
    for (std::size_t i = 1; i < count; ++i)
        levels.push_back(above[i * (above.size() - 1) / (count - 1)]);
    return levels;
}

ColorSpec fitted_counts(ColorSpec spec, const Sorted& values) {
    // Below the first level are the codes.
    spec.hi = std::max(std::ceil(values.quantile(1 - tails[0])) + 0.5, spec.lo + 1);
    return spec;
}

}  // namespace
}  // namespace gradscape::color

namespace gradscape {

ColorSpec fitted_colors(ColorSpec spec, Field field, std::span<const double> values,
                        FixedColors fixed) {
    const color::Sorted sorted(values, spec.offset);
    if (row_of(field).counts_iterations)
        return sorted.empty() ? spec : color::fitted_counts(spec, sorted);
    if (sorted.empty()) return spec;
    if (sorted.nearly_alike())
        return color::not_below(color::least_shown(spec, field),
                                color::around_value(spec, sorted.quantile(0.5), fixed), sorted);
    if (spec.scale == Scale::symlog) return color::fitted_symlog(spec, sorted, fixed);
    const color::Sorted shown = spec.scale == Scale::log ? sorted.positive() : sorted;
    color::Best best;
    if (!shown.empty()) color::offer_ranges(best, spec, shown);
    if (!best.spec && spec.scale == Scale::log && !fixed.scale) {
        spec.scale = Scale::linear;  // nothing above 0
        return fitted_colors(spec, field, values, fixed);
    }
    return color::not_below(color::least_shown(spec, field), best.spec.value_or(spec), sorted);
}

ColorMap fitted_color_map(const ColorSpec& spec, Field field, std::span<const double> values,
                          FixedColors fixed, OwnColors own) {
    const ColorSpec fitted = fitted_colors(spec, field, values, fixed);
    const color::Sorted sorted(values, spec.offset);
    constexpr std::size_t fewest = 4;
    if (fixed.scale || row_of(field).counts_iterations || sorted.empty() || sorted.nearly_alike() ||
        color::span_of(fitted, sorted) >= color::enough_span)
        return {fitted, std::move(own)};
    ColorSpec by_rank = spec;
    by_rank.scale = Scale::rank;
    own.levels.clear();
    if (spec.scale == Scale::symlog && color::has_both_signs(sorted, color::half_share)) {
        own.levels = color::levels_around_zero(by_rank, values);
        if (!own.levels.empty() && !fixed.palette) by_rank.palette = Palette::rdbu_r;
    }
    if (own.levels.empty())
        own.levels = ranked_levels(by_rank, values, color::least_shown(spec, field));
    if (own.levels.size() < fewest) return {fitted, std::move(own)};
    by_rank.lo = own.levels.front(), by_rank.hi = own.levels.back();
    return {by_rank, std::move(own)};
}

bool shows(const ColorMap& map, std::span<const double> values) {
    std::vector<std::size_t> counts(map.colors().size());
    for (const double value : values) ++counts[map.index(value)];
    const std::span of_bands(counts.data() + 1, map.bands());
    const auto used = std::ranges::count_if(of_bands, [](std::size_t count) { return count > 0; });
    const std::size_t all = std::accumulate(of_bands.begin(), of_bands.end(), std::size_t{0});
    return 2 * static_cast<std::size_t>(used) >= map.bands() &&
           5 * (all - std::ranges::max(of_bands)) >= values.size() && !values.empty();
}

std::vector<double> ranked_levels(const ColorSpec& spec, std::span<const double> values,
                                  double least) {
    const color::Sorted sorted(values, spec.offset);
    const int count = spec.style == ColorStyle::smooth ? smooth_levels : spec.levels;
    if (sorted.all_alike() || count < 2) return {};
    // What many cells have is worth one band, and the others share the rest.
    color::Sorted shared = sorted;
    for (int pass = 0; pass < 2; ++pass)
        shared = shared.capped(shared.size() / static_cast<std::size_t>(count - 1) + 1);
    std::vector<double> levels{shared.min()};
    for (int k = 1; k < count; ++k) {
        const double level = shared.quantile(static_cast<double>(k) / (count - 1));
        if (!sorted.is_alike(levels.back(), level)) levels.push_back(level);
    }
    if (levels.size() < 2) return {};
    // What is alike but for rounding shares a band, the last one, too: nothing is above it.
    levels.back() = std::max(levels.back(), sorted.max());
    // A little lower than the least value, which else would lie below.
    const double lower = levels[0] - 1e-3 * (levels[1] / 2 - levels[0] / 2);
    const double next = std::nextafter(levels[0], -HUGE_VAL);
    levels[0] = std::max(lower < levels[0] ? lower : next,
                         std::min(color::just_below(least, levels.back()), next));
    return levels;
}

}  // namespace gradscape
