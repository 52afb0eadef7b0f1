// Pictures in colours that follow from their own values: they show something, and they are the same
// whatever evaluates them.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "gradscape/color_fit.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/values.hpp"

namespace gradscape::color {
namespace {

/// Numbers of both signs with a target that is not learned exactly.
Sequences real_valued() {
    Sequences real{24, 6, {}, {}, std::vector<double>(24, 1.0)};
    for (int i = 0; i < 24; ++i) {
        double sum = 0;
        for (int k = 0; k < 6; ++k) {
            real.inputs.push_back(std::sin(7.3 * i + 2.1 * k * k) * 1.7);
            sum += real.inputs.back();
        }
        real.targets.push_back(0.2 * sum + 0.1 * std::cos(11.0 * i));
    }
    return real;
}

struct Picture {
    std::vector<std::uint8_t> indices;
    ColorMap map;
};

/// Of the palette, from 0 to 1, for pixels that have one of its colours.
std::vector<double> positions(const Picture& picture) {
    const std::size_t bands = picture.map.bands();
    std::vector<double> at;
    for (const std::uint8_t index : picture.indices)
        if (index >= 1 && index <= bands) at.push_back((index - 0.5) / static_cast<double>(bands));
    std::ranges::sort(at);
    return at;
}

double middle_span(const std::vector<double>& at) {
    return at[at.size() * 9 / 10] - at[at.size() / 10];
}

/// A tenth of the pixels is at least half of the palette away from another tenth: at least half of
/// the palette's length over a fifth of the pixels. Where one colour has most of the pixels, that
/// is asked of the others, which must be a fifth.
bool uses_its_palette(const Picture& picture) {
    constexpr double half = 0.5 - 1e-9;
    std::vector<double> at = positions(picture);
    if (5 * at.size() < picture.indices.size()) return false;
    if (middle_span(at) >= half) return true;
    const double commonest = at[at.size() / 2];
    const auto same = std::erase_if(at, [&](double position) { return position == commonest; });
    return same > at.size() && 5 * at.size() >= picture.indices.size() && middle_span(at) >= half;
}

/// At least half of the colours, by at least a fifth of the pixels besides the commonest of them:
/// what the article's ranges, which are not the values' own, are held to.
bool uses_half_of_its_colors(const Picture& picture) {
    std::vector<std::size_t> pixels(256);
    for (const std::uint8_t index : picture.indices) ++pixels[index];
    const std::size_t bands = picture.map.bands();
    const std::span of_palette(pixels.data() + 1, bands);
    const auto used = std::ranges::count_if(of_palette, [](std::size_t n) { return n > 0; });
    const std::size_t all = std::accumulate(of_palette.begin(), of_palette.end(), std::size_t{0});
    return 2 * static_cast<std::size_t>(used) >= bands &&
           5 * (all - std::ranges::max(of_palette)) >= picture.indices.size();
}

/// Where four of five cells are alike to a part in a thousand there is nothing to show.
bool has_something_to_show(std::vector<double> values) {
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    std::ranges::sort(values);
    const std::size_t most = values.size() * 4 / 5;
    for (std::size_t i = 0; i + most < values.size(); ++i)
        if (values[i + most] - values[i] <= 1e-3 * std::fabs(values[i])) return false;
    return values.size() > 20;
}

/// All fields of a kind at once, in double, at few points: the sample of so small a picture is all
/// of it.
FieldArray<std::vector<double>> values_of(const LoadedModel& model, bool trained) {
    View view;
    const std::size_t side = trained ? 12 : 24;
    view.grid = {{-3, 3, side}, {-3, 3, side}};
    view.fields = {};
    view.precision = Precision::f64;
    view.training.iterations = 40;
    FieldArray<std::vector<double>> values;
    FieldArray<void*> places;
    for (const Field field : all_fields) {
        if (FieldSet{field}.any_training() != trained) continue;
        view.fields.add(field);
        values[field].resize(view.grid.cells());
        places[field] = values[field].data();
    }
    fill_values(model, view, places);
    return values;
}

Picture picture_of(const std::vector<double>& values, ColorMap map) {
    Picture picture{{}, std::move(map)};
    for (const double value : values) picture.indices.push_back(picture.map.index(value));
    return picture;
}

Picture default_picture(Field field, const std::vector<double>& values) {
    std::vector<double> sample = values;
    const bool lowest_is_infinite = row_of(field).colors.minus_infinity_is_lowest;
    std::erase_if(sample, [&](double value) {
        return !std::isfinite(value) && !(lowest_is_infinite && value == -HUGE_VAL);
    });
    return picture_of(values, fitted_color_map(default_color_spec(field), field, sample));
}

TEST(DefaultPictures, UseTheirPalette) {
    const std::pair<const char*, Sequences> data_sets[]{
        {"article", make_counting_data(1, 20, 10, 0).train},
        {"long", make_counting_data(1, 200, 50, 0).train},
        {"real", real_valued()}};
    int looked_at = 0, empty = 0;
    for (const auto& [name, sequences] : data_sets)
        for (std::size_t a = 0; a < activation_names.size(); ++a) {
            const auto activation = static_cast<Activation>(a);
            const auto model = find_evaluator("cpu").load({sequences, activation});
            for (const bool trained : {false, true}) {
                const auto values = values_of(*model, trained);
                for (const Field field : all_fields) {
                    if (FieldSet{field}.any_training() != trained) continue;
                    const bool is_articles = std::string_view(name) == "article" &&
                                             activation == Activation::linear &&
                                             row_of(field).kind != FieldKind::curvature && !trained;
                    if (is_articles) {
                        ++looked_at;
                        EXPECT_TRUE(uses_half_of_its_colors(
                            picture_of(values[field], ColorMap(default_color_spec(field)))))
                            << name_of(field);
                        continue;
                    }
                    if (row_of(field).counts_iterations || !has_something_to_show(values[field])) {
                        ++empty;
                        continue;
                    }
                    ++looked_at;
                    EXPECT_TRUE(uses_its_palette(default_picture(field, values[field])))
                        << fmt::format("{} {} {}", name, activation_names[a], name_of(field));
                }
            }
        }
    EXPECT_EQ(static_cast<std::size_t>(looked_at + empty),
              std::size(data_sets) * activation_names.size() * field_names.size());
    EXPECT_GE(looked_at, 90);
}

/// The article's ranges are kept where they show something, which is in its own windows, and not in
/// the valley from near.
TEST(DefaultPictures, OfTheArticlesFieldsShowSomethingFromNearToo) {
    const auto model = find_evaluator("cpu").load({make_counting_data(1, 20, 10, 0).train});
    const auto sample = [&](Field field, double from, double to) {
        View view;
        view.grid = {{from, to, 48}, {from, to, 48}};
        view.precision = Precision::f64;
        return sample_values(*model, view, field);
    };
    for (const Field field :
         {Field::loss, Field::grad_wx, Field::grad_wrec, Field::grad_norm, Field::log10_loss}) {
        const ColorMap article(default_color_spec(field));
        for (const auto& [from, to] : {std::pair(-3.0, 3.0), std::pair(-0.1, 2.1)})
            EXPECT_TRUE(shows(article, sample(field, from, to))) << name_of(field) << from;
        for (const auto& [from, to] : {std::pair(0.9, 1.1), std::pair(0.98, 1.02),
                                       std::pair(-0.3, 0.3), std::pair(30., 31.)}) {
            const auto values = sample(field, from, to);
            const ColorMap map = shows(article, values)
                                     ? article
                                     : fitted_color_map(default_color_spec(field), field, values);
            const Picture picture = picture_of(values, map);
            EXPECT_TRUE(uses_its_palette(picture) || uses_half_of_its_colors(picture))
                << name_of(field) << from;
        }
    }
    EXPECT_FALSE(shows({}, sample(Field::loss, 0.9, 1.1)));
}

/// The fast evaluators have the same bits, so the same levels and the same picture; the reference,
/// in double, the same to rounding.
TEST(DefaultPictures, AreTheSameForEveryEvaluator) {
    const auto cpu = find_evaluator("cpu").load({real_valued(), Activation::tanh});
    const auto emulated = find_evaluator("emulated").load(*cpu);
    const auto reference = find_evaluator("reference").load(*cpu);
    for (const Field field : {Field::loss, Field::grad_wx, Field::condition})
        for (const Scale scale : {default_color_spec(field).scale, Scale::rank}) {
            View view;
            view.grid = {{-3, 3, 15}, {-2, 3, 11}};
            const auto drawn_by = [&](const LoadedModel& model) {
                const auto values = sample_values(model, view, field);
                ColorSpec spec = default_color_spec(field);
                spec.style = scale == Scale::rank ? ColorStyle::bands : ColorStyle::smooth;
                OwnColors own;
                if (scale == Scale::rank) {
                    spec.scale = scale;
                    own.levels = ranked_levels(spec, values);
                    spec.lo = own.levels.front(), spec.hi = own.levels.back();
                }
                Picture picture{{},
                                scale == Scale::rank ? ColorMap(spec, own)
                                                     : fitted_color_map(spec, field, values)};
                picture.indices = index_image(model, view, field, picture.map);
                return picture;
            };
            for (const Precision precision : {Precision::f32, Precision::f64}) {
                view.precision = precision;
                const Picture a = drawn_by(*cpu), b = drawn_by(*emulated);
                EXPECT_TRUE(std::ranges::equal(a.map.levels(), b.map.levels()));
                EXPECT_TRUE(std::ranges::equal(a.map.colors(), b.map.colors()));
                EXPECT_EQ(a.indices, b.indices) << name_of(field);
            }
            const Picture a = drawn_by(*cpu), c = drawn_by(*reference);
            EXPECT_TRUE(std::ranges::equal(a.map.colors(), c.map.colors()));
            ASSERT_EQ(a.map.levels().size(), c.map.levels().size());
            for (std::size_t i = 0; i < a.map.levels().size(); ++i)
                EXPECT_NEAR(a.map.levels()[i], c.map.levels()[i],
                            1e-9 * std::fabs(a.map.levels()[i]) + 1e-12);
            std::size_t other = 0;
            for (std::size_t i = 0; i < a.indices.size(); ++i)
                other += a.indices[i] != c.indices[i];
            // By rank cells lie on levels, where the last bit decides.
            EXPECT_LE(other, scale == Scale::rank ? a.map.levels().size() : 0) << name_of(field);
        }
}

/// Blue and red, 0 in the middle, wherever gradients are evaluated.
TEST(DefaultPictures, OfBothSignsDivergeForEveryEvaluator) {
    for (const char* evaluator : {"cpu", "emulated", "reference"}) {
        const auto model = find_evaluator(evaluator).load({real_valued(), Activation::tanh});
        View view;
        view.grid = {{-3, 3, 21}, {-2, 3, 17}};
        const ColorMap map = fitted_color_map(default_color_spec(Field::grad_wx), Field::grad_wx,
                                              sample_values(*model, view, Field::grad_wx));
        EXPECT_EQ(map.spec().palette, Palette::rdbu_r) << evaluator;
        EXPECT_EQ(map.spec().lo, -map.spec().hi);
    }
}

}  // namespace
}  // namespace gradscape::color
