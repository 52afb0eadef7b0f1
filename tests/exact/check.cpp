// SPDX-License-Identifier: MIT
#include "tests/exact/check.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "gradscape/error_bound.hpp"
#include "gradscape/loaded_model.hpp"
#include "gradscape/trace.hpp"
#include "tests/exact/oracle.hpp"
#include "tests/surface_values.hpp"

namespace gradscape::exact {
namespace {

constexpr std::string_view kind_names[] = {"ok",    "NaN",        "wrong",
                                           "loose", "not judged", "other bits"};

/// The truth at the cells of a grid, with what rounding can do to it.
struct Truth {
    std::vector<Point> points;
    std::vector<std::array<RoundingErrors, 2>> bptt;  ///< by Precision
    std::vector<Sums> rows;
    std::vector<Number> curvature;

    explicit Truth(const Case& c) {
        for (double wrec : c.grid.wrec.values())
            for (double wx : c.grid.wx.values()) {
                points.push_back(evaluate(c.model, wx, wrec));
                bptt.push_back({bptt_rounding(c.model, wx, wrec, Roundoff::of(Precision::f32)),
                                bptt_rounding(c.model, wx, wrec, Roundoff::of(Precision::f64))});
                curvature.push_back(curvature_rounding(c.model, wx, wrec));
                if (has_row_form(c.model.unit()))
                    rows.push_back(row_form_rounding(c.model.sequences, c.grid.wx, wx, wrec));
            }
    }

    Number rounding(Field field, std::size_t cell, const Arithmetic& how) const;
};

/// In all, with a few roundings of the result itself.
Number Truth::rounding(Field field, std::size_t cell, const Arithmetic& how) const {
    // The reference computes in double and rounds once.
    const Precision computed = how.reference ? Precision::f64 : how.precision;
    const Point& point = points[cell];
    const bool by_rows = how.method == Method::rows && !how.reference;
    const Sums& sums = by_rows ? rows[cell] : bptt[cell][static_cast<std::size_t>(computed)].of;
    const Number unit = size_of(unit_roundoff(how.precision));
    const auto with_result = [&](const Number& error, const Number& value) {
        return size_of(error) + unit * size_of(value) + Roundoff::of(how.precision).smallest;
    };
    const Number loss = with_result(sums.loss, point.value.loss);
    const Number grad_wx = with_result(sums.grad_wx, point.value.grad_wx);
    const Number grad_wrec = with_result(sums.grad_wrec, point.value.grad_wrec);
    const auto& [largest, smallest] = point.curvature;
    switch (field) {
        case Field::sharpness:
        case Field::curvature_min:
            return with_result(curvature[cell], point.of(field));
        case Field::condition: {
            const Number a = std::max(size_of(largest), size_of(smallest)),
                         b = std::min(size_of(largest), size_of(smallest));
            return b > 2 * curvature[cell] ? with_result(curvature[cell] * (a + b) / (b * b), a / b)
                                           : Number(1) / Number(0);
        }
        case Field::loss:
            return loss;
        case Field::grad_wx:
            return grad_wx;
        case Field::grad_wrec:
            return grad_wrec;
        case Field::grad_norm:
            return grad_wx + grad_wrec;
        case Field::log10_loss: {
            // d log10 L = dL/(L·ln 10), as long as that is small; else the logarithm may be
            // anything.
            const Number size = size_of(point.value.loss);
            return size == 0 || !(loss < 0.1 * size) ? Number(1) / Number(0)
                                                     : with_result(loss / size, point.of(field));
        }
        case Field::train_loss:
        case Field::train_steps:
        case Field::train_wx:
        case Field::train_wrec:
            break;  // of a run, not of a point
    }
    return 0 / Number(0);
}

struct Verdict {
    Finding::Kind kind = Finding::Kind::none;
    std::string what;
    bool judged = true;
};

/// What is promised of a value, and what the method's roundings can amount to.
struct Promise {
    double bound, ceiling, floor;
    Number rounding;
    bool tight;
};

template <class Real>
Verdict judge(Real value, const Number& truth, const Promise& promise) {
    using Kind = Finding::Kind;
    // No structured bindings: lambdas may capture them in newer compilers only.
    const double bound = promise.bound, ceiling = promise.ceiling, floor = promise.floor;
    const Number& rounding = promise.rounding;
    const auto as_real = static_cast<Real>(truth);
    const auto verdict = [&](Kind kind, bool judged = true) {
        if (kind == Kind::none) return Verdict{kind, {}, judged};
        const bool finite = std::isfinite(value) && truth.is_finite();
        const Number error = finite ? abs(Number(value) - truth) : Number(std::nan(""));
        return Verdict{kind,
                       fmt::format("{} is {} (error {}, bound {:.3g}, rounding {})", value,
                                   truth.text(), error.text(3), bound, rounding.text(3)),
                       judged};
    };
    if (std::isnan(value)) return verdict(Kind::nan);
    if (value == as_real && !std::isfinite(value)) return verdict(Kind::none);
    if (!std::isfinite(bound)) {
        const auto held = [&](const auto& x) { return x <= ceiling && x >= floor; };
        if (ceiling < HUGE_VAL || floor > -HUGE_VAL)
            return verdict(held(value) && held(truth) ? Kind::none : Kind::wrong);
        const bool in_range = abs(truth) + 2 * rounding < std::numeric_limits<double>::max();
        return verdict(in_range ? Kind::not_judged : Kind::none, false);
    }
    if (!truth.is_finite()) return verdict(Kind::wrong);  // the logarithm of 0
    const Number most = std::numeric_limits<Real>::max();
    const bool within = std::isfinite(value)
                            ? abs(Number(value) - truth) <= bound
                            : (value > 0 ? truth : -truth) + bound >= most * (1 + 0x1p-25);
    if (!within && value != as_real) return verdict(Kind::wrong);
    // An infinity stands for any truth: its bound says nothing.
    if (promise.tight && std::isfinite(value) && Number(bound) > loose_factor * rounding)
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
        const View view{case_->grid, fields, method, precision, {}};
        const auto model = loaded(evaluator);
        const auto surface = surface_values<Real>(*model, view);
        const ErrorBound bounds(model, case_->grid.wx, {reference, method, precision}, fields);
        const std::string who =
            fmt::format("{}:{}:{}{}", evaluator, name_of(method), name_of(precision),
                        fields.any_curvature()   ? " curvature"
                        : fields == plain_fields ? ""
                                                 : " alone");
        if (!reference && !same_bits(who.substr(who.find(':')), surface))
            add(Finding::Kind::other_bits, who, "not the first fast evaluator's");
        if (!reference && evaluator != judged_) return;  // the same bits need one judge
        for (std::size_t cell = 0; cell < case_->grid.cells(); ++cell) {
            const double wx = case_->grid.wx.at(cell % case_->grid.cols());
            const double wrec = case_->grid.wrec.at(cell / case_->grid.cols());
            const PointErrorBound at = bounds.row(wrec)(wx);
            for (Field field : fields) {
                const Real value = surface[field][cell];
                const Number truth = truth_->points[cell].of(field);
                // Of an infinite value the truth tells the size.
                const double size = std::isfinite(value) ? value : static_cast<double>(truth);
                take(fmt::format("{} {} ({}, {})", who, name_of(field), wx, wrec),
                     judge(value, truth,
                           {bounds.of(field, at, size), bounds.ceiling(field, at),
                            bounds.floor(field, at),
                            truth_->rounding(field, cell, {reference, method, precision}),
                            options_->tightness &&
                                !(fields.any_curvature() && method == Method::rows)}));
            }
        }
    }

    void traces(std::string_view evaluator) {
        std::vector<Weights> points;
        for (double wrec : case_->grid.wrec.values())
            for (double wx : case_->grid.wx.values()) points.push_back({wx, wrec});
        const auto traces = loaded(evaluator)->traces(points);
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
                const Number& rounding = truth_->bptt[p][1].state_gradients[k];
                const Number& truth = truth_->points[p].state_gradients[k];
                // No bound of traces is promised but a small multiple of what rounding can do.
                take(fmt::format("{} trace k = {} ({}, {})", evaluator, k, points[p].wx,
                                 points[p].wrec),
                     judge(traces[p].sums[k], truth,
                           {static_cast<double>(4 * rounding), HUGE_VAL, -HUGE_VAL, rounding,
                            false}));
            }
    }

private:
    std::shared_ptr<const LoadedModel> loaded(std::string_view evaluator) {
        auto& model = models_[evaluator];
        if (!model) model = find_evaluator(evaluator).load(case_->model);
        return model;
    }
    void take(const std::string& where, const Verdict& verdict) {
        ++result_->values;
        if (!verdict.judged) ++result_->not_judged;
        if (verdict.kind != Finding::Kind::none || options_->all)
            add(verdict.kind, where, verdict.what);
    }
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
    std::map<std::string_view, std::shared_ptr<const LoadedModel>> models_;
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
                (!has_row_form(c.model.unit()) || evaluator == "reference"))
                continue;
            for (const FieldSet& fields :
                 {plain_fields, FieldSet{Field::loss, Field::log10_loss}, curvature_fields}) {
                run.values<float>(evaluator, method, fields);
                run.values<double>(evaluator, method, fields);
            }
        }
        if (options.traces) run.traces(evaluator);
    }
    return result;
}

}  // namespace gradscape::exact
