// A user's program, with no more than the public headers: a figure; and a model, loaded, looked at,
// and rendered to memory and to a file.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <fstream>
#include <gradscape/figure.hpp>
#include <gradscape/render.hpp>
#include <gradscape/sequences.hpp>
#include <iterator>
#include <string>
#include <utility>

using namespace gradscape;

namespace {

bool fails(const char* what) {
    std::fprintf(stderr, "consumer: %s\n", what);
    return false;
}

/// main FOLDER
bool run(const std::string& folder) {
    const Sequences sequences{1, 2, {1, 0}, {1}, {1}};
    HeatmapPanel panel;
    panel.grid = {{-3, 3, 2}, {-3, 3, 2}};
    panel.indices = {1, 2, 3, 4};
    write_figure(folder + "/figure.png", {{panel}, {}, "loss + 1", {}, "four cells"}, {});

    // y = w_x·w_rec, and the target is 1.
    const auto model = find_evaluator("cpu").load({sequences, Activation::linear});
    const auto at = model->point({2, 3}, {Field::loss, Field::grad_wx});
    if (at[Field::loss] != 25 || at[Field::grad_wx] != 30) return fails("a wrong point");

    RenderJob job;
    job.grid = {{-3, 3, 64}, {-3, 3, 48}};
    std::string memory, array;
    job.outputs.push_back({OutputKind::png, ByteSink(&memory)});
    job.outputs.push_back({OutputKind::npy, ByteSink(&array)});
    job.outputs.push_back({OutputKind::png, folder + "/loss.png"});
    const Rendered rendered = render(*model, std::move(job), {});
    if (!(rendered.statistics[Field::loss].max == 100)) return fails("wrong statistics");
    std::ifstream file(folder + "/loss.png", std::ios::binary);
    const std::string written{std::istreambuf_iterator<char>(file), {}};
    if (memory.empty() || memory != written) return fails("memory and file differ");
    return array.size() == 128 + 64 * 48 * sizeof(float) || fails("not an array");
}

}  // namespace

int main(int, char** arguments) { return run(arguments[1]) ? 0 : 1; }
