// A stage between evaluators and sinks: strips of A come in, the same strips of B are filled beside
// them, what they differ by is kept for the report and passed on as strips of errors.
// SPDX-License-Identifier: MIT
#include "gradscape/comparison.hpp"

#include "host/compare/pair_error.hpp"

namespace gradscape {
namespace {

struct ComparisonPiece : Piece {
    std::array<std::vector<float>, field_count> singles;  // side B
    std::array<std::vector<double>, field_count> doubles;
    std::vector<double> errors;
    std::array<FieldComparison, field_count> fields;
    std::vector<std::unique_ptr<Piece>> pieces;
};

std::size_t bytes_of(Precision precision) { return precision == Precision::f32 ? 4 : 8; }

Strip make_strip(const Strip& like, const SurfaceRequest& request, Precision precision,
                 ComparisonPiece& piece) {
    const std::size_t cells = like.rows * request.grid.cols();
    Strip strip{like.first_row, like.rows, {}};
    for (std::size_t f = 0; f < field_count; ++f) {
        if (!request.fields.has(static_cast<Field>(f))) continue;
        if (precision == Precision::f32) {
            piece.singles[f].resize(cells);
            strip.data[f] = piece.singles[f].data();
        } else {
            piece.doubles[f].resize(cells);
            strip.data[f] = piece.doubles[f].data();
        }
    }
    return strip;
}

double value_of(const Strip& strip, Precision precision, Field field, std::size_t cell) {
    return precision == Precision::f32 ? static_cast<double>(strip.field<float>(field)[cell])
                                       : strip.field<double>(field)[cell];
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
            return {a_.bounds->of(field, at_a_, a) + b_.bounds->of(field, at_b_, b),
                    ceiling(field)};
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

ComparisonSink::ComparisonSink(const SurfaceRequest& request, ComparedSide a, ComparedSide b,
                               Tolerance tolerance)
    : request_(request), a_(std::move(a)), b_(std::move(b)), tolerance_(tolerance) {}

void ComparisonSink::pass_errors(Field pictured, ErrorMeasure measure,
                                 std::span<Sink* const> sinks) {
    pictured_ = pictured;
    measure_ = measure;
    sinks_.assign(sinks.begin(), sinks.end());
}

SurfaceRequest error_request(SurfaceRequest request, Field pictured) {
    request.fields = {pictured};
    request.precision = Precision::f64;
    return request;
}

std::unique_ptr<Piece> ComparisonSink::make_piece() const {
    auto piece = std::make_unique<ComparisonPiece>();
    for (const Sink* sink : sinks_) piece->pieces.push_back(sink->make_piece());
    return piece;
}

std::size_t ComparisonSink::piece_bytes(std::size_t rows) const {
    const std::size_t cells = rows * request_.grid.cols();
    std::size_t bytes = sizeof(ComparisonPiece);
    for (std::size_t f = 0; f < field_count; ++f)
        if (request_.fields.has(static_cast<Field>(f))) bytes += cells * bytes_of(b_.precision);
    if (!sinks_.empty()) bytes += cells * sizeof(double);
    for (const Sink* sink : sinks_) bytes += sink->piece_bytes(rows);
    return bytes;
}

void ComparisonSink::encode(const Strip& strip, Piece& in) const {
    auto& piece = static_cast<ComparisonPiece&>(in);
    const Strip other = make_strip(strip, request_, b_.precision, piece);
    b_.filler(other);
    const std::size_t cols = request_.grid.cols();
    piece.fields = {};
    if (!sinks_.empty()) piece.errors.resize(strip.rows * cols);
    std::vector<FieldPair> pairs;
    for (std::size_t f = 0; f < field_count; ++f)
        if (request_.fields.has(static_cast<Field>(f)))
            pairs.emplace_back(static_cast<Field>(f), strip, a_, other, b_, piece.fields[f]);
    RunningTolerance tolerance(a_, b_, tolerance_);
    for (std::size_t cell = 0; cell < strip.rows * cols; ++cell) {
        const std::size_t row = strip.first_row + cell / cols, column = cell % cols;
        if (column == 0) tolerance.start_row(request_.grid.wrec.at(row));
        tolerance.move_to(request_.grid.wx.at(column));
        for (const FieldPair& fields : pairs) {
            const PairError pair =
                fields.compare(cell, std::uint64_t{row} * cols + column, tolerance);
            if (!sinks_.empty() && fields.field() == pictured_)
                piece.errors[cell] = pair.size[static_cast<std::size_t>(measure_)];
        }
    }
    Strip errors{strip.first_row, strip.rows, {}};
    errors.data[static_cast<std::size_t>(pictured_)] = piece.errors.data();
    for (std::size_t s = 0; s < sinks_.size(); ++s) sinks_[s]->encode(errors, *piece.pieces[s]);
}

void ComparisonSink::commit(Piece& in) {
    auto& piece = static_cast<ComparisonPiece&>(in);
    for (std::size_t f = 0; f < field_count; ++f) totals_[f].merge(piece.fields[f]);
    for (std::size_t s = 0; s < sinks_.size(); ++s) sinks_[s]->commit(*piece.pieces[s]);
}

void ComparisonSink::finish() {
    for (Sink* sink : sinks_) sink->finish();
}

void ComparisonSink::publish() {
    for (Sink* sink : sinks_) sink->publish();
}

std::uint64_t ComparisonSink::bytes_written() const {
    std::uint64_t bytes = 0;
    for (const Sink* sink : sinks_) bytes += sink->bytes_written();
    return bytes;
}

}  // namespace gradscape
