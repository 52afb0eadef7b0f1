// The words that everything else is said in: fields, activations, methods, precisions. Light enough
// for any header and any compiler.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace gradscape {

enum class Activation : std::uint8_t { linear, tanh, relu, sigmoid };
enum class Method : std::uint8_t { automatic, bptt, rows };
enum class Precision : std::uint8_t { f32, f64 };
enum class Field : std::uint8_t {
    loss,
    grad_wx,
    grad_wrec,
    grad_norm,
    log10_loss,
    train_loss,
    train_steps
};
inline constexpr std::size_t field_count = 7;

/// Names as on the command line, indexed by the enumerators.
inline constexpr std::array<std::string_view, 4> activation_names{"linear", "tanh", "relu",
                                                                  "sigmoid"};
inline constexpr std::array<std::string_view, 3> method_names{"auto", "bptt", "rows"};
inline constexpr std::array<std::string_view, 2> precision_names{"f32", "f64"};
inline constexpr std::array<std::string_view, field_count> field_names{
    "loss", "grad-wx", "grad-wrec", "grad-norm", "log10-loss", "train-loss", "train-steps"};

inline std::string_view name_of(Activation activation) {
    return activation_names[static_cast<std::size_t>(activation)];
}
inline std::string_view name_of(Method m) { return method_names[static_cast<std::size_t>(m)]; }
inline std::string_view name_of(Precision p) {
    return precision_names[static_cast<std::size_t>(p)];
}
inline std::string_view name_of(Field f) { return field_names[static_cast<std::size_t>(f)]; }

/// The fields wanted, one bit each.
class FieldSet {
public:
    constexpr FieldSet() = default;
    constexpr FieldSet(std::initializer_list<Field> fields) {
        for (Field field : fields) add(field);
    }
    constexpr void add(Field field) { bits_ |= 1u << static_cast<unsigned>(field); }
    constexpr bool has(Field field) const { return bits_ >> static_cast<unsigned>(field) & 1u; }
    constexpr bool any_training() const {
        return has(Field::train_loss) || has(Field::train_steps);
    }
    constexpr bool any_plain() const {  // of one evaluation at the cell's own weights
        return has(Field::loss) || has(Field::grad_wx) || has(Field::grad_wrec) ||
               has(Field::grad_norm) || has(Field::log10_loss);
    }
    bool operator==(const FieldSet&) const = default;

private:
    unsigned bits_ = 0;
};

/// A value for each field.
template <class T>
class FieldArray {
public:
    constexpr T& operator[](Field field) { return values_[static_cast<std::size_t>(field)]; }
    constexpr const T& operator[](Field field) const {
        return values_[static_cast<std::size_t>(field)];
    }
    bool operator==(const FieldArray&) const = default;

private:
    std::array<T, field_count> values_{};
};

/// Calls `use(Real{})` with the precision's type.
template <class Use>
constexpr decltype(auto) with_real(Precision precision, Use use) {
    return precision == Precision::f32 ? use(float{}) : use(double{});
}

}  // namespace gradscape
