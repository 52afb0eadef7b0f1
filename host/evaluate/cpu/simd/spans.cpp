// The runs of one colour along a row, compiled once for each instruction set (GRADSCAPE_SIMD_SET).
// Loss and grad-wx: a column for each threshold, guessed by solving the parabola or the line for a
// pack of thresholds, then proven by the values of the columns beside it; a guess that fails is
// replaced by bisection, right because the values are monotone on each side of the root. The other
// fields: by halving, until the bounds of a block of columns lie within one colour.
// SPDX-License-Identifier: MIT
#include "host/evaluate/cpu/simd/packs.hpp"
#include "host/evaluate/cpu/simd/set_name.hpp"
#include "host/evaluate/cpu/simd/span_fields.hpp"
#include "host/evaluate/cpu/span_kernels.hpp"

namespace gradscape::evaluate {
namespace {

template <class Real>
using Lanes = Pack<Real, register_bytes / static_cast<int>(sizeof(Real))>;

/// The first column in [begin, end) with `beyond(column)`, which never turns false again; or `end`.
template <class Beyond>
int bisect(int begin, int end, Beyond beyond) {
    while (begin < end) {
        const int middle = begin + (end - begin) / 2;
        if (beyond(middle))
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

/// The same for a pack of thresholds t with a guess each: stores the columns of `beyond(column,
/// t)`, for packs and for single values.
template <class V, class Beyond>
void first_columns(V guess, V t, int begin, int end, Beyond beyond, real_of<V>* columns) {
    using Real = real_of<V>;
    const V low(static_cast<Real>(begin)), high(static_cast<Real>(end));
    const V round(sizeof(Real) == 4 ? static_cast<Real>(0x1.8p23) : static_cast<Real>(0x1.8p52));
    guess = select(guess < high, guess, high);
    guess = select(guess > low, guess, low);
    const V column = (guess + round) - round;
    column.store(columns);
    const auto right = (column >= high) | beyond(column, t);
    const auto left = (column <= low) | !beyond(column - V(Real(1)), t);
    const auto proven = right & left;
    if (!any(!proven)) return;
    for (int lane = 0; lane < V::lanes; ++lane)
        if (!proven[lane])
            columns[lane] = static_cast<Real>(
                bisect(begin, end, [&](int j) { return beyond(static_cast<Real>(j), t[lane]); }));
}

/// Appends runs to those of a row, each up to a column and none where that brings nothing new.
class RunWriter {
public:
    explicit RunWriter(ColorRun* to) : first_(to), next_(to) {}
    template <class Column>
    void add(Column column, int index) {
        const auto end = static_cast<std::uint32_t>(column);
        if (end <= end_) return;
        end_ = end;
        if (next_ != first_ && next_[-1].index == index)
            next_[-1].end = end;
        else
            *next_++ = {end, static_cast<std::uint8_t>(index)};
    }
    ColorRun* next() const { return next_; }

private:
    ColorRun *first_, *next_;
    std::uint32_t end_ = 0;
};

/// Where the loss falls to at most each threshold, and where it rises beyond it.
template <class Real>
struct Crossings {
    Real falls[most_thresholds], rises[most_thresholds];
};

template <class Real>
int root_column(const RowLines<Real>& lines, int cols) {
    const LossField<Real> loss{lines};
    const auto beyond = [&](int j) { return loss.line(j) >= 0; };
    const Real anchor = lines.loss_anchor < 0 ? Real(0) : lines.loss_anchor;
    const int near = static_cast<int>(anchor) + (lines.loss_offset < 0);
    if (near > 0 && near < cols && beyond(near) && !beyond(near - 1)) return near;
    return bisect(0, cols, beyond);
}

template <class Real>
void find_crossings(const RowLines<Real>& lines, int root, int cols, const Real* thresholds,
                    int count, Crossings<Real>& out) {
    using V = Lanes<Real>;
    const auto rises = [&](auto j, auto t) { return row_loss(lines, j) > t; };
    const auto falls = [&](auto j, auto t) { return row_loss(lines, j) <= t; };
    const V inverse = V(Real(1)) / V(lines.loss_slope), zero(Real(0));
    const V center = madd(-V(lines.loss_offset), inverse, V(lines.loss_anchor + Real(0.5)));
    for (int k = 0; k < count; k += V::lanes) {
        const V t = V::load(thresholds + k), height = t - V(lines.loss_min);
        const V reach = square_root(select(height > zero, height, zero)) * inverse;
        first_columns(center - reach, t, 0, root, falls, out.falls + k);
        first_columns(center + reach, t, root, cols, rises, out.rises + k);
    }
}

template <class Real>
void explore_runs(const SpanTask<Real>& task, const RowLines<Real>& lines, RunWriter& runs) {
    const auto index_of = [&](Real value) {
        unsigned index = 0;
        for (unsigned step = most_thresholds / 2; step > 0; step /= 2)
            if (task.thresholds[index + step - 1] < value) index += step;
        return index;
    };
    constexpr Real infinity = std::numeric_limits<Real>::infinity();
    const auto accept = [&](int, int end, const Bounds<Real>& bounds) {
        if (!(bounds.lo > -infinity)) return false;
        const unsigned index = index_of(bounds.lo);
        if (!(bounds.hi <= task.thresholds[index])) return false;
        runs.add(end, static_cast<int>(index));
        return true;
    };
    const auto cell = [&](int j, Real value) {
        const bool finite = absolute(value) < infinity;
        const int otherwise = value < 0 ? task.negative_infinite : task.non_finite;
        runs.add(j + 1, finite ? static_cast<int>(index_of(value)) : otherwise);
    };
    with_field(task.field, lines, task.wx, [&](const auto& field) {
        explore(field, static_cast<int>(task.cols), accept, cell);
    });
}

/// Loss, and log10-loss where no column is in doubt: then all columns are finite, too.
template <class Real>
bool loss_runs(const SpanTask<Real>& task, const RowLines<Real>& lines, RunWriter& runs) {
    const int cols = static_cast<int>(task.cols), root = root_column(lines, cols);
    const int count = task.threshold_count;
    Crossings<Real> at;
    find_crossings(lines, root, cols, task.above, count, at);
    if (task.below != task.above) {
        const LossField<Real> loss{lines};
        if (!(loss.value(root < cols ? root : cols - 1) > 0)) return false;
        if (root > 0 && !(loss.value(root - 1) > 0)) return false;
        Crossings<Real> sure;
        find_crossings(lines, root, cols, task.below, count, sure);
        bool same = true;
        for (int k = 0; k < count; ++k)
            same &= (at.falls[k] == sure.falls[k]) & (at.rises[k] == sure.rises[k]);
        if (!same) return false;
    }
    // find_crossings has filled the first `count`, which the analyzer does not see.
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage)
    for (int k = count - 1; k >= 0; --k) runs.add(at.falls[k], k + 1);
    for (int k = 0; k < count; ++k) runs.add(at.rises[k], k);
    runs.add(cols, count);
    return true;
}

template <class Real>
void wx_runs(const SpanTask<Real>& task, const RowLines<Real>& lines, RunWriter& runs) {
    using V = Lanes<Real>;
    const int cols = static_cast<int>(task.cols), count = task.threshold_count;
    const auto beyond = [&](auto j, auto t) { return row_grad_wx(lines, j) > t; };
    const V inverse = V(Real(1)) / V(lines.wx_slope), half(lines.loss_anchor + Real(0.5));
    Real columns[most_thresholds];
    for (int k = 0; k < count; k += V::lanes) {
        const V t = V::load(task.thresholds + k);
        first_columns(madd(t - V(lines.wx_offset), inverse, half), t, 0, cols, beyond, columns + k);
    }
    for (int k = 0; k < count; ++k) runs.add(columns[k], k);
    runs.add(cols, count);
}

template <class Real>
GRADSCAPE_FLATTEN ColorRun* row_runs(const SpanTask<Real>& task, const SpanRow<Real>& row,
                                     ColorRun* to) {
    RunWriter runs(to);
    const bool is_loss = task.field == Field::loss || task.field == Field::log10_loss;
    if (task.field == Field::grad_wx)
        wx_runs(task, row.lines, runs);
    else if (!is_loss || !loss_runs(task, row.lines, runs))
        explore_runs(task, row.lines, runs);
    return runs.next();
}

/// Extremes so far, and of equal ones the lowest cell, in whatever order cells come.
template <class Real>
void take_extremes(SpanStatistics<Real>& s, Real value, std::uint64_t cell) {
    if (value < s.min || (value == s.min && cell < s.min_cell)) s.min = value, s.min_cell = cell;
    if (value > s.max || (value == s.max && cell < s.max_cell)) s.max = value, s.max_cell = cell;
}

/// The ends of each block that may hold an extreme are looked at first: without that, a row that
/// rises would offer a new maximum at every cell.
template <class Real>
GRADSCAPE_FLATTEN void row_statistics(const SpanTask<Real>& task, const SpanRow<Real>& row,
                                      std::uint64_t first_cell, SpanStatistics<Real>& statistics) {
    constexpr Real infinity = std::numeric_limits<Real>::infinity();
    SpanStatistics<Real> s = statistics;
    with_field(task.field, row.lines, task.wx, [&](const auto& field) {
        const auto accept = [&](int begin, int end, const Bounds<Real>& b) {
            const std::uint64_t first = first_cell + static_cast<unsigned>(begin);
            if (b.lo > -infinity && (b.lo > s.min || (b.lo == s.min && s.min_cell < first)) &&
                (b.hi < s.max || (b.hi == s.max && s.max_cell < first)))
                return true;
            for (int j : {begin, end - 1})
                if (const Real value = field.value(j); absolute(value) < infinity)
                    take_extremes(s, value, first_cell + static_cast<unsigned>(j));
            return false;
        };
        const auto cell = [&](int j, Real value) {
            s.positive_infinite += value == infinity;
            if (value == -infinity && s.negative_infinite++ == 0)  // cells come in order
                s.negative_infinite_cell = first_cell + static_cast<unsigned>(j);
            s.nan += value != value;
            if (absolute(value) < infinity)
                take_extremes(s, value, first_cell + static_cast<unsigned>(j));
        };
        explore(field, static_cast<int>(task.cols), accept, cell);
    });
    statistics = s;
}

template <class Real>
GRADSCAPE_FLATTEN void prepare_rows(const AxisView& axis, const RowData& data, const double* wrec,
                                    std::size_t rows, SpanRow<Real>* out, void* scratch) {
    constexpr std::size_t lanes = Doubles::lanes;
    for (std::size_t base = 0; base < rows; base += lanes) {
        double r[lanes];
        for (std::size_t lane = 0; lane < lanes; ++lane)
            r[lane] = wrec[base + lane < rows ? base + lane : rows - 1];
        const auto row =
            row_coefficients(data, Doubles::load(r), static_cast<Power<Doubles>*>(scratch));
        const auto lines = row_lines(row, axis);
        const auto plain = is_plain<Real>(row, axis);
        for (std::size_t lane = 0; lane < lanes && base + lane < rows; ++lane) {
            const int l = static_cast<int>(lane);
            out[base + lane] = {lines.template as<Real>([l](const Doubles& value) {
                                    return static_cast<Real>(value[l]);
                                }),
                                plain[l]};
        }
    }
}

}  // namespace

extern const SpanKernels GRADSCAPE_SET_NAMED(span_kernels_);
const SpanKernels GRADSCAPE_SET_NAMED(span_kernels_){
    GRADSCAPE_SET_TEXT,
    {prepare_rows<float>, row_runs<float>, row_statistics<float>},
    {prepare_rows<double>, row_runs<double>, row_statistics<double>}};

}  // namespace gradscape::evaluate
