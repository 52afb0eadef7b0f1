// The fields: what there is to see of a model at each point of the plane, a row of one table each.
// What its numbers are is docs/mathematics.md's; what else a new one needs, docs/design.md's.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <string_view>

#include "gradscape/color_spec.hpp"

namespace gradscape {

enum class Field : std::uint8_t {
    loss,
    grad_wx,
    grad_wrec,
    grad_norm,
    log10_loss,
    train_loss,
    train_steps,
    sharpness,
    curvature_min,
    condition,
    train_wx,
    train_wrec
};

/// What a cell must be evaluated for: its loss, its gradient besides (plain fields both), a run of
/// training from there, or the Hessian.
enum class FieldKind : std::uint8_t { loss, gradient, training, curvature };

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which a row is read
struct FieldRow {
    Field field;
    std::string_view name;       ///< as on the command line and, with `_` for `-`, in files
    std::string_view markup;     ///< as figures call it
    std::string_view long_name;  ///< as a file of arrays describes it, in plain text
    FieldKind kind;
    ColorSpec colors;  ///< by default
    /// Whole numbers up to TrainingOptions::iterations, where the default colours end; −1 and −2
    /// are codes: not reached, diverged.
    bool counts_iterations = false;
    /// What a colour bar says the values are, where that is more. Weights, and so gradients by
    /// them, have no unit.
    std::string_view words = {};
    double least = -std::numeric_limits<double>::infinity();  ///< no value is below
};

inline constexpr FieldRow field_rows[]{
    {Field::loss,
     "loss",
     "loss",
     "mean squared loss",
     FieldKind::loss,
     {},
     false,
     "loss (mean squared error)",
     0},
    {Field::grad_wx,
     "grad-wx",
     "∂<i>L</i>/∂<i>w</i><sub>x</sub>",
     "derivative of the loss with respect to w_x",
     FieldKind::gradient,
     // half-decade bands, 0 on a level
     {.levels = 45, .lo = -1e10, .hi = 1e10, .scale = Scale::symlog, .offset = 0},
     false,
     "slope of the loss ∂<i>L</i>/∂<i>w</i><sub>x</sub>"},
    {Field::grad_wrec,
     "grad-wrec",
     "∂<i>L</i>/∂<i>w</i><sub>rec</sub>",
     "derivative of the loss with respect to w_rec",
     FieldKind::gradient,
     {.levels = 45, .lo = -1e10, .hi = 1e10, .scale = Scale::symlog, .offset = 0},
     false,
     "slope of the loss ∂<i>L</i>/∂<i>w</i><sub>rec</sub>"},
    {Field::grad_norm,
     "grad-norm",
     "|∇<i>L</i>|",
     "norm of the gradient of the loss",
     FieldKind::gradient,
     {.levels = 25, .lo = 1e-2, .hi = 1e10, .offset = 0},
     false,
     "length of the gradient |∇<i>L</i>|",
     0},
    {Field::log10_loss,
     "log10-loss",
     "log<sub>10</sub> loss",
     "decimal logarithm of the loss",
     FieldKind::loss,
     {.levels = 29,
      .lo = -6,
      .hi = 8,
      .scale = Scale::linear,
      .offset = 0,
      .minus_infinity_is_lowest = true},
     false,
     "log<sub>10</sub> loss (mean squared error)"},
    {Field::train_loss,
     "train-loss",
     "loss after training",
     "loss after training from these weights",
     FieldKind::training,
     {.levels = 33, .lo = 1e-8, .hi = 1e8, .offset = 0},
     false,
     "loss after training (mean squared error)",
     0},
    {Field::train_steps,
     "train-steps",
     "iterations to tolerance",
     "iterations of training from these weights to the tolerance",
     FieldKind::training,
     // whole steps lie inside bands, the codes below the first
     {.style = ColorStyle::smooth, .lo = -0.5, .hi = 500.5, .scale = Scale::linear, .offset = 0},
     true},
    {Field::sharpness,
     "sharpness",
     "sharpness <i>λ</i><sub>max</sub>",
     "largest eigenvalue of the Hessian of the loss",
     FieldKind::curvature,
     {.levels = 45, .lo = -1e10, .hi = 1e10, .scale = Scale::symlog, .offset = 0}},
    {Field::curvature_min,
     "curvature-min",
     "smallest curvature <i>λ</i><sub>min</sub>",
     "smallest eigenvalue of the Hessian of the loss",
     FieldKind::curvature,
     {.levels = 45, .lo = -1e10, .hi = 1e10, .scale = Scale::symlog, .offset = 0}},
    {Field::condition,
     "condition",
     "condition number of the Hessian",
     "condition number of the Hessian of the loss",
     FieldKind::curvature,
     {.levels = 29, .lo = 1, .hi = 1e7, .offset = 0},
     false,
     {},
     1},
    {Field::train_wx,
     "train-wx",
     "<i>w</i><sub>x</sub> after training",
     "w_x after training from these weights",
     FieldKind::training,
     {.levels = 31, .lo = -3, .hi = 3, .scale = Scale::linear, .offset = 0}},
    {Field::train_wrec,
     "train-wrec",
     "<i>w</i><sub>rec</sub> after training",
     "w_rec after training from these weights",
     FieldKind::training,
     {.levels = 31, .lo = -3, .hi = 3, .scale = Scale::linear, .offset = 0}},
};
inline constexpr std::size_t field_count = std::size(field_rows);

constexpr const FieldRow& row_of(Field field) {
    return field_rows[static_cast<std::size_t>(field)];
}
constexpr std::string_view name_of(Field field) { return row_of(field).name; }

static_assert([] {
    for (std::size_t f = 0; f < field_count; ++f)
        if (field_rows[f].field != static_cast<Field>(f)) return false;
    return true;
}());

/// Indexed by the enumerators.
inline constexpr auto field_names = [] {
    std::array<std::string_view, field_count> names;
    for (const FieldRow& row : field_rows) names[static_cast<std::size_t>(row.field)] = row.name;
    return names;
}();

/// The fields wanted, one bit each; a range of them.
class FieldSet {
public:
    constexpr FieldSet() = default;
    constexpr FieldSet(std::initializer_list<Field> fields) {
        for (Field field : fields) add(field);
    }
    constexpr void add(Field field) { bits_ |= 1u << static_cast<unsigned>(field); }
    constexpr bool has(Field field) const { return bits_ >> static_cast<unsigned>(field) & 1u; }
    constexpr std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
    constexpr bool any_of(FieldKind kind) const {
        return std::any_of(begin(), end(),
                           [kind](Field field) { return row_of(field).kind == kind; });
    }
    constexpr bool any_training() const { return any_of(FieldKind::training); }
    constexpr bool any_curvature() const { return any_of(FieldKind::curvature); }
    /// Of loss and gradient at the cell's own weights.
    constexpr bool any_plain() const {
        return any_of(FieldKind::loss) || any_of(FieldKind::gradient);
    }
    /// Of the cell's own weights, by one method or another.
    constexpr bool any_by_method() const { return any_plain() || any_curvature(); }
    bool operator==(const FieldSet&) const = default;

    class Iterator {
    public:
        using value_type = Field;
        using reference = Field;
        using pointer = const Field*;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        explicit constexpr Iterator(unsigned bits) : bits_(bits) {}
        constexpr Field operator*() const { return static_cast<Field>(std::countr_zero(bits_)); }
        constexpr Iterator& operator++() {
            bits_ &= bits_ - 1;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        unsigned bits_;
    };
    constexpr Iterator begin() const { return Iterator(bits_); }
    constexpr Iterator end() const { return Iterator(0); }

private:
    unsigned bits_ = 0;
};

inline constexpr FieldSet all_fields = [] {
    FieldSet all;
    for (const FieldRow& row : field_rows) all.add(row.field);
    return all;
}();
constexpr FieldSet fields_of(std::initializer_list<FieldKind> kinds) {
    FieldSet found;
    for (const FieldRow& row : field_rows)
        for (FieldKind kind : kinds)
            if (row.kind == kind) found.add(row.field);
    return found;
}
inline constexpr FieldSet plain_fields = fields_of({FieldKind::loss, FieldKind::gradient});
inline constexpr FieldSet curvature_fields = fields_of({FieldKind::curvature});

/// A value for each field.
template <class T>
class FieldArray {
public:
    constexpr T& operator[](Field field) { return values_[static_cast<std::size_t>(field)]; }
    constexpr const T& operator[](Field field) const {
        return values_[static_cast<std::size_t>(field)];
    }
    constexpr T* begin() { return values_; }
    constexpr T* end() { return values_ + field_count; }
    constexpr const T* begin() const { return values_; }
    constexpr const T* end() const { return values_ + field_count; }
    bool operator==(const FieldArray&) const = default;

private:
    T values_[field_count]{};
};

}  // namespace gradscape
