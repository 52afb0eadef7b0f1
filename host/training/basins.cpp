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
    clusters.reserve(squares.size());
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
/// Nor the bed of a ravine, along which a run may creep: Newton's step H⁻¹g, no longer than
/// |g|/λ_min, ends near by.
bool is_bowl(const LoadedModel& model, const Iterate& at, double apart) {
    constexpr double flattest = 1e-9;  // of the steepest curvature
    const FieldArray<double> found = model.point({at.wx, at.wrec}, curvature_fields, {});
    const double least = found[Field::curvature_min];
    return least > flattest * found[Field::sharpness] &&
           std::hypot(at.grad_wx, at.grad_wrec) <= apart * least;
}

/// All that the clusters lead to, in no order yet.
std::vector<BasinMinimum> minima_among(const LoadedModel& model,
                                       const std::vector<Cluster>& clusters, double apart) {
    std::vector<BasinMinimum> minima;
    for (const Cluster& cluster : clusters) {
        check_stop();
        const Iterate end = settled(model, cluster.mean(), apart);
        const Weights at{end.wx, end.wrec};
        const auto is_known = [&](const BasinMinimum& known) {
            return is_near(known.at, at, 2 * apart);
        };
        if (!std::isfinite(end.loss) || !is_near(at, cluster.mean(), apart) ||
            std::ranges::any_of(minima, is_known) || !is_bowl(model, end, apart))
            continue;
        minima.push_back({at, end.loss, 0});
    }
    return minima;
}

/// The nearest that is near enough: its number from 1, or 0.
std::size_t minimum_of(const std::vector<BasinMinimum>& minima, Weights end, double apart) {
    std::size_t nearest = 0;
    double least = HUGE_VAL;
    for (std::size_t m = 0; m < minima.size(); ++m) {
        const Weights& at = minima[m].at;
        if (!is_near(at, end, 2 * apart)) continue;
        const double off = std::hypot(at.wx - end.wx, at.wrec - end.wrec);
        if (off < least) least = off, nearest = m + 1;
    }
    return nearest;
}

/// Those in which the most starts end, by how many.
void keep_fullest(std::vector<BasinMinimum>& minima, const std::vector<double>& wx,
                  const std::vector<double>& wrec, const BasinOptions& options) {
    StopCheck check(1 << 14);
    for (std::size_t cell = 0; cell < wx.size(); ++cell) {
        check();
        if (const auto of = minimum_of(minima, {wx[cell], wrec[cell]}, options.apart); of > 0)
            ++minima[of - 1].starts;
    }
    std::ranges::stable_sort(minima, std::greater(), &BasinMinimum::starts);
    minima.resize(std::min(minima.size(), options.most));
    for (BasinMinimum& minimum : minima) minimum.starts = 0;
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
    basins.minima = training::minima_among(model, training::clusters_of(wx, wrec, options.apart),
                                           options.apart);
    training::keep_fullest(basins.minima, wx, wrec, options);
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
        basins.reached.push_back(values[Field::train_steps][cell] >= 0);
        std::uint8_t of = std::isfinite(wx[cell]) ? Basins::elsewhere : Basins::diverged;
        if (of == Basins::elsewhere)
            of = static_cast<std::uint8_t>(
                training::minimum_of(basins.minima, {wx[cell], wrec[cell]}, options.apart));
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
