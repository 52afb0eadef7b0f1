// What the fast evaluators make of a model before any view of it, each part once.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <optional>

#include "gradscape/evaluate.hpp"
#include "host/common/lazy.hpp"
#include "host/evaluate/prepared_data.hpp"
#include "host/evaluate/sequence_order.hpp"

namespace gradscape::evaluate {

/// Thread-safe. Parts are made when asked for: a view in the row form never needs the floats, and
/// the reference none at all.
class PreparedModel {
public:
    explicit PreparedModel(Model model) : model_(std::move(model)) {}

    const Model& model() const { return model_; }
    /// Identical sequences as one, weights as MergedSequences has them.
    const Sequences& merged() const;
    int weight_exponent() const;
    const DataRange& range() const;
    /// Every input is 0 or 1.
    bool binary() const;
    /// The merged sequences as Real.
    template <class Real>
    const DataArrays<Real>& data() const;
    /// The same in the order of BPTT and training.
    template <class Real>
    OrderedSequences<Real> ordered() const {
        return {data<Real>().view(), order().data()};
    }
    /// Merged and compressed: the row form's.
    const RowArrays& row_data() const;

    /// How many parts have been made so far: a view of a model that has been seen makes none.
    int parts_made() const { return parts_made_; }

private:
    template <class T, class Make>
    const T& made(const common::Lazy<T>& part, Make make) const {
        return part.get([&] {
            ++parts_made_;
            return make();
        });
    }

    const std::optional<MergedSequences>& merging() const;
    const std::vector<SequencePlace>& order() const;

    Model model_;
    common::Lazy<std::optional<MergedSequences>> merged_;  ///< none: the model's own serve
    common::Lazy<DataRange> range_;
    common::Lazy<bool> binary_;
    common::Lazy<DataArrays<float>> floats_;
    common::Lazy<DataArrays<double>> doubles_;
    common::Lazy<std::vector<SequencePlace>> order_;
    common::Lazy<RowArrays> row_data_;
    mutable std::atomic<int> parts_made_ = 0;
};
/// What the curvature of a cell is found from: the sequences as doubles, and their limits.
CurvatureData curvature_data(const PreparedModel& prepared);

template <>
const DataArrays<float>& PreparedModel::data() const;
template <>
const DataArrays<double>& PreparedModel::data() const;

}  // namespace gradscape::evaluate
