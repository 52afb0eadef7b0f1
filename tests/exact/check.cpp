// SPDX-License-Identifier: MIT
#include "tests/exact/check.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "gradscape/error_bound.hpp"
#include "gradscape/trace.hpp"
#include "tests/exact/oracle.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::exact {
namespace {

constexpr std::string_view kind_names[] = {"ok",    "NaN",        "wrong",
                                           "loose", "not judged", "other bits"};

/// The truth at the cells of a grid, with what rounding can do in either precision.
struct Truth {
    std::vector<Point> points;
    std::vector<std::array<RoundingErrors, 2>> rounding;

    explicit Truth(const Case& c) {
        for (double wrec : c.grid.wrec.values())
            for (double wx : c.grid.wx.values()) {
                points.push_back(evaluate(c.problem, wx, wrec));
                rounding.push_back(
                    {bptt_rounding(c.problem, wx, wrec, Roundoff::of(Precision::f32)),
                     bptt_rounding(c.problem, wx, wrec, Roundoff::of(Precision::f64))});
            }
    }
};

Number rounding_of(Field field, const RoundingErrors& errors, const Point& point, double unit) {
    switch (field) {
        case Field::loss:
            return errors.of.loss;
        case Field::grad_wx:
            return errors.of.grad_wx;
        case Field::grad_wrec:
            return errors.of.grad_wrec;
        case Field::grad_norm:
            return errors.of.grad_wx + errors.of.grad_wrec;
        default:
            break;
    }
    // d log10 L = dL/(L·ln 10), as long as that is small; else the logarithm may be anything.
    if (point.value.loss == 0 || !(size_of(errors.of.loss) < 0.1 * size_of(point.value.loss)))
        return Number(1) / Number(0);
    return size_of(errors.of.loss) / size_of(point.value.loss) +
           size_of(unit) * size_of(point.of(Field::log10_loss));
}

struct Verdict {
    Finding::Kind kind = Finding::Kind::none;
    std::string what;
};

template <class Real>
Verdict judge(Real value, const Number& truth, double bound, const Number& rounding,
              bool tightness) {
    using Kind = Finding::Kind;
    const auto as_real = static_cast<Real>(truth);
    const auto verdict = [&](Kind kind) {
        const bool finite = std::isfinite(value) && truth.is_finite();
        const Number error = finite ? abs(Number(value) - truth) : Number(std::nan(""));
        return Verdict{kind, fmt::format("{} is {} (error {}, bound {:.3g}, rounding {})", value,
                                         truth.text(), error.text(3), bound, rounding.text(3))};
    };
    if (std::isnan(value)) return verdict(Kind::nan);
    if (!truth.is_finite())  // the logarithm of 0, where the computed loss may not be
        return verdict(value == as_real || !std::isfinite(bound) ? Kind::none : Kind::wrong);
    if (!std::isfinite(bound)) {
        if (value == as_real && !std::isfinite(value)) return verdict(Kind::none);
        const bool known = abs(truth) + 2 * rounding < std::numeric_limits<double>::max();
        return verdict(known ? Kind::not_judged : Kind::none);
    }
    const Number most = std::numeric_limits<Real>::max();
    const bool within = std::isfinite(value)
                            ? abs(Number(value) - truth) <= bound
                            : (value > 0 ? truth : -truth) + bound >= most * (1 + 0x1p-25);
    if (!within && value != as_real) return verdict(Kind::wrong);
    // An infinity stands for any truth: its bound says nothing.
    if (tightness && std::isfinite(value) && Number(bound) > loose_factor * rounding)
        return verdict(Kind::loose);
    return verdict(Kind::none);
}

/// One evaluator, method and precision on one case.
class Run {
public:
    Run(const Case& c, const Truth& truth, const CheckOptions& options, CheckResult& result)
        : case_(&c), truth_(&truth), options_(&options), result_(&result) {
        for (std::string_view evaluator : options.evaluators)
            if (judged_.empty() && evaluator != "reference") judged_ = evaluator;
    }

    template <class Real>
    void values(std::string_view evaluator, Method method, FieldSet fields) {
        const Precision precision = sizeof(Real) == 4 ? Precision::f32 : Precision::f64;
        const bool reference = evaluator == "reference";
        const SurfaceRequest request{case_->grid, fields, method, precision, {}};
        const auto surface =
            surface_values<Real>(find_evaluator(evaluator), case_->problem, request);
        const ErrorBound bounds(case_->problem, case_->grid.wx, {reference, method, precision});
        const std::string who =
            fmt::format("{}:{}:{}{}", evaluator, name_of(method), name_of(precision),
                        fields == all_plain_fields() ? "" : " alone");
        if (!reference && !same_bits(who.substr(who.find(':')), surface))
            add(Finding::Kind::other_bits, who, "not the first fast evaluator's");
        if (!reference && evaluator != judged_) return;  // the same bits need one judge
        for (std::size_t cell = 0; cell < case_->grid.cells(); ++cell) {
            const double wx = case_->grid.wx.at(cell % case_->grid.cols());
            const double wrec = case_->grid.wrec.at(cell / case_->grid.cols());
            const PointErrorBound at = bounds.row(wrec)(wx);
            // The reference computes in double and rounds once.
            const Precision computed = reference ? Precision::f64 : precision;
            const double unit = unit_roundoff(precision);
            for (Field field : plain_fields) {
                if (!fields.has(field)) continue;
                const Real value = surface[field][cell];
                const Number truth = truth_->points[cell].of(field);
                const Number rounding =
                    rounding_of(field, truth_->rounding[cell][static_cast<std::size_t>(computed)],
                                truth_->points[cell], unit) +
                    size_of(unit) * size_of(truth) + Roundoff::of(precision).smallest;
                const auto [kind, what] = judge(value, truth, bounds.of(field, at, value), rounding,
                                                options_->tightness && method == Method::bptt);
                ++result_->values;
                if (kind != Finding::Kind::none || options_->all)
                    add(kind, fmt::format("{} {} ({}, {})", who, name_of(field), wx, wrec), what);
            }
        }
    }

    void traces(std::string_view evaluator) {
        std::vector<Weights> points;
        for (double wrec : case_->grid.wrec.values())
            for (double wx : case_->grid.wx.values()) points.push_back({wx, wrec});
        const auto traces = find_evaluator(evaluator).traces(case_->problem, points);
        if (evaluator != "reference") {
            std::string bytes;
            for (const Trace& trace : traces)
                bytes.append(reinterpret_cast<const char*>(trace.sums.data()),
                             trace.sums.size() * sizeof(double));
            if (bits_.try_emplace("trace", bytes).first->second != bytes)
                add(Finding::Kind::other_bits, fmt::format("{} trace", evaluator),
                    "not the first fast evaluator's");
            if (evaluator != judged_) return;
        }
        for (std::size_t p = 0; p < points.size(); ++p)
            for (std::size_t k = 0; k < traces[p].sums.size(); ++k) {
                const Number& rounding = truth_->rounding[p][1].state_gradients[k];
                const Number& truth = truth_->points[p].state_gradients[k];
                // No bound of traces is promised but a small multiple of what rounding can do.
                const auto [kind, what] = judge(traces[p].sums[k], truth,
                                                static_cast<double>(4 * rounding), rounding, false);
                ++result_->values;
                if (kind != Finding::Kind::none || options_->all)
                    add(kind,
                        fmt::format("{} trace k = {} ({}, {})", evaluator, k, points[p].wx,
                                    points[p].wrec),
                        what);
            }
    }

private:
    void add(Finding::Kind kind, const std::string& where, const std::string& what) {
        result_->findings.push_back({kind, where, what});
    }

    /// As those of the first evaluator that was asked for the same.
    template <class Real>
    bool same_bits(const std::string& what, const SurfaceValues<Real>& surface) {
        std::string bytes;
        for (const auto& values : surface.fields)
            bytes.append(reinterpret_cast<const char*>(values.data()),
                         values.size() * sizeof(Real));
        return bits_.try_emplace(what, bytes).first->second == bytes;
    }

    const Case* case_;
    const Truth* truth_;
    const CheckOptions* options_;
    CheckResult* result_;
    std::map<std::string, std::string> bits_;
    std::string_view judged_;  ///< the first of the fast evaluators
};

}  // namespace

std::string Finding::text() const {
    return fmt::format("{}: {}: {}", kind_names[static_cast<std::size_t>(kind)], where, what);
}

CheckResult check(const Case& c, const CheckOptions& options) {
    const Truth truth(c);
    CheckResult result;
    Run run(c, truth, options, result);
    for (std::string_view evaluator : options.evaluators) {
        for (Method method : {Method::bptt, Method::rows}) {
            if (method == Method::rows &&
                (c.problem.cell != Cell::linear || evaluator == "reference"))
                continue;
            for (const FieldSet& fields :
                 {all_plain_fields(), FieldSet{Field::loss, Field::log10_loss}}) {
                run.values<float>(evaluator, method, fields);
                run.values<double>(evaluator, method, fields);
            }
        }
        if (options.traces) run.traces(evaluator);
    }
    return result;
}

}  // namespace gradscape::exact
