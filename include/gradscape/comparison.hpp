// Two surfaces of one grid, cell by cell: how far apart, where, and whether within tolerance. Both
// evaluators are asked strip by strip, so memory is bounded by strips in flight; the errors are the
// strips of a surface of their own, for any sinks.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gradscape/error_bound.hpp"
#include "gradscape/source.hpp"

namespace gradscape {

/// |a − b| ≤ absolute + relative·max(|a|, |b|).
struct GivenTolerance {
    double relative = 0, absolute = 0;
};

/// One evaluator with its arithmetic; `bounds` only where the tolerance follows the error bounds.
struct ComparedSide {
    StripFiller filler;
    Precision precision = Precision::f32;
    const ErrorBound* bounds = nullptr;
};

enum class ToleranceKind : std::uint8_t { same_bits, bounds, given };
inline constexpr std::array<std::string_view, 3> tolerance_kind_names{"same bits", "error bounds",
                                                                      "given"};
inline std::string_view name_of(ToleranceKind k) {
    return tolerance_kind_names[static_cast<std::size_t>(k)];
}

struct Tolerance {
    ToleranceKind kind = ToleranceKind::same_bits;
    GivenTolerance given;
};

/// How large an error is: |a − b|, the same by max(|a|, |b|), the number of steps from one value to
/// the other among the numbers of the coarser precision (−0 and 0 are neighbours), and |a − b| by
/// the tolerance.
enum class ErrorMeasure : std::uint8_t { absolute, relative, ulp, tolerance };
inline constexpr std::array<std::string_view, 4> error_measure_names{"abs", "rel", "ulp",
                                                                     "tolerance"};
inline std::string_view name_of(ErrorMeasure m) {
    return error_measure_names[static_cast<std::size_t>(m)];
}

/// Counts of errors in ulp: exact below 16, then eight buckets an octave.
class UlpHistogram {
public:
    void add(std::uint64_t ulps) { ++counts_[bucket(ulps)]; }
    void merge(const UlpHistogram& other);
    std::uint64_t total() const;
    /// The least bucket end that at least the fraction q of all errors do not exceed.
    std::uint64_t percentile(double q) const;
    /// Errors of 0, 1, 2–3, 4–7, 8–15, … ulp, up to the last that occurs.
    std::vector<std::uint64_t> octaves() const;

    static std::size_t bucket(std::uint64_t ulps);
    static std::uint64_t bucket_end(std::size_t bucket);  ///< the largest error in it

private:
    std::array<std::uint64_t, 16 + 60 * 8> counts_{};
};

/// A cell of interest, with both values. Cells are row-major, row 0 = lowest w_rec.
struct ComparedCell {
    double error = 0;  ///< in the measure that it is the extreme of
    std::uint64_t cell = 0;
    double a = 0, b = 0;
};

/// finite, +inf, −inf, NaN: after rounding to the coarser precision.
inline constexpr std::size_t value_class_count = 4;

struct FieldComparison {
    std::array<std::optional<ComparedCell>, 4> largest;  ///< by ErrorMeasure; of finite pairs
    std::optional<ComparedCell> first_beyond;            ///< lowest cell beyond tolerance
    std::array<std::array<std::uint64_t, value_class_count>, value_class_count>
        classes{};                 ///< a, b
    UlpHistogram ulps;             ///< of finite pairs
    std::uint64_t beyond = 0;      ///< tolerance, in value or in class
    std::uint64_t not_judged = 0;  ///< finite pairs of which no bound is known
    std::uint64_t one_sided = 0;   ///< judged, but only held below a ceiling (ErrorBound::ceiling)

    std::uint64_t class_mismatches() const;
    std::uint64_t cells() const;
    bool judges_nothing() const { return not_judged == cells(); }
    /// The same for both parts together, in any order and grouping.
    void merge(const FieldComparison& other);
};

/// Compares two sides of a view, of the fields that it asks for. A source: its strips are the
/// surface that the errors of `pictured` make, in double (error_view); where the classes of the
/// values differ the error is infinite.
class ComparisonSource : public Source {
public:
    ComparisonSource(const View& view, ComparedSide a, ComparedSide b, Tolerance tolerance,
                     Field pictured, ErrorMeasure measure);
    ~ComparisonSource() override;

    /// After the run.
    const FieldComparison& of(Field field) const;

    std::size_t strip_bytes(std::size_t rows, StatisticsUse use) const override;
    std::unique_ptr<Buffers> make_buffers(std::size_t rows, StatisticsUse use) const override;
    void open(Strip& strip, Buffers& buffers) const override;
    void fill(const Strip& rows, Buffers& buffers) const override;
    bool is_divisible() const override { return true; }
    Strip part(const Strip& strip, std::size_t first, std::size_t rows) const override;

private:
    struct Totals;  ///< in any order, so that threads add to them as they come

    View view_;
    ComparedSide a_, b_;
    Tolerance tolerance_;
    Field pictured_;
    ErrorMeasure measure_;
    std::unique_ptr<Totals> totals_;
};

/// The view of a ComparisonSource's strips: the pictured field alone, in double.
View error_view(View view, Field pictured);

}  // namespace gradscape
