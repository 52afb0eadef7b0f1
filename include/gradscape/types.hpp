// The words that everything else is said in: activations, methods, precisions. Light enough for any
// header and any compiler.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradscape {

enum class Activation : std::uint8_t { linear, tanh, relu, sigmoid };
enum class Method : std::uint8_t { automatic, bptt, rows };
enum class Precision : std::uint8_t { f32, f64 };

/// Names as on the command line, indexed by the enumerators. An activation's functions are in
/// core/activation.hpp.
inline constexpr std::array<std::string_view, 4> activation_names{"linear", "tanh", "relu",
                                                                  "sigmoid"};
inline constexpr std::array<std::string_view, 3> method_names{"auto", "bptt", "rows"};
inline constexpr std::array<std::string_view, 2> precision_names{"f32", "f64"};

inline std::string_view name_of(Activation activation) {
    return activation_names[static_cast<std::size_t>(activation)];
}
inline std::string_view name_of(Method m) { return method_names[static_cast<std::size_t>(m)]; }
inline std::string_view name_of(Precision p) {
    return precision_names[static_cast<std::size_t>(p)];
}

/// The recurrent unit: S_k = f(w_x·x_k + w_rec·S_k-1), every sequence from the same S_0.
struct RecurrentUnit {
    Activation activation = Activation::linear;
    double initial_state = 0;  ///< S_0, finite
    bool operator==(const RecurrentUnit&) const = default;
};

/// Method::rows can be used, and there is a valley line: y = w_x·p(w_rec), which a state that is
/// there before the first input would add to.
constexpr bool has_row_form(const RecurrentUnit& unit) {
    return unit.activation == Activation::linear && unit.initial_state == 0;
}

/// Calls `use(Real{})` with the precision's type.
template <class Use>
constexpr decltype(auto) with_real(Precision precision, Use use) {
    return precision == Precision::f32 ? use(float{}) : use(double{});
}

/// Bytes of a number.
constexpr std::size_t size_of(Precision precision) {
    return with_real(precision, [](auto real) { return sizeof real; });
}

}  // namespace gradscape
