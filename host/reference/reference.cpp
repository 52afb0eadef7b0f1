// The reference evaluator's mathematics. One sequence at a time, in the notation of the formulas:
//
//     S_0 given    a_k = w_x·x_k + w_rec·S_k-1    S_k = f(a_k)    y = S_T
//     L = (1/M) Σ_i m_i (y_i − t_i)²
//     G_T = 2(y − t)    D_k = G_k·f'(a_k)    G_k-1 = D_k·w_rec
//     dL/dw_x = (1/M) Σ_i m_i Σ_k D_k·x_k    dL/dw_rec = (1/M) Σ_i m_i Σ_k D_k·S_k-1
//
// The second derivatives are those of the gradient, by the same formulas on dual numbers.
//
// Deliberately includes nothing of the fast evaluators. `Number` is double or, where an operation
// over- or underflowed, long double, and where that does not suffice, Scaled. Memory: the T+1
// states of one sequence.
// SPDX-License-Identifier: MIT
#include "gradscape/reference.hpp"

#include <cfenv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "gradscape/stop.hpp"
#include "host/common/scaled.hpp"
#include "host/reference/dual.hpp"

namespace gradscape::reference {
namespace {

/// A call of its own, so that no arithmetic moves out of it past the test of the flags.
template <class Number, class Compute>
[[gnu::noinline]] std::vector<Number> computed(const Compute& compute) {
    return compute(Number{});
}

/// The result of compute(Number{}), where no operation over- or underflowed or was undefined: then
/// nothing but rounding separates it from the formulas.
template <class Number, class Compute>
std::optional<std::vector<double>> result_in_range(const Compute& compute) {
    constexpr int out_of_range = FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID;
    std::feclearexcept(out_of_range);
    const std::vector<Number> result = computed<Number>(compute);
    if (std::fetestexcept(out_of_range) != 0) return std::nullopt;
    return std::vector<double>(result.begin(), result.end());
}

/// compute(Number{}) with one type of numbers after another until they suffice.
template <class Compute>
std::vector<double> in_range(Compute compute) {
    if (auto result = result_in_range<double>(compute)) return *std::move(result);
    if (auto result = result_in_range<long double>(compute)) return *std::move(result);
    std::vector<double> rounded;
    for (const common::Scaled& value : compute(common::Scaled{}))
        rounded.push_back(static_cast<double>(value));
    return rounded;
}

/// S = f(a)
template <class Number>
Number activation(Activation activation, Number a) {
    using std::exp, std::tanh;
    switch (activation) {
        case Activation::linear:
            return a;
        case Activation::relu:
            return a > Number(0) ? a : Number(0);
        case Activation::tanh:
            return tanh(a);
        case Activation::sigmoid:
            return Number(1) / (Number(1) + exp(-a));
    }
    return a;
}

/// f'(a), given S = f(a)
template <class Number>
Number slope(Activation activation, Number S) {
    switch (activation) {
        case Activation::linear:
            return Number(1);
        case Activation::relu:
            return S > Number(0) ? Number(1) : Number(0);
        case Activation::tanh:
            return Number(1) - S * S;
        case Activation::sigmoid:
            return S * (Number(1) - S);
    }
    return S;
}

/// Steps between two looks for a stop: some tenths of a millisecond.
constexpr unsigned stop_turns = 4096;

/// S_0 … S_T of one sequence.
template <class Number>
void forward(const Model& model, std::size_t i, Number w_x, Number w_rec, std::vector<Number>& S) {
    const auto x = model.sequences.inputs_of(i);
    S.assign(x.size() + 1, Number(0));
    S[0] = Number(model.initial_state);
    StopCheck check(stop_turns);
    for (std::size_t k = 1; k <= x.size(); ++k) {
        check();
        const Number a = w_x * Number(x[k - 1]) + w_rec * S[k - 1];
        S[k] = activation(model.activation, a);
    }
}

/// The sums over the sequences, not yet divided by M.
template <class Number>
struct Sums {
    Number M{}, loss{}, wx{}, wrec{};
    std::vector<Number> by_state;  // Σ m G_k, k = 0…T
};

/// Adds one sequence with its m, t and states S to the sums.
template <class Number>
void backward(const Model& model, std::size_t i, Number w_rec, const std::vector<Number>& S,
              Sums<Number>& sums) {
    const auto x = model.sequences.inputs_of(i);
    const std::size_t T = x.size();
    const Number m(model.sequences.weights[i]);
    const Number error = S[T] - Number(model.sequences.targets[i]);
    sums.M += m;
    sums.loss += m * (error * error);
    Number G = Number(2) * error;
    sums.by_state[T] += m * G;
    Number wx{}, wrec{};
    StopCheck check(stop_turns);
    for (std::size_t k = T; k >= 1; --k) {
        check();
        const Number D = G * slope(model.activation, S[k]);
        wx += D * Number(x[k - 1]);
        wrec += D * S[k - 1];
        G = D * w_rec;
        sums.by_state[k - 1] += m * G;
    }
    sums.wx += m * wx;
    sums.wrec += m * wrec;
}

template <class Number>
Sums<Number> sums_at(const Model& model, Number w_x, Number w_rec) {
    Sums<Number> sums;
    sums.by_state.resize(model.sequences.length + 1);
    std::vector<Number> S;
    for (std::size_t i = 0; i < model.sequences.count; ++i) {
        check_stop();
        forward(model, i, w_x, w_rec, S);
        backward(model, i, w_rec, S, sums);
    }
    return sums;
}

/// The eigenvalues of the Hessian, largest first, and its condition number.
template <class Number>
std::vector<Number> curvature_at(const Model& model, double wx, double wrec) {
    using std::abs, std::sqrt;
    const Number zero(0), one(1), half(0.5);
    const Dual<Number> x(wx), rec(wrec);
    const Sums<Dual<Number>> by_wx = sums_at(model, Dual<Number>(x.value, one), rec);
    const Sums<Dual<Number>> by_wrec = sums_at(model, x, Dual<Number>(rec.value, one));
    const Number M = by_wx.M.value;
    const Number a = by_wx.wx.derivative / M, b = by_wx.wrec.derivative / M,
                 c = by_wrec.wrec.derivative / M;
    const Number mean = half * (a + c), difference = half * (a - c);
    const Number square = difference * difference + b * b;
    const Number radius = square > zero ? sqrt(square) : zero;
    const Number larger = abs(mean) + radius, smaller = abs(abs(mean) - radius);
    const Number condition =
        smaller > zero ? larger / smaller : Number(std::numeric_limits<double>::infinity());
    return {mean + radius, mean - radius, condition};
}

double log10_of(double x) { return std::log10(x); }
long double log10_of(long double x) { return std::log10(x); }
common::Scaled log10_of(common::Scaled x) { return common::Scaled(x.log10()); }

}  // namespace
}  // namespace gradscape::reference

namespace gradscape {

PointGradient reference_gradient(const Model& model, double wx, double wrec) {
    const auto point = reference::in_range([&]<class Number>(Number) {
        const reference::Sums<Number> sums = reference::sums_at(model, Number(wx), Number(wrec));
        return std::vector{sums.loss / sums.M, sums.wx / sums.M, sums.wrec / sums.M};
    });
    return {point[0], point[1], point[2]};
}

PointCurvature reference_curvature(const Model& model, double wx, double wrec) {
    const auto point = reference::in_range(
        [&]<class Number>(Number) { return reference::curvature_at<Number>(model, wx, wrec); });
    return {point[0], point[1], point[2]};
}

double reference_log10_loss(const Model& model, double wx, double wrec) {
    return reference::in_range([&]<class Number>(Number) {
        const reference::Sums<Number> sums = reference::sums_at(model, Number(wx), Number(wrec));
        return std::vector{reference::log10_of(sums.loss / sums.M)};
    })[0];
}

std::vector<double> reference_state_gradients(const Model& model, double wx, double wrec) {
    return reference::in_range([&]<class Number>(Number) {
        return reference::sums_at(model, Number(wx), Number(wrec)).by_state;
    });
}

ScaledStateGradients reference_scaled_state_gradients(const Model& model, double wx, double wrec) {
    ScaledStateGradients gradients;
    for (const common::Scaled& sum :
         reference::sums_at(model, common::Scaled(wx), common::Scaled(wrec)).by_state) {
        gradients.values.push_back(static_cast<double>(sum));
        gradients.log10_magnitudes.push_back(sum.log10());
    }
    return gradients;
}

std::vector<double> reference_outputs(const Model& model, double wx, double wrec) {
    std::vector<double> y;
    for (std::size_t i = 0; i < model.sequences.count; ++i)
        y.push_back(reference::in_range([&]<class Number>(Number) {
                        std::vector<Number> S;
                        reference::forward(model, i, Number(wx), Number(wrec), S);
                        return S;
                    }).back());
    return y;
}

}  // namespace gradscape
