// What to evaluate on a grid, and the table of evaluators that can do it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/field.hpp"
#include "gradscape/field_statistics.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/parameter_plane.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/types.hpp"

namespace gradscape::evaluate {
class PreparedModel;  // host/evaluate/prepared_model.hpp
}  // namespace gradscape::evaluate

namespace gradscape {

/// A network and the data that it is to learn.
struct Model {
    Sequences sequences;
    Activation activation = Activation::linear;
    double initial_state = 0;  ///< S_0 of every sequence, finite

    RecurrentUnit unit() const { return {activation, initial_state}; }
};

/// What to see of a model: fields over a plane of points. The plane's points are the weights
/// (w_x, w_rec) themselves, or, of the fields of training, two parameters of the optimiser.
struct View {
    Grid grid;
    FieldSet fields{Field::loss};
    Method method = Method::automatic;
    Precision precision = Precision::f32;
    TrainingOptions training;  ///< for the fields of training
    /// The grid's axes are these parameters of the training; all fields are of training then. The
    /// evaluators cpu and reference know it.
    std::optional<ParameterPlane> parameters = {};
};

/// The statistics of a strip's fields, found where the fields lie: on a device, before they are
/// copied, so that the host need not pass over them. Cells are the grid's.
struct StripStatistics {
    bool histogram = false;  ///< wanted, too
    FieldSet known;          ///< fields whose statistics are here
    FieldArray<FieldStatistics> of;
};

struct StripColors;  // gradscape/color_filler.hpp

/// A block of grid rows: `rows × grid.cols()` values of each wanted field, C order, row 0 = grid
/// row `first_row`; float or double by the view's precision. Fields not wanted are null.
struct Strip {
    std::size_t first_row = 0, rows = 0;
    FieldArray<void*> data;
    StripStatistics* statistics = nullptr;  ///< where they are welcome; filled or left alone
    const StripColors* colors = nullptr;    ///< beside the values or in their place

    template <class Real>
    Real* field(Field f) const {
        return static_cast<Real*>(data[f]);
    }
};

/// Fills a strip. Reentrant: many threads may fill different strips at once.
using StripFiller = std::function<void(const Strip&)>;

class LoadedModel;  // gradscape/loaded_model.hpp

/// One way to evaluate. `missing` is empty when the evaluator can run here, else why not.
struct Evaluator {
    std::string_view name;
    std::string (*missing)();
    std::shared_ptr<const LoadedModel> (*load_prepared)(
        std::shared_ptr<const evaluate::PreparedModel>);

    /// Cheap: what views need is made ready when the first of them needs it.
    std::shared_ptr<const LoadedModel> load(Model model) const;
    /// The model that another evaluator has loaded, and all that is ready of it.
    std::shared_ptr<const LoadedModel> load(const LoadedModel& other) const;
};

/// The table: reference, cpu, emulated, cuda.
std::span<const Evaluator> evaluators();

/// By name; `auto` is cuda where it can run, else cpu. InputError, `NAME: why`, when unknown or not
/// available.
const Evaluator& find_evaluator(std::string_view name);

/// `automatic` resolved: rows where the cell has a row form, bptt otherwise. InputError for rows
/// where it has none.
Method resolve_method(Method method, const RecurrentUnit& unit);

/// Why a cell has no row form: "only the linear cell has WHAT, not tanh".
std::string only_linear_text(std::string_view what, const RecurrentUnit& unit);

/// What the evaluator does with a view: the reference knows only bptt, and training is by bptt.
Method method_used(const Evaluator& evaluator, const View& view, const RecurrentUnit& unit);

}  // namespace gradscape
