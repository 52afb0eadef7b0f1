// A user's program, with no more than the public headers: a figure; and a model, loaded, looked at
// at a point and in views of values and of colours, and rendered to memory and to a file.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <gradscape/color_filler.hpp>
#include <gradscape/color_map.hpp>
#include <gradscape/figure.hpp>
#include <gradscape/loaded_model.hpp>
#include <gradscape/render.hpp>
#include <gradscape/sequences.hpp>
#include <gradscape/values.hpp>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

using namespace gradscape;

namespace {

bool fails(const char* what) {
    std::fprintf(stderr, "consumer: %s\n", what);
    return false;
}

/// Whether the loss of a view is, all at once and some rows of it, that of y = w_x·w_rec and the
/// target 1.
bool has_values(const LoadedModel& model, const View& view, std::vector<float>& loss) {
    const std::size_t cols = view.grid.cols();
    FieldArray<void*> places{};
    places[Field::loss] = loss.data();
    fill_values(model, view, places);
    for (std::size_t cell = 0; cell < loss.size(); ++cell) {
        const double y = view.grid.wx.at(cell % cols) * view.grid.wrec.at(cell / cols);
        const double truth = (y - 1) * (y - 1);
        if (!(std::abs(loss[cell] - truth) <= 1e-5 * (1 + truth))) return fails("wrong values");
    }

    std::vector<float> rows(2 * cols);
    Strip strip{1, 2, {}};
    strip.data[Field::loss] = rows.data();
    model.values(view)(strip);
    return std::equal(rows.begin(), rows.end(), loss.begin() + static_cast<std::ptrdiff_t>(cols)) ||
           fails("a strip's values are others");
}

/// Whether the colours that the model gives without values are those of the values.
bool has_colors(const LoadedModel& model, const View& view, const std::vector<float>& loss) {
    const ColorMap map = default_color_spec(Field::loss);
    const ColorFiller filler = model.colors(view, Field::loss, map);
    if (!filler || filler.shape != ColorShape::runs) return fails("no runs of colour");
    StripColors colors;
    colors.make_room(loss.size());
    filler.fill({0, view.grid.rows(), {}}, colors);
    std::vector<std::uint8_t> indices;
    std::size_t row_begin = 0;
    for (std::size_t run = 0; run < colors.run_count; ++run) {
        const ColorRun& of = colors.runs[run];
        indices.resize(row_begin + of.end, of.index);
        if (of.end == view.grid.cols()) row_begin = indices.size();
    }
    const auto is_of = [&](float value, std::uint8_t index) { return map.index(value) == index; };
    return std::equal(loss.begin(), loss.end(), indices.begin(), indices.end(), is_of) ||
           fails("colours are not the values'");
}

bool renders(const LoadedModel& model, const std::string& folder) {
    RenderJob job;
    job.grid = {{-3, 3, 64}, {-3, 3, 48}};
    std::string memory, array;
    job.outputs.push_back({OutputKind::png, ByteSink(&memory)});
    job.outputs.push_back({OutputKind::npy, ByteSink(&array)});
    job.outputs.push_back({OutputKind::png, folder + "/loss.png"});
    const Rendered rendered = render(model, std::move(job), {});
    if (!(rendered.statistics[Field::loss].max == 100)) return fails("wrong statistics");
    std::ifstream file(folder + "/loss.png", std::ios::binary);
    const std::string written{std::istreambuf_iterator<char>(file), {}};
    if (memory.empty() || memory != written) return fails("memory and file differ");
    return array.size() == 128 + 64 * 48 * sizeof(float) || fails("not an array");
}

/// main FOLDER
bool run(const std::string& folder) {
    const Sequences sequences{1, 2, {1, 0}, {1}, {1}};
    HeatmapPanel panel;
    panel.grid = {{-3, 3, 2}, {-3, 3, 2}};
    panel.indices = {1, 2, 3, 4};
    write_figure(folder + "/figure.png", {{panel}, {}, "loss + 1", {}, "four cells"}, {});

    const auto model = find_evaluator("cpu").load({sequences, Activation::linear});
    const auto at = model->point({2, 3}, {Field::loss, Field::grad_wx});
    if (at[Field::loss] != 25 || at[Field::grad_wx] != 30) return fails("a wrong point");

    View view;
    view.grid = {{-3, 3, 40}, {-3, 3, 30}};
    std::vector<float> loss(view.grid.cells());
    return has_values(*model, view, loss) && has_colors(*model, view, loss) &&
           renders(*model, folder);
}

}  // namespace

int main(int, char** arguments) { return run(arguments[1]) ? 0 : 1; }
