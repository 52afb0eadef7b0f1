// `gradscape compare`: what was asked for (compare.cpp), what that means for the two sides
// (compare_sides.cpp, which the Python module shares), its pictures (compare_picture.cpp) and how
// it tells what it found (compare_report.cpp).
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradscape/comparison.hpp"
#include "gradscape/internal/maxima_panel.hpp"
#include "tools/common/color_options.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/figure_options.hpp"

namespace gradscape::cli {

struct CompareCommand {
    DataOptions data;
    RecurrentUnit unit;
    std::string a = "cpu", b = "reference";  ///< BACKEND[:METHOD[:PRECISION]]
    Grid grid{{-3, 3, 256}, {-3, 3, 256}};
    std::vector<Field> fields{plain_fields.begin(), plain_fields.end()};
    std::optional<double> rtol, atol;
    unsigned threads = 0;
    std::size_t max_memory = std::size_t{256} << 20;
    TrainingOptions training;

    std::string output, figure;
    FigureOptions page;
    Field pictured = Field::loss;
    ErrorMeasure measure = ErrorMeasure::ulp;
    ColorOptions colors;
    ReportOptions report;
};

/// A side, resolved.
struct CompareSide {
    const Evaluator* evaluator = nullptr;
    Arithmetic arithmetic;

    std::string text() const;  ///< cpu:rows:f32
};

/// Left out: rows for the linear cell; and f32, or f64 for the reference, which computes in double,
/// and where fields ask for it. InputError, after the words `asked`, where there is no such side.
CompareSide compare_side(const std::string& asked, const Evaluator& evaluator,
                         std::optional<Method> method, std::optional<Precision> precision,
                         const RecurrentUnit& unit, FieldSet fields);

/// The given one; without one, what both sides' arithmetic allows. Empty where no error bound is
/// known: signs of tiny gradients decide where training ends.
std::optional<Tolerance> choose_tolerance(const CompareSide& a, const CompareSide& b,
                                          FieldSet fields, std::optional<double> rtol,
                                          std::optional<double> atol);

/// All that was compared with what, and how.
struct Compared {
    CompareSide a, b;
    View view;
    Tolerance tolerance;
};

/// The errors between both sides of a model, each in its own evaluator, with their bounds.
class ComparedModels {
public:
    ComparedModels(const Compared& compared, const std::shared_ptr<const LoadedModel>& a,
                   const std::shared_ptr<const LoadedModel>& b, Field pictured,
                   ErrorMeasure measure);
    ComparedModels(const ComparedModels&) = delete;  // the errors are judged by the bounds here
    ComparedModels& operator=(const ComparedModels&) = delete;

    const ComparisonSource& errors() const { return errors_; }

private:
    ErrorBound bound_a_, bound_b_;
    ComparisonSource errors_;
};

/// The options', or by default ranges that the measure and the precision decide.
ColorMap error_colors(const CompareCommand& command, const Compared& compared);

/// Of a panel with its grid and indices.
HeatmapFigure error_figure(const CompareCommand& command, const Compared& compared,
                           const Sequences& sequences, const ColorMap& map, HeatmapPanel panel);

/// The pictures of the errors of one field, open before anything is evaluated.
class ErrorPictures {
public:
    ErrorPictures(const CompareCommand& command, const Compared& compared, const Json& parameters,
                  Transaction& files);

    /// To be fed with errors; empty when there is nothing to draw.
    const std::vector<Sink*>& sinks() const { return sinks_; }
    /// After the run.
    void write_figure(const CompareCommand& command, const Compared& compared,
                      const Sequences& sequences, Transaction& files) const;

private:
    ColorMap map_;
    std::unique_ptr<Sink> heatmap_;
    std::unique_ptr<figure::MaximaPanelSink> panel_;
    std::vector<Sink*> sinks_;
};

/// By the fields' names.
Json comparison_facts(const ComparisonSource& errors, std::span<const Field> fields,
                      const Grid& grid);

/// A table of the fields, and for each what is worst and where.
std::string comparison_text(const Json& facts);

}  // namespace gradscape::cli
