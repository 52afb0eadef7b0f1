// `gradscape compare`: what was asked for (compare.cpp), its pictures (compare_picture.cpp) and how
// it tells what it found (compare_report.cpp).
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
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
    Cell cell;
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

/// All that was compared with what, and how.
struct Compared {
    CompareSide a, b;
    View view;
    Tolerance tolerance;
};

/// The pictures of the errors of one field, open before anything is evaluated.
class ErrorPictures {
public:
    ErrorPictures(const CompareCommand& command, const Compared& compared, const Json& parameters,
                  Transaction& files);

    /// To be fed with errors; empty when there is nothing to draw.
    const std::vector<Sink*>& sinks() const { return sinks_; }
    /// After the run.
    void write_figure(const CompareCommand& command, const Compared& compared,
                      Transaction& files) const;

private:
    ColorMap map_;
    std::unique_ptr<Sink> heatmap_;
    std::unique_ptr<MaximaPanelSink> panel_;
    std::vector<Sink*> sinks_;
};

Json comparison_facts(const FieldComparison& comparison, const Grid& grid);

/// A table of the fields, and for each what is worst and where.
std::string comparison_text(const Json& facts);

}  // namespace gradscape::cli
