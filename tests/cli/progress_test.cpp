// SPDX-License-Identifier: MIT
#include "tools/common/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace gradscape::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ProgressText, ShowsPercentageRateBytesAndTimeLeft) {
    EXPECT_EQ(progress_text(250, 1000, 2.5, 12345), " 25 %  100 cells/s  12.3 kB  ETA 0:08");
    EXPECT_EQ(progress_text(1'000'000'000, 4'000'000'000'000, 1, 0),
              "  0 %  1.00 Gcells/s  0.00 B  ETA 1:06:39");
    EXPECT_EQ(progress_text(1000, 1000, 0, 999'600), "100 %  0.00 cells/s  1.00 MB");
    EXPECT_EQ(progress_text(999, 1000, 1, 0), " 99 %  999 cells/s  0.00 B  ETA 0:01");
}

struct Output {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream{std::tmpfile(), std::fclose};

    std::string text() const {
        std::string all(static_cast<std::size_t>(std::ftell(stream.get())), '\0');
        std::rewind(stream.get());
        all.resize(std::fread(all.data(), 1, all.size(), stream.get()));
        return all;
    }
};

TEST(Progress, PrintsALineForEachTenthWhenVerbose) {
    Output output;
    {
        Progress progress(Verbosity::verbose, 1000, output.stream.get(), false);
        for (std::uint64_t done = 0; done <= 1000; done += 25) progress.update(done, 2 * done);
    }
    const std::string text = output.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
    EXPECT_THAT(text, HasSubstr(" 10 %"));
    EXPECT_THAT(text, HasSubstr("100 %"));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(Progress, SaysNothingElsewhere) {
    Output output;
    {
        Progress(Verbosity::normal, 10, output.stream.get(), false).update(10, 0);
        Progress(Verbosity::quiet, 10, output.stream.get(), true).update(10, 0);
        Progress(Verbosity::quiet, 10, output.stream.get(), false).update(10, 0);
    }
    EXPECT_EQ(output.text(), "");
}

TEST(Progress, DrawsABarOnATerminalAndWipesIt) {
    Output output;
    {
        Progress progress(Verbosity::normal, 4, output.stream.get(), true);
        std::this_thread::sleep_for(std::chrono::milliseconds(350));
        progress.update(1, 100);
    }
    EXPECT_THAT(output.text(), HasSubstr("\r[######..................]  25 %"));
    EXPECT_TRUE(output.text().ends_with("\r\x1b[K"));
}

}  // namespace
}  // namespace gradscape::cli
