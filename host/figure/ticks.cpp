// Round tick values on the three scales, thinned until their labels have room.
// SPDX-License-Identifier: MIT
#include "host/figure/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/figure/style.hpp"
#include "host/figure/text.hpp"

namespace gradscape::figure {
namespace {

constexpr double slack = 1e-9;  // of a step: an end that rounding moved still gets its tick

struct Room {
    const PlotAxis& axis;
    double length;
    Direction direction;

    double lo() const { return std::min(axis.from, axis.to); }
    double hi() const { return std::max(axis.from, axis.to); }
    /// Points between two values.
    double between(double a, double b) const {
        return std::fabs(fraction(axis, a) - fraction(axis, b)) * length;
    }
    double needed(const Tick& a, const Tick& b, double vertical_gap) const {
        if (direction == Direction::vertical) return vertical_gap;
        return (measure(a.label, tick_text).width + measure(b.label, tick_text).width) / 2 + 9;
    }
    bool fits(const std::vector<Tick>& ticks, double vertical_gap) const {
        for (std::size_t i = 1; i < ticks.size(); ++i)
            if (between(ticks[i - 1].value, ticks[i].value) <
                needed(ticks[i - 1], ticks[i], vertical_gap))
                return false;
        return true;
    }
};

/// mantissa · 10^exponent with mantissa 1, 2 or 5.
struct Step {
    int mantissa = 1, exponent = 0;

    double value() const { return mantissa * std::pow(10.0, exponent); }
    /// Exact where count·mantissa and the power of ten are.
    double times(double count) const {
        return exponent < 0 ? count * mantissa / std::pow(10.0, -exponent)
                            : count * mantissa * std::pow(10.0, exponent);
    }
    Step next() const {
        return mantissa == 1   ? Step{2, exponent}
               : mantissa == 2 ? Step{5, exponent}
                               : Step{1, exponent + 1};
    }
};

Step step_at_least(double value) {
    Step step{1, static_cast<int>(std::floor(std::log10(value)))};
    while (step.value() < value * (1 - slack)) step = step.next();
    return step;
}

std::string power_markup(double value) {
    if (value == 0) return "0";
    const double exponent = std::round(std::log10(std::fabs(value)));
    if (std::fabs(std::fabs(value) / std::pow(10.0, exponent) - 1) > slack)
        return number_markup(value);
    return fmt::format("{}10<sup>{}</sup>", value < 0 ? minus : "", number_markup(exponent));
}

std::string linear_label(double value, const Step& step, double largest) {
    if (value == 0) return "0";
    if (largest >= 1e6 || largest < 1e-4)
        return number_markup(value,
                             1 + static_cast<int>(std::log10(largest / step.value()) + 1 - slack));
    const std::string text = fmt::format("{:.{}f}", std::fabs(value), std::max(0, -step.exponent));
    return value < 0 ? std::string(minus) + text : text;
}

Ticks linear_ticks(const Room& room) {
    const double lo = room.lo(), hi = room.hi();
    const double spacing = room.direction == Direction::vertical ? 34 : 40;
    const double narrowest = (hi - lo) / std::max(2.0, room.length / spacing);
    for (Step step = step_at_least(room.axis.counts ? std::max(narrowest, 1.0) : narrowest);;
         step = step.next()) {
        Ticks ticks;
        const double first = std::ceil(lo / step.value() - slack);
        const double last = std::floor(hi / step.value() + slack);
        for (int i = 0; first + i <= last; ++i) {
            const double at = step.times(first + i);
            ticks.major.push_back(
                {at, linear_label(at, step, std::max(std::fabs(lo), std::fabs(hi)))});
        }
        if (ticks.major.size() < 2 || room.fits(ticks.major, 14)) return ticks;
    }
}

/// A candidate on a logarithmic scale, ±unit · mantissa · 10^decade; mantissa 0 is zero. Decade −1
/// of symlog is its linear part, in tenths.
struct Candidate {
    double value = 0;
    int mantissa = 0, decade = 0;
};

std::vector<Candidate> log_candidates(const Room& room) {
    std::vector<Candidate> all;
    const int last = static_cast<int>(std::floor(std::log10(room.hi()) + slack));
    for (int e = static_cast<int>(std::floor(std::log10(room.lo()))); e <= last; ++e)
        for (int m = 1; m <= 9; ++m) all.push_back({Step{m, e}.times(1), m, e});
    return all;
}

std::vector<Candidate> symlog_candidates(const Room& room) {
    const double unit = room.axis.linear_within;
    const double largest = std::max(std::fabs(room.lo()), std::fabs(room.hi()));
    std::vector<Candidate> positive;
    for (int d = -1; unit * std::pow(10.0, d) <= largest; ++d)
        for (int m = 1; m <= 9; ++m) positive.push_back({unit * Step{m, d}.times(1), m, d});
    std::vector<Candidate> all(positive.rbegin(), positive.rend());
    for (Candidate& candidate : all) candidate.value = -candidate.value;
    all.push_back({});
    all.insert(all.end(), positive.begin(), positive.end());
    return all;
}

/// Powers of ten, unless all labels are short as plain numbers.
void label(std::vector<Tick>& ticks) {
    const bool plain = std::ranges::all_of(ticks, [](const Tick& tick) {
        const double size = std::fabs(tick.value);
        return size == 0 || (size > 0.009 && size < 9999);
    });
    for (Tick& tick : ticks)
        tick.label = plain ? number_markup(tick.value) : power_markup(tick.value);
}

/// Which candidates get a label: 1 in every `stride` decades, or `multiples` in all of them.
struct Detail {
    int stride = 1;
    std::vector<int> multiples = {1};

    bool labels(const Candidate& c) const {
        return c.decade % stride == 0 &&
               std::ranges::find(multiples, c.mantissa) != multiples.end();
    }
};

Ticks detailed_ticks(const Room& room, const std::vector<Candidate>& candidates,
                     const Detail& detail, bool subdivided) {
    const bool symlog = room.axis.scale == Scale::symlog;
    const auto inside = [&, lo = room.lo(), hi = room.hi()](double value) {
        if (room.axis.counts && value != std::round(value)) return false;
        return value >= lo - slack * std::fabs(lo) && value <= hi + slack * std::fabs(hi);
    };
    Ticks ticks;
    for (const Candidate& c : candidates) {
        if (!inside(c.value)) continue;
        // Where not all decades have room for a label, those of symlog's ±unit would crowd around
        // 0.
        const bool next_to_zero = symlog && c.decade <= (detail.stride > 1 ? 0 : -1);
        if (c.mantissa == 0 || (detail.labels(c) && !next_to_zero))
            ticks.major.push_back({c.value, {}});
        else if (subdivided || (c.mantissa == 1 && !(symlog && c.decade < 0)))
            ticks.minor.push_back(c.value);
    }
    label(ticks.major);
    return ticks;
}

Ticks decade_ticks(const Room& room, const std::vector<Candidate>& candidates) {
    const auto position = [&](double value) {
        return to_scale(room.axis.scale, value, room.axis.linear_within);
    };
    const double decade_length = room.length / (position(room.hi()) - position(room.lo()));
    std::vector<Detail> details;
    if (decade_length >= 300) details.push_back({1, {1, 2, 3, 4, 5, 6, 7, 8, 9}});
    if (decade_length >= 90) details.push_back({1, {1, 2, 5}});
    for (int stride : {1, 2, 3, 4, 5, 10, 20, 30, 50, 100, 200}) details.push_back({stride});
    for (const Detail& detail : details) {
        Ticks ticks = detailed_ticks(room, candidates, detail, decade_length >= 45);
        if (ticks.major.size() >= 2 && room.fits(ticks.major, 22)) return ticks;
    }
    const bool short_enough = room.length < 3 * decade_length;
    return short_enough ? linear_ticks(room) : Ticks{};
}

Ticks symlog_ticks(const Room& room) {
    const double largest = std::max(std::fabs(room.lo()), std::fabs(room.hi()));
    if (largest <= room.axis.linear_within) return linear_ticks(room);
    return decade_ticks(room, symlog_candidates(room));
}

}  // namespace

double fraction(const PlotAxis& axis, double value) {
    if (axis.scale == Scale::log && value <= 0) return -std::numeric_limits<double>::infinity();
    const auto position = [&](double v) { return to_scale(axis.scale, v, axis.linear_within); };
    const double from = position(axis.from);
    return (position(value) - from) / (position(axis.to) - from);
}

Ticks make_ticks(const PlotAxis& axis, double length, Direction direction) {
    const Room room{axis, length, direction};
    if (!(room.lo() < room.hi())) return {};
    switch (axis.scale) {
        case Scale::log:
            return decade_ticks(room, log_candidates(room));
        case Scale::symlog:
            return symlog_ticks(room);
        default:
            return linear_ticks(room);
    }
}

}  // namespace gradscape::figure
