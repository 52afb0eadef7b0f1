// SPDX-License-Identifier: MIT
#include "host/figure/drawing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/error.hpp"

namespace gradscape::figure {
namespace {

TEST(Drawing, IsLoadedOnce) { EXPECT_EQ(&drawing(), &drawing()); }

TEST(Drawing, SaysWhatIsMissing) {
    EXPECT_THAT([] { load_drawing("libgradscape-absent.so"); },
                testing::ThrowsMessage<RunError>(testing::AllOf(
                    testing::HasSubstr("figures cannot be drawn: libgradscape-absent.so: "),
                    testing::HasSubstr("LD_LIBRARY_PATH"))));
    // There, but no module of ours.
    EXPECT_THROW(load_drawing("libz.so.1"), RunError);
}

}  // namespace
}  // namespace gradscape::figure
