// What to evaluate on a grid, and the table of evaluators that can do it.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradscape/field_statistics.hpp"
#include "gradscape/grid.hpp"
#include "gradscape/optimizer.hpp"
#include "gradscape/sequences.hpp"
#include "gradscape/weights.hpp"

namespace gradscape {

enum class Cell : std::uint8_t { linear, tanh, relu, sigmoid };
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
inline constexpr std::array<std::string_view, 4> cell_names{"linear", "tanh", "relu", "sigmoid"};
inline constexpr std::array<std::string_view, 3> method_names{"auto", "bptt", "rows"};
inline constexpr std::array<std::string_view, 2> precision_names{"f32", "f64"};
inline constexpr std::array<std::string_view, field_count> field_names{
    "loss", "grad-wx", "grad-wrec", "grad-norm", "log10-loss", "train-loss", "train-steps"};

inline std::string_view name_of(Cell cell) { return cell_names[static_cast<std::size_t>(cell)]; }
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

struct Problem {
    Sequences sequences;
    Cell cell = Cell::linear;
};

/// Everything an evaluator needs to know to fill strips of one surface.
struct SurfaceRequest {
    Grid grid;
    FieldSet fields{Field::loss};
    Method method = Method::automatic;
    Precision precision = Precision::f32;
    TrainingOptions training;  ///< for the fields train-loss and train-steps
};

/// The statistics of a strip's fields, found where the fields lie: on a device, before they are
/// copied, so that the host need not pass over them. Cells are the grid's.
struct StripStatistics {
    bool histogram = false;  ///< wanted, too
    FieldSet known;          ///< fields whose statistics are here
    std::array<FieldStatistics, field_count> of;
};

/// A block of grid rows: `rows × grid.cols()` values of each wanted field, C order, row 0 = grid
/// row `first_row`; float or double by the request's precision. Fields not wanted are null.
struct Strip {
    std::size_t first_row = 0, rows = 0;
    std::array<void*, field_count> data{};
    StripStatistics* statistics = nullptr;  ///< where they are welcome; filled or left alone

    template <class Real>
    Real* field(Field f) const {
        return static_cast<Real*>(data[static_cast<std::size_t>(f)]);
    }
};

/// Fills a strip. Reentrant: many threads may fill different strips at once.
using StripFiller = std::function<void(const Strip&)>;

class ColorMap;
struct ColorFiller;  // gradscape/color_filler.hpp
struct Trace;

/// One way to evaluate surfaces. `missing` is empty when the evaluator can run here, else why not.
struct Evaluator {
    std::string_view name;
    std::string (*missing)();
    /// Checks the request (InputError when it cannot be served: `rows` with another cell than
    /// linear, say) and does the work that all strips share.
    StripFiller (*prepare)(const Problem&, const SurfaceRequest&);
    /// The colours of one field without its values, for a request that `prepare` accepts; an empty
    /// filler where that cannot be. Null: never. Cheap to call and to throw away.
    ColorFiller (*prepare_colors)(const Problem&, const SurfaceRequest&, Field,
                                  const ColorMap&) = nullptr;
    /// The gradients over time at some points (trace.hpp).
    std::vector<Trace> (*traces)(const Problem&, std::span<const Weights>) = nullptr;
};

/// The table: reference, cpu, emulated, cuda.
std::span<const Evaluator> evaluators();

/// By name; `auto` is cuda where it can run, else cpu. InputError, which names the option that it
/// came from, when unknown or not available.
const Evaluator& find_evaluator(std::string_view name, std::string_view option = "--backend");

/// `automatic` resolved: rows for the linear cell, bptt otherwise.
Method resolve_method(Method method, Cell cell);

/// What the evaluator does with a request: the reference knows only bptt, and training is by bptt.
Method method_used(const Evaluator& evaluator, const SurfaceRequest& request, Cell cell);

}  // namespace gradscape
