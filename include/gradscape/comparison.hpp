// Two surfaces of one grid, cell by cell: how far apart, where, and whether within tolerance. The
// second evaluator is asked for each strip of the first, so memory is bounded by strips in flight;
// the errors pass on as strips of a surface of their own, to any sinks.
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
#include "gradscape/strips.hpp"

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

/// Compares the strips of a run (side A, of the request's precision) with side B's. `errors`: sinks
/// for a surface of the errors of `pictured`, in double; finished and published
/// with this.
class ComparisonSink : public Sink {
public:
    ComparisonSink(const SurfaceRequest& request, ComparedSide a, ComparedSide b,
                   Tolerance tolerance);
    /// Passes the errors of one field on; the sinks' request must be error_request().
    void pass_errors(Field pictured, ErrorMeasure measure, std::span<Sink* const> sinks);

    const FieldComparison& of(Field field) const {
        return totals_[static_cast<std::size_t>(field)];
    }

    std::unique_ptr<Piece> make_piece() const override;
    std::size_t piece_bytes(std::size_t rows) const override;
    void encode(const Strip& strip, Piece& in) const override;
    void commit(Piece& in) override;
    void finish() override;
    void publish() override;
    std::uint64_t bytes_written() const override;

private:
    SurfaceRequest request_;
    ComparedSide a_, b_;
    Tolerance tolerance_;
    Field pictured_ = Field::loss;
    ErrorMeasure measure_ = ErrorMeasure::ulp;
    std::vector<Sink*> sinks_;
    std::array<FieldComparison, field_count> totals_;
};

/// The surface that the errors of a field make: that field alone, in double. Where the classes of
/// the values differ the error is infinite.
SurfaceRequest error_request(SurfaceRequest request, Field pictured);

}  // namespace gradscape
