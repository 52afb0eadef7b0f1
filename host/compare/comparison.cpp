// A source made of two evaluators: the same strip of both, what they differ by, kept for the report
// and given out as a strip of errors.
// SPDX-License-Identifier: MIT
#include "gradscape/comparison.hpp"

#include <mutex>
#include <vector>

#include "gradscape/stop.hpp"
#include "host/common/aligned_memory.hpp"
#include "host/compare/pair_error.hpp"

namespace gradscape::compare {
namespace {

/// One side's values of some rows, as they are filled and compared.
struct SideValues {
    FieldArray<common::AlignedMemory> fields;

    Strip make_strip(const Strip& like, const View& view, Precision precision) {
        Strip strip{like.first_row, like.rows, {}};
        for (Field field : view.fields) {
            fields[field] = common::make_aligned(like.rows * view.grid.cols() * size_of(precision));
            strip.data[field] = fields[field].get();
        }
        return strip;
    }
};

struct ErrorBuffers : Source::Buffers {
    std::vector<double> errors;
};

double value_of(const Strip& strip, Precision precision, Field field, std::size_t cell) {
    return with_real(precision, [&](auto real) {
        return static_cast<double>(strip.field<decltype(real)>(field)[cell]);
    });
}

void count(FieldComparison& total, const PairError& pair, const ComparedCell& at,
           bool with_tolerance) {
    ++total.classes[pair.class_a][pair.class_b];
    if (!pair.judged) ++total.not_judged;
    if (pair.one_sided) ++total.one_sided;
    if (!pair.within) {
        ++total.beyond;
        if (!total.first_beyond || at.cell < total.first_beyond->cell) total.first_beyond = at;
    }
    if (!pair.finite()) return;
    total.ulps.add(pair.ulps);
    for (std::size_t m = 0; m < total.largest.size(); ++m) {
        const bool is_tolerance = static_cast<ErrorMeasure>(m) == ErrorMeasure::tolerance;
        if (is_tolerance && !(with_tolerance && pair.judged && !pair.one_sided)) continue;
        auto& largest = total.largest[m];
        if (largest && !(pair.size[m] > largest->error)) continue;  // cells come in ascending order
        largest = at;
        largest->error = pair.size[m];
    }
}

/// The tolerances of the cells of a strip, one row and cell after another.
class RunningTolerance {
public:
    RunningTolerance(const ComparedSide& a, const ComparedSide& b, const Tolerance& tolerance)
        : a_(a), b_(b), tolerance_(tolerance) {}

    bool same_bits() const { return tolerance_.kind == ToleranceKind::same_bits; }
    void start_row(double wrec) {
        if (by_bounds()) row_a_ = a_.bounds->row(wrec), row_b_ = b_.bounds->row(wrec);
    }
    void move_to(double wx) {
        if (by_bounds()) at_a_ = row_a_(wx), at_b_ = row_b_(wx);
    }
    Allowed of(Field field, double a, double b) const {
        // Next to the type's end one side may be infinite: the other tells the size.
        if (!std::isfinite(a)) a = b;
        if (!std::isfinite(b)) b = a;
        if (by_bounds())
            return {a_.bounds->of(field, at_a_, a) + b_.bounds->of(field, at_b_, b), ceiling(field),
                    floor(field)};
        const auto [relative, absolute] = tolerance_.given;
        return {absolute + relative * std::max(std::abs(a), std::abs(b))};
    }

private:
    bool by_bounds() const { return tolerance_.kind == ToleranceKind::bounds; }
    /// Of both: the exact value is below either, and a side without one is next to it.
    double ceiling(Field field) const {
        const double of_a = a_.bounds->ceiling(field, at_a_);
        const double of_b = b_.bounds->ceiling(field, at_b_);
        if (std::isinf(of_a) || std::isinf(of_b)) return std::min(of_a, of_b);
        return std::max(of_a, of_b);
    }

    double floor(Field field) const {
        const double of_a = a_.bounds->floor(field, at_a_);
        const double of_b = b_.bounds->floor(field, at_b_);
        if (std::isinf(of_a) || std::isinf(of_b)) return std::max(of_a, of_b);
        return std::min(of_a, of_b);
    }

    const ComparedSide &a_, &b_;
    const Tolerance& tolerance_;
    RowErrorBound row_a_, row_b_;
    PointErrorBound at_a_, at_b_;
};

/// One field of two strips; counts into `total`.
class FieldPair {
public:
    FieldPair(Field field, const Strip& a, const ComparedSide& side_a, const Strip& b,
              const ComparedSide& side_b, FieldComparison& total)
        : field_(field),
          a_(a),
          b_(b),
          precision_a_(side_a.precision),
          precision_b_(side_b.precision),
          total_(&total) {}

    Field field() const { return field_; }

    /// `cell` of the strip, `grid_cell` of the grid.
    PairError compare(std::size_t cell, std::uint64_t grid_cell,
                      const RunningTolerance& tolerance) const {
        const double a = value_of(a_, precision_a_, field_, cell);
        const double b = value_of(b_, precision_b_, field_, cell);
        const bool coarse = precision_a_ == Precision::f32 || precision_b_ == Precision::f32;
        const Allowed allowed = tolerance.of(field_, a, b);
        const PairError pair = coarse ? pair_error<float>(a, b, allowed, tolerance.same_bits())
                                      : pair_error<double>(a, b, allowed, tolerance.same_bits());
        count(*total_, pair, {0, grid_cell, a, b}, !tolerance.same_bits());
        return pair;
    }

private:
    Field field_;
    Strip a_, b_;
    Precision precision_a_, precision_b_;
    FieldComparison* total_;
};

}  // namespace
}  // namespace gradscape::compare

namespace gradscape {

struct ComparisonSource::Totals {
    std::mutex mutex;
    FieldArray<FieldComparison> fields;
};

ComparisonSource::ComparisonSource(const View& view, ComparedSide a, ComparedSide b,
                                   Tolerance tolerance, Field pictured, ErrorMeasure measure)
    : Source(view.grid),
      view_(view),
      a_(std::move(a)),
      b_(std::move(b)),
      tolerance_(tolerance),
      pictured_(pictured),
      measure_(measure),
      totals_(std::make_unique<Totals>()) {}

ComparisonSource::~ComparisonSource() = default;

const FieldComparison& ComparisonSource::of(Field field) const { return totals_->fields[field]; }

View error_view(View view, Field pictured) {
    view.fields = {pictured};
    view.precision = Precision::f64;
    return view;
}

std::size_t ComparisonSource::strip_bytes(std::size_t rows, StatisticsUse) const {
    const std::size_t of_both = size_of(a_.precision) + size_of(b_.precision);
    const std::size_t of_error = sizeof(double);
    return rows * grid().cols() * (view_.fields.size() * of_both + of_error);
}

std::unique_ptr<Source::Buffers> ComparisonSource::make_buffers(std::size_t rows,
                                                                StatisticsUse) const {
    auto buffers = std::make_unique<compare::ErrorBuffers>();
    buffers->errors.resize(rows * grid().cols());
    return buffers;
}

void ComparisonSource::open(Strip& strip, Buffers& buffers) const {
    strip.data[pictured_] = static_cast<compare::ErrorBuffers&>(buffers).errors.data();
}

Strip ComparisonSource::part(const Strip& strip, std::size_t first, std::size_t rows) const {
    Strip part = Source::part(strip, first, rows);
    part.data[pictured_] = strip.field<double>(pictured_) + first * grid().cols();
    return part;
}

void ComparisonSource::fill(const Strip& strip, Buffers&) const {
    compare::SideValues values_a, values_b;
    const Strip a = values_a.make_strip(strip, view_, a_.precision);
    const Strip b = values_b.make_strip(strip, view_, b_.precision);
    a_.filler(a);
    b_.filler(b);
    const std::size_t cols = grid().cols();
    FieldArray<FieldComparison> found;
    std::vector<compare::FieldPair> pairs;
    for (Field field : view_.fields) pairs.emplace_back(field, a, a_, b, b_, found[field]);
    compare::RunningTolerance tolerance(a_, b_, tolerance_);
    double* error = strip.field<double>(pictured_);
    for (std::size_t cell = 0; cell < strip.rows * cols; ++cell) {
        const std::size_t row = strip.first_row + cell / cols, column = cell % cols;
        check_stop();
        if (column == 0) tolerance.start_row(grid().wrec.at(row));
        tolerance.move_to(grid().wx.at(column));
        for (const compare::FieldPair& fields : pairs) {
            const compare::PairError pair =
                fields.compare(cell, std::uint64_t{row} * cols + column, tolerance);
            if (fields.field() == pictured_)
                error[cell] = pair.size[static_cast<std::size_t>(measure_)];
        }
    }
    const std::lock_guard lock(totals_->mutex);
    for (Field field : view_.fields) totals_->fields[field].merge(found[field]);
}

}  // namespace gradscape
