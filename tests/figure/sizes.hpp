// The pages on which every kind of figure must be tidy: as wide as a column, as a page, a slide, a
// square and a tall one; and two that are much longer one way than the other.
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/figure/layout.hpp"

namespace gradscape::test {

inline constexpr double inch = 72;

struct PageSize {
    const char* name;
    double width, height;  ///< inches; 0: as the content asks
    double dpi;
};
inline constexpr PageSize five_sizes[]{{"column", 3.5, 0, 300},
                                       {"page", 7.2, 5.5, 300},
                                       {"slide", 40.0 / 3, 7.5, 144},
                                       {"square", 5, 5, 144},
                                       {"tall", 4.5, 8, 200}};
inline constexpr PageSize odd_sizes[]{{"ribbon", 3.5, 20, 100}, {"strip", 20, 2.2, 100}};

class FigureSizes : public ::testing::TestWithParam<PageSize> {
protected:
    FigurePage page() const {
        const PageSize& size = GetParam();
        return {size.width * inch, size.height * inch, size.dpi, Theme::light};
    }
    template <class Figure>
    void expect_fits(const Figure& figure) const {
        const figure::Scene scene = figure::compose(figure, page());
        figure::expect_tidy(scene);
        if (page().width > 0) {
            EXPECT_NEAR(scene.width * scene.scale, page().width, 1e-6);
        }
        if (page().height > 0) {
            EXPECT_NEAR(scene.height * scene.scale, page().height, 1e-6);
        }
        // Letters that can be read in print, from 6 points.
        for (const figure::Text& text : figure::items_of<figure::Text>(scene))
            EXPECT_GE(text.size * scene.scale, text.halo ? 5.4 : 6) << text.markup;
    }
};

}  // namespace gradscape::test

#define GRADSCAPE_AT_FIVE_SIZES(suite)                                                        \
    INSTANTIATE_TEST_SUITE_P(Five, suite, ::testing::ValuesIn(::gradscape::test::five_sizes), \
                             [](const auto& tested) { return std::string(tested.param.name); })
#define GRADSCAPE_AT_ODD_SIZES(suite)                                                       \
    INSTANTIATE_TEST_SUITE_P(Odd, suite, ::testing::ValuesIn(::gradscape::test::odd_sizes), \
                             [](const auto& tested) { return std::string(tested.param.name); })
