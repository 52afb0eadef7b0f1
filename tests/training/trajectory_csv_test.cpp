// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/train.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class TrajectoryCsv : public ::testing::Test {
protected:
    std::vector<Weights> read(const std::string& content) const {
        write_file(path_, content);
        return read_trajectory_csv(path_);
    }
    void expect_error(const std::string& content, const std::string& complaint) const {
        EXPECT_THAT([&] { read(content); },
                    ThrowsMessage<InputError>(AllOf(HasSubstr(path_), HasSubstr(complaint))));
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_ / "path.csv";
};

TEST_F(TrajectoryCsv, ReadsItsColumnsWhereverTheyAre) {
    const auto points = read("w_rec;loss;w_x\n2;nan;1\n-0.5;0;3e4\n");
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(points[0].wx, 1);
    EXPECT_EQ(points[0].wrec, 2);
    EXPECT_EQ(points[1].wx, 3e4);
    EXPECT_EQ(points[1].wrec, -0.5);
}

TEST_F(TrajectoryCsv, RefusesWhatHasNoPoints) {
    expect_error("w_x,w_rec\n", "has a header but no points");
    expect_error("w_x,w_rek\n1,2\n", "no column w_rec");
    expect_error("w_x,w_rec\n1\n", "column 2 is ''");
}

/// And leaks nothing, which the address sanitizer sees.
TEST_F(TrajectoryCsv, RefusesAQuoteOutOfPlaceInTheHeader) {
    expect_error("w_x,w_rec\"\n1,2\n", "a quote is out of place");
}

}  // namespace
}  // namespace gradscape
