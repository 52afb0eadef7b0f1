// The page beside a .dzi in a real browser, from a file. Skipped where there is no Chromium.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <memory>

#include "tests/explore/browser.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/run_program.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::explore {
namespace {

using test::Browser;
using test::gradscape;
using test::parse_png;
using test::PngPicture;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

constexpr int window_cols = 701, window_rows = 500;

std::string decode_base64(const std::string& text) {
    std::string bytes;
    unsigned bits = 0, value = 0;
    for (char c : text) {
        constexpr std::string_view digits =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) break;  // padding
        value = value << 6 | static_cast<unsigned>(digit);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(value >> bits & 0xff);
    }
    return bytes;
}

/// What the screen shows, 3 bytes a pixel.
std::vector<std::uint8_t> screen(Browser& browser) {
    const std::string png =
        decode_base64(browser.call("Page.captureScreenshot", {{"format", "png"}})["data"]);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_TRUE(png_image_begin_read_from_memory(&image, png.data(), png.size()));
    EXPECT_EQ(image.width, static_cast<unsigned>(window_cols));
    EXPECT_EQ(image.height, static_cast<unsigned>(window_rows));
    image.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
    EXPECT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
    return pixels;
}

class TilesPage : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        if (test::slowdown > 1 || test::browser_program().empty()) return;
        for (const char* output : {"map.dzi", "map.png"})
            ASSERT_EQ(gradscape({"surface", "--size", "1301x1100", "-o", output, "--quiet"},
                                folder().path())
                          .status,
                      0);
        browser_ = std::make_unique<Browser>();
    }
    static void TearDownTestSuite() { browser_.reset(); }
    void SetUp() override {
        if (test::slowdown > 1) GTEST_SKIP() << "the page is the same under a sanitizer";
        if (!browser_) GTEST_SKIP() << "no chromium here: the Debian package chromium has it";
        complaints_before_ = browser_->complaints().size();
        browser_->resize(window_cols, window_rows);
        browser_->open("about:blank", false);
        open("");
    }
    void TearDown() override {
        if (!browser_) return;
        EXPECT_EQ(browser_->complaints().size(), complaints_before_);
    }

    static const TemporaryFolder& folder() {
        static const TemporaryFolder one;
        return one;
    }
    static Browser& browser() { return *browser_; }
    void open(const std::string& fragment) {
        browser().open("file://" + (folder() / "map.html") + fragment);
    }
    void expect_settled() { ASSERT_TRUE(browser().wait_for("gradscape.isSettled()")); }
    double view(const std::string& name) { return browser().value("gradscape.view." + name); }

    /// Looks from a point of the picture, in its pixels, and compares what is seen, but for the
    /// buttons, with a picture whose pixel is 2^level of the finest.
    void expect_screen(double x, double y, int level, const PngPicture& picture) {
        browser().value(
            fmt::format("Object.assign(gradscape.view, {{x: {}, y: {}, scale: {}}}), "
                        "dispatchEvent(new Event('resize'))",
                        x, y, 1.0 / (1 << level)));
        expect_settled();
        const auto pixels = screen(browser());
        const double apart = 1 << level;
        const int left = static_cast<int>(x / apart - window_cols / 2.0),
                  top = static_cast<int>(y / apart - window_rows / 2.0);
        int compared = 0;
        for (int row = 70; row < window_rows - 60; ++row)
            for (int col = 0; col < window_cols; ++col, ++compared) {
                const auto at = static_cast<std::size_t>(top + row) * picture.width +
                                static_cast<std::size_t>(left + col);
                const Rgb expected = picture.palette[picture.indices.at(at)];
                const auto* const shown = &pixels[3 * (static_cast<std::size_t>(row) * window_cols +
                                                       static_cast<std::size_t>(col))];
                ASSERT_EQ((Rgb{shown[0], shown[1], shown[2]}), expected) << col << ' ' << row;
            }
        EXPECT_GT(compared, 100'000);
    }

private:
    static inline std::unique_ptr<Browser> browser_;
    std::size_t complaints_before_ = 0;
};

TEST_F(TilesPage, ShowsThePixelsOfThePicture) {
    const PngPicture whole = parse_png(read_all(folder() / "map.png"));
    expect_screen(650.5, 550, 0, whole);
    expect_screen(420.5, 300, 0, whole);
    // The level of half the size is a surface of its own grid.
    const double step_x = 6.0 / 1300, step_y = 6.0 / 1099;
    const auto range = [](double step, int pixels) {
        return fmt::format("{}:{}", -3 + step / 2, -3 + step / 2 + (pixels - 1) * 2 * step);
    };
    ASSERT_EQ(gradscape({"surface", "--wx=" + range(step_x, 651), "--wrec=" + range(step_y, 550),
                         "--size", "651x550", "-o", "half.png", "--quiet"},
                        folder().path())
                  .status,
              0);
    browser().resize(window_cols, window_rows);
    PngPicture half = parse_png(read_all(folder() / "half.png"));
    // Wider than the level: what is around it is no part of the comparison.
    browser().value(
        "Object.assign(gradscape.view, {x: 650, y: 550, scale: .5}), "
        "dispatchEvent(new Event('resize'))");
    expect_settled();
    const auto pixels = screen(browser());
    for (std::size_t row = 70; row < window_rows - 60; ++row)
        for (std::size_t col = 40; col < 600; ++col) {
            // The picture's left edge lies at 701/2 − 650/2 = 25.5, rounded up, its top at −25.
            const Rgb expected = half.palette[half.indices[(row + 25) * 651 + col - 26]];
            const auto* const shown = &pixels[3 * (row * window_cols + col)];
            ASSERT_EQ((Rgb{shown[0], shown[1], shown[2]}), expected) << col << ' ' << row;
        }
}

TEST_F(TilesPage, IsSteeredByKeysButtonsAndTouch) {
    const double whole = view("scale");
    EXPECT_NEAR(whole, 500.0 / 1100, 1e-9);
    browser().key("+", "+");
    EXPECT_NEAR(view("scale"), 2 * whole, 1e-9);
    const double before = view("x");
    browser().key("ArrowRight");
    EXPECT_GT(view("x"), before);
    browser().key("1", "1");
    EXPECT_EQ(view("scale"), 1);
    browser().value("document.getElementById('out').click()");
    EXPECT_NEAR(view("scale"), 0.5, 1e-9);
    browser().key("0", "0");
    EXPECT_NEAR(view("scale"), whole, 1e-9);
    // Two fingers that move apart to twice their distance.
    const auto touch = [&](const char* type, double apart) {
        test::json points = test::json::array();
        if (apart > 0)
            points = {{{"x", 350 - apart}, {"y", 250}, {"id", 0}},
                      {{"x", 350 + apart}, {"y", 250}, {"id", 1}}};
        browser().call("Input.dispatchTouchEvent", {{"type", type}, {"touchPoints", points}});
    };
    touch("touchStart", 50);
    touch("touchMove", 100);
    touch("touchEnd", 0);
    EXPECT_NEAR(view("scale"), 2 * whole, 0.05);
    browser().mouse("mouseWheel", 350, 250, {{"deltaX", 0}, {"deltaY", 300}});
    EXPECT_TRUE(browser().wait_for(fmt::format("gradscape.view.scale < {}", 1.5 * whole)));
    expect_settled();
}

TEST_F(TilesPage, IsTheViewOfItsAddress) {
    open("#at=1,1&zoom=2");
    expect_settled();
    EXPECT_NEAR(view("x"), 4 / (6.0 / 1300) + 0.5, 1e-6);
    EXPECT_NEAR(view("y"), 1100 - 0.5 - 4 / (6.0 / 1099), 1e-6);
    EXPECT_EQ(view("scale"), 2);
    browser().key("-", "-");
    EXPECT_TRUE(browser().wait_for("location.hash.endsWith('zoom=1')"));
    EXPECT_THAT(browser().value("document.getElementById('place').textContent").dump(),
                HasSubstr("1.000"));
}

TEST_F(TilesPage, TellsWhatItIs) {
    EXPECT_EQ(browser().value("document.title"), "loss over the weights, 1301 × 1100");
    EXPECT_EQ(browser().value("document.getElementById('map').getAttribute('aria-label')"),
              "loss over the weights, 1301 × 1100");
    EXPECT_EQ(browser().value("[...document.querySelectorAll('button')]"
                              ".every(b => b.ariaLabel || b.textContent.trim())"),
              true);
    browser().key("?", "?");
    EXPECT_EQ(browser().value("document.getElementById('about').open"), true);
    EXPECT_THAT(browser().value("document.getElementById('facts').textContent").dump(),
                HasSubstr("overviewevaluated"));
    browser().key("?", "?");
    EXPECT_EQ(browser().value("document.getElementById('about').open"), false);
}

TEST_F(TilesPage, IsLightOrDark) {
    const auto ground = [&] {
        return browser().value("getComputedStyle(document.body).backgroundColor").dump();
    };
    const auto prefer = [&](const char* scheme) {
        browser().call("Emulation.setEmulatedMedia",
                       {{"features", {{{"name", "prefers-color-scheme"}, {"value", scheme}}}}});
    };
    prefer("light");
    const std::string light = ground();
    prefer("dark");
    const std::string dark = ground();
    EXPECT_NE(light, dark);
    browser().key("t", "t");
    EXPECT_EQ(ground(), light);
    prefer("");
}

}  // namespace
}  // namespace gradscape::explore
