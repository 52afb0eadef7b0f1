// A model, loaded once and looked at often.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "gradscape/color_filler.hpp"
#include "gradscape/evaluate.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/trace.hpp"
#include "gradscape/train.hpp"

namespace gradscape {

/// A model as an evaluator has it, for any number of views. What no view depends on (merging,
/// compression, copies as float or on a device) is done once, by the first view that needs it, and
/// no view pays for it again. By the row form a view costs the same whether the model has twenty
/// sequences or a million.
///
/// Immutable to the eye: any threads may look at once. What it hands out keeps alive what it needs.
class LoadedModel {
public:
    explicit LoadedModel(std::shared_ptr<const evaluate::PreparedModel> prepared);
    virtual ~LoadedModel() = default;
    LoadedModel(const LoadedModel&) = delete;
    LoadedModel& operator=(const LoadedModel&) = delete;

    const Model& model() const;
    /// The model's sequences, identical ones as one, all weights times a power of 4 that brings the
    /// largest near 1.
    const Sequences& merged() const;

    /// The view's fields, strip by strip. InputError where it cannot be served (Method::rows with
    /// a cell that has no row form).
    virtual StripFiller values(const View& view) const = 0;
    /// The colours of one field of the view without its values; an empty filler where they are not
    /// to be had so.
    virtual ColorFiller colors(const View& view, Field field, const ColorMap& map) const;
    /// Cells a strip of values should have at least, for the evaluator to be at its best; 0: few.
    virtual std::size_t preferred_strip_cells() const { return 0; }

    /// Fields at one point, in double, as the cell of a view has them; 0 where not wanted.
    FieldArray<double> point(Weights at, FieldSet fields,
                             const TrainingOptions& training = {}) const;
    /// The gradient over time at one point or at many.
    Trace trace(Weights at) const;
    virtual std::vector<Trace> traces(std::span<const Weights> points) const = 0;
    /// The run that ends in a cell's training fields, in double.
    virtual Trajectory path(Weights start, const TrainingOptions& options) const = 0;
    /// The bottom of the linear cell's ravine: for each w_rec the w_x of least loss, w* = mean(p·t)
    /// / mean(p²) with p_i = Σ_k x_i,k w_rec^(T−k); 0 where every p is 0 and the loss does not
    /// depend on w_x. InputError for another activation, and for an initial state other than 0.
    std::vector<double> valley(std::span<const double> wrec) const;

protected:
    /// Shared with what is handed out, and with other evaluators' loaded models.
    const std::shared_ptr<const evaluate::PreparedModel> prepared_;

private:
    friend struct Evaluator;
};

}  // namespace gradscape
