// SPDX-License-Identifier: MIT
#include "host/color/color_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace gradscape::color {
namespace {

constexpr std::size_t max_bins = 1 << 14;  // half of a first-level cache
constexpr std::size_t block = 16;

}  // namespace

template <class Real>
Real round_down(double t) {
    using Limits = std::numeric_limits<Real>;
    if (t >= static_cast<double>(Limits::max())) return Limits::max();
    if (t < static_cast<double>(Limits::lowest())) return -Limits::infinity();
    const Real rounded = static_cast<Real>(t);
    return static_cast<double>(rounded) > t ? std::nextafter(rounded, -Limits::infinity())
                                            : rounded;
}

template <class Real>
ColorTable<Real>::ColorTable(const ColorMap& map)
    : non_finite_(map.non_finite()), negative_infinite_(map.negative_infinite()) {
    using Bits = std::make_unsigned_t<Key>;
    const std::span<const double> exact = map.thresholds();
    thresholds_.fill(std::numeric_limits<Real>::infinity());
    thresholds_[0] = -std::numeric_limits<Real>::infinity();
    std::transform(exact.begin(), exact.end(), thresholds_.begin() + 1, round_down<Real>);

    const auto end = thresholds_.begin() + 1 + static_cast<std::ptrdiff_t>(exact.size());
    first_key_ = ordered_key(thresholds_[1]);
    last_key_ = ordered_key(*(end - 1));
    const Bits range = static_cast<Bits>(last_key_) - static_cast<Bits>(first_key_);
    while (range >> shift_ >= max_bins) ++shift_;
    index_at_bin_.resize(static_cast<std::size_t>(range >> shift_) + 1);
    for (std::size_t bin = 0; bin < index_at_bin_.size(); ++bin) {
        const Bits key = static_cast<Bits>(first_key_) + (static_cast<Bits>(bin) << shift_);
        const Real lowest =
            bin == 0 ? thresholds_[0] : from_ordered_key<Real>(static_cast<Key>(key));
        const auto first_not_less = std::lower_bound(thresholds_.begin() + 1, end, lowest);
        index_at_bin_[bin] = static_cast<std::uint8_t>(first_not_less - thresholds_.begin() - 1);
    }
}

template <class Real>
std::size_t ColorTable<Real>::bin_of(Real value) const {
    using Bits = std::make_unsigned_t<Key>;
    const Key key = std::clamp(ordered_key(value), first_key_, last_key_);
    return static_cast<std::size_t>((static_cast<Bits>(key) - static_cast<Bits>(first_key_)) >>
                                    shift_);
}

template <class Real>
std::uint8_t ColorTable<Real>::index(Real value) const {
    if (!std::isfinite(value)) return value < 0 ? negative_infinite_ : non_finite_;
    std::uint8_t index = index_at_bin_[bin_of(value)];
    while (thresholds_[1u + index] < value) ++index;
    return index;
}

template <class Real>
void ColorTable<Real>::indices(std::span<const Real> values, std::uint8_t* indices) const {
    std::size_t done = 0;
    std::uint8_t run = 0;  // the colour before; in a run most blocks have it throughout
    Real above = thresholds_[0], up_to = thresholds_[1];
    for (; done + block <= values.size(); done += block) {
        const Real* const v = values.data() + done;
        bool same = true;
        for (std::size_t i = 0; i < block; ++i) same &= (v[i] > above) & (v[i] <= up_to);
        if (same) {
            std::memset(indices + done, run, block);
            continue;
        }
        for (std::size_t i = 0; i < block; ++i) indices[done + i] = index(v[i]);
        const std::uint8_t last = indices[done + block - 1];
        if (last == non_finite_) continue;
        run = last;
        above = thresholds_[run];
        up_to = std::min(thresholds_[1u + run], std::numeric_limits<Real>::max());
    }
    for (; done < values.size(); ++done) indices[done] = index(values[done]);
}

template float round_down<float>(double);
template double round_down<double>(double);
template class ColorTable<float>;
template class ColorTable<double>;

}  // namespace gradscape::color
