// SPDX-License-Identifier: MIT
#include "gradscape/basins.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "gradscape/stop.hpp"
#include "gradscape/values.hpp"

namespace gradscape::training {
namespace {

constexpr FieldSet end_fields{Field::train_steps, Field::train_wx, Field::train_wrec};
constexpr std::size_t most_candidates = 64;

/// Sums over the ends in a square of the plane.
struct Cluster {
    double wx = 0, wrec = 0;
    std::size_t count = 0;

    Weights mean() const {
        const auto n = static_cast<double>(count);
        return {wx / n, wrec / n};
    }
};

bool is_near(Weights a, Weights b, double apart) {
    return std::abs(a.wx - b.wx) <= apart && std::abs(a.wrec - b.wrec) <= apart;
}

/// Squares of side `apart` in which ends lie, the fullest first.
std::vector<Cluster> clusters_of(const std::vector<double>& wx, const std::vector<double>& wrec,
                                 double apart) {
    std::map<std::pair<double, double>, Cluster> squares;
    StopCheck check(1 << 14);
    for (std::size_t cell = 0; cell < wx.size(); ++cell) {
        check();
        if (!std::isfinite(wx[cell]) || !std::isfinite(wrec[cell])) continue;
        Cluster& square = squares[{std::floor(wx[cell] / apart), std::floor(wrec[cell] / apart)}];
        square.wx += wx[cell], square.wrec += wrec[cell];
        ++square.count;
    }
    std::vector<Cluster> clusters;
    for (const auto& [key, cluster] : squares) clusters.push_back(cluster);
    std::ranges::stable_sort(clusters, std::greater(), &Cluster::count);
    clusters.resize(std::min(clusters.size(), most_candidates));
    return clusters;
}

/// Where a run that goes on from there ends.
Iterate settled(const LoadedModel& model, Weights from, double apart) {
    TrainingOptions options;
    options.optimizer = Optimizer::irprop_plus;
    options.iterations = 2000;
    options.delta0 = apart / 100;
    options.delta_min = 1e-12;
    options.delta_max = apart;
    return model.path(from, options).iterates.back();
}

/// Not a plateau, nor a saddle on which a run may come to rest: the loss rises in all directions.
bool is_bowl(const LoadedModel& model, Weights at) {
    constexpr double flattest = 1e-9;  // of the steepest curvature
    const FieldArray<double> found = model.point(at, curvature_fields, {});
    return found[Field::curvature_min] > flattest * found[Field::sharpness];
}

std::vector<BasinMinimum> minima_among(const LoadedModel& model,
                                       const std::vector<Cluster>& clusters,
                                       const BasinOptions& options) {
    std::vector<BasinMinimum> minima;
    for (const Cluster& cluster : clusters) {
        check_stop();
        const Iterate end = settled(model, cluster.mean(), options.apart);
        const Weights at{end.wx, end.wrec};
        const auto is_known = [&](const BasinMinimum& known) {
            return is_near(known.at, at, 2 * options.apart);
        };
        if (!std::isfinite(end.loss) || !is_near(at, cluster.mean(), options.apart) ||
            std::ranges::any_of(minima, is_known) || !is_bowl(model, at))
            continue;
        minima.push_back({at, end.loss, 0});
        if (minima.size() == options.most) break;
    }
    return minima;
}

}  // namespace
}  // namespace gradscape::training

namespace gradscape {

Basins find_basins(const LoadedModel& model, const Grid& grid, const TrainingOptions& training,
                   const BasinOptions& options, const Context& context) {
    const View view{grid,     training::end_fields, Method::automatic, Precision::f64,
                    training, options.parameters};
    FieldArray<std::vector<double>> values;
    FieldArray<void*> places;
    for (const Field field : view.fields) {
        values[field].resize(grid.cells());
        places[field] = values[field].data();
    }
    fill_values(model, view, places, context);
    const auto &wx = values[Field::train_wx], &wrec = values[Field::train_wrec];
    Basins basins;
    basins.minima =
        training::minima_among(model, training::clusters_of(wx, wrec, options.apart), options);
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
        basins.reached.push_back(values[Field::train_steps][cell] >= 0);
        std::uint8_t of = std::isfinite(wx[cell]) ? Basins::elsewhere : Basins::diverged;
        for (std::size_t m = 0; of == Basins::elsewhere && m < basins.minima.size(); ++m)
            if (training::is_near(basins.minima[m].at, {wx[cell], wrec[cell]}, 2 * options.apart))
                of = static_cast<std::uint8_t>(m + 1);
        if (of == Basins::diverged)
            ++basins.lost;
        else if (of == Basins::elsewhere)
            ++basins.under_way;
        else
            ++basins.minima[of - 1u].starts;
        basins.of.push_back(of);
    }
    return basins;
}

}  // namespace gradscape
