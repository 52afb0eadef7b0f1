// The page in a real browser. Skipped where there is no Chromium.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <random>
#include <sstream>

#include "tests/cli/refusal.hpp"
#include "tests/explore/browser.hpp"
#include "tests/explore/explorer.hpp"
#include "tests/slowdown.hpp"

namespace gradscape::explore {
namespace {

using test::Browser;
using test::Explorer;
using test::gradscape;
using test::json;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// One browser and one explorer for all tests of a process: they take a second to start.
class Page : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        if (test::slowdown > 1 || test::browser_program().empty()) return;
        std::ofstream(folder() / "mine.csv") << "x1,x2,target\n1,0,1\n0.5,-2,3\n1,1,2\n";
        explorer_ = std::make_unique<Explorer>(std::vector<std::string>{});
        browser_ = std::make_unique<Browser>();
    }
    static void TearDownTestSuite() {
        browser_.reset();
        explorer_.reset();
    }
    void SetUp() override {
        // A map of trainings takes minutes then; the server has tests of its own (api_test.cpp).
        if (test::slowdown > 1) GTEST_SKIP() << "the page is the same under a sanitizer";
        if (!browser_) GTEST_SKIP() << "no chromium here: the Debian package chromium has it";
        complaints_before_ = browser_->complaints().size();
        browser_->resize(900, 600);
        browser_->open("about:blank", false);
        open("");
    }
    void TearDown() override {
        if (!browser_) return;
        std::vector<std::string> complaints = browser_->complaints();
        complaints.erase(complaints.begin(),
                         complaints.begin() + static_cast<std::ptrdiff_t>(complaints_before_));
        EXPECT_THAT(complaints, IsEmpty());
    }

    static const TemporaryFolder& folder() {
        static const TemporaryFolder one;
        return one;
    }
    static Browser& browser() { return *browser_; }
    static Explorer& explorer() { return *explorer_; }

    void open(const std::string& fragment) {
        browser().open(explorer().address() + (fragment.empty() ? "" : "#" + fragment));
    }
    void expect_settled() {
        ASSERT_TRUE(browser().wait_for("gradscape.isSettled()"))
            << browser().value("document.getElementById('status').textContent + location.hash");
    }
    /// Sets the state to what a fragment says, as the tour does.
    void go(const std::string& fragment) {
        browser().value("import('./state.js').then(s => s.set(s.stateOf('" + fragment + "')))");
        expect_settled();
    }
    json state(const std::string& name) { return browser().value("gradscape.state." + name); }

    /// Whether the canvas has the very colours of a picture of the server.
    std::string difference_from(const std::string& address) {
        return browser()
            .value(
                "(async () => {"
                "const reply = await fetch('" +
                address +
                "');"
                "if (!reply.ok) return await reply.text();"
                "const image = await createImageBitmap(await reply.blob(), {colorSpaceConversion: "
                "'none'});"
                "const canvas = document.getElementById('picture');"
                "if (image.width !== canvas.width || image.height !== canvas.height) return 'size';"
                "const other = new OffscreenCanvas(image.width, image.height).getContext('2d');"
                "other.drawImage(image, 0, 0);"
                "const a = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, image.width, "
                "image.height).data.buffer);"
                "const b = new Uint32Array(other.getImageData(0, 0, image.width, "
                "image.height).data.buffer);"
                "let wrong = 0; for (let i = 0; i < a.length; ++i) wrong += a[i] !== b[i];"
                "return wrong ? wrong + ' of ' + a.length + ' pixels' : 'none'; })()")
            .get<std::string>();
    }

private:
    static inline std::unique_ptr<Explorer> explorer_;
    static inline std::unique_ptr<Browser> browser_;
    std::size_t complaints_before_ = 0;
};

/// The words of a command as a shell takes them: ours have no quotes in them.
std::vector<std::string> words_of(const std::string& command) {
    std::istringstream stream(command);
    std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
    words.erase(words.begin());
    return words;
}

TEST_F(Page, PixelsAreThoseOfTheCommandLine) {
    browser().resize(520, 340);
    std::mt19937 random(7);
    const auto any_of = [&](const std::vector<std::string>& names) {
        return names[random() % names.size()];
    };
    for (int round = 0; round < 10; ++round) {
        const std::string cell = any_of({"linear", "linear", "tanh", "sigmoid", "relu"});
        std::string field = any_of({"loss", "grad-wx", "grad-wrec", "grad-norm", "log10-loss"});
        if (round == 9) field = "train-loss&optimizer=adam&iterations=15";
        const int depth = static_cast<int>(random() % 13);
        const double x = static_cast<double>(random() % 1000) / 400 - 1.2,
                     y = static_cast<double>(random() % 1000) / 400 - 1.2;
        const std::string fragment =
            fmt::format("cell={}&field={}&palette={}&style={}&x={}&y={}&span=4e-{}{}", cell, field,
                        any_of({"viridis", "magma", "turbo", "gray"}), any_of({"", "smooth"}), x, y,
                        depth, round % 3 == 0 ? "&aspect=2.5" : "");
        SCOPED_TRACE(fragment);
        go(fragment);
        const std::string address =
            browser().value("gradscape.exportAddress('png')").get<std::string>();
        EXPECT_EQ(difference_from(address), "none");
        // The state's other forms: the command, and the picture that it makes.
        const std::string file = folder() / "view.png";
        const std::string command =
            browser().value("gradscape.command('" + file + "')").get<std::string>();
        const auto run = gradscape(words_of(command));
        ASSERT_EQ(run.status, 0) << command << run.err;
        EXPECT_TRUE(explorer().get(address).body == read_all(file)) << command;
    }
}

TEST_F(Page, LinksHistoryKeysAndSizes) {
    browser().value("document.getElementById('overlay').focus()");
    browser().key("ArrowRight");
    browser().key("+", "+");
    browser().key("v", "v");
    expect_settled();
    const double x = state("x");
    EXPECT_GT(x, 0.1);
    EXPECT_LT(state("span"), 5);
    EXPECT_EQ(state("valley"), true);
    const std::string link = browser().value("gradscape.link()");
    EXPECT_THAT(link, HasSubstr("valley=1"));
    EXPECT_EQ(browser().value("location.href"), link);
    browser().key("0", "0");
    expect_settled();
    EXPECT_EQ(state("span"), 6);
    browser().value("history.back()");
    ASSERT_TRUE(browser().wait_for("gradscape.state.x === " + json(x).dump()));
    expect_settled();
    EXPECT_LT(state("span"), 5);

    // A link opened elsewhere, in a window of another size and other pixels.
    browser().resize(640, 480, 2);
    browser().open("about:blank", false);
    browser().open(link);
    EXPECT_EQ(state("x"), x);
    EXPECT_EQ(browser().value("document.getElementById('picture').width / "
                              "parseFloat(document.getElementById('picture').style.width)"),
              2);
    EXPECT_EQ(difference_from(browser().value("gradscape.exportAddress('png')")), "none");
    browser().resize(1000, 500);
    ASSERT_TRUE(browser().wait_for("gradscape.map.ratio === 1 && gradscape.isSettled()"));
    EXPECT_EQ(difference_from(browser().value("gradscape.exportAddress('png')")), "none");
}

TEST_F(Page, MovesZoomsAndTrainsByMouse) {
    browser().mouse("mousePressed", 300, 300, {{"button", "left"}, {"clickCount", 1}});
    browser().mouse("mouseMoved", 350, 280, {{"button", "left"}, {"buttons", 1}});
    browser().mouse("mouseMoved", 400, 250, {{"button", "left"}, {"buttons", 1}});
    browser().mouse("mouseReleased", 400, 250, {{"button", "left"}, {"clickCount", 1}});
    expect_settled();
    EXPECT_LT(state("x"), -0.3);
    EXPECT_LT(state("y"), -0.1);
    EXPECT_EQ(browser().value("gradscape.trained().runs.length"), 0);

    const std::string under = "JSON.stringify(gradscape.at(300, 300))";
    const json before = json::parse(browser().value(under).get<std::string>());
    browser().mouse("mouseWheel", 300, 300, {{"deltaX", 0}, {"deltaY", -300}});
    ASSERT_TRUE(browser().wait_for("gradscape.state.span < 5.9 && gradscape.isSettled()"));
    const json after = json::parse(browser().value(under).get<std::string>());
    EXPECT_NEAR(after[0].get<double>(), before[0].get<double>(), 1e-9);
    EXPECT_NEAR(after[1].get<double>(), before[1].get<double>(), 1e-9);
    browser().mouse("mouseWheel", 300, 300, {{"deltaX", 0}, {"deltaY", -300}, {"modifiers", 1}});
    ASSERT_TRUE(browser().wait_for("gradscape.state.aspect > 1.2 && gradscape.isSettled()"));

    go("");
    browser().mouse("mouseMoved", 320, 310);
    ASSERT_TRUE(browser().wait_for("gradscape.trained().live.length === 1"));
    ASSERT_TRUE(browser().wait_for("gradscape.point().fields['grad-norm'] > 0"));
    browser().click(330, 200);
    ASSERT_TRUE(browser().wait_for("gradscape.trained().runs.length === 1"));
    EXPECT_EQ(browser().value("gradscape.trained().runs[0].count"), 501);
    expect_settled();
    EXPECT_THAT(browser().value("location.hash").get<std::string>(), HasSubstr("starts="));
    go("race=1&starts=-1.5,2&iterations=50");
    ASSERT_TRUE(browser().wait_for("gradscape.trained().runs.length === 10"));
    EXPECT_EQ(browser().value("document.querySelectorAll('#runs li').length"), 10);
    // The clicked path is that of the command line.
    const std::string file = folder() / "view.path.csv";
    go("starts=0.25,0.5&optimizer=adam&learning_rate=0.02&iterations=30");
    const std::string command = browser().value("gradscape.command('" + file + "')");
    ASSERT_EQ(gradscape(words_of(command)).status, 0) << command;
    EXPECT_TRUE(explorer().get(browser().value("gradscape.exportAddress('path')")).body ==
                read_all(file));
}

TEST_F(Page, Fingers) {
    const auto touch = [&](const char* type, const json& points) {
        browser().call("Input.dispatchTouchEvent", {{"type", type}, {"touchPoints", points}});
    };
    const auto at = [](int id, double x, double y) { return json{{"id", id}, {"x", x}, {"y", y}}; };
    touch("touchStart", json::array({at(0, 280, 300)}));
    touch("touchStart", json::array({at(0, 280, 300), at(1, 360, 300)}));
    touch("touchMove", json::array({at(0, 240, 300), at(1, 400, 300)}));
    touch("touchEnd", json::array());
    ASSERT_TRUE(browser().wait_for("gradscape.state.span < 4 && gradscape.isSettled()"));
    const double x = state("x");
    touch("touchStart", json::array({at(0, 280, 300)}));
    touch("touchMove", json::array({at(0, 300, 300)}));
    touch("touchMove", json::array({at(0, 350, 300)}));
    touch("touchEnd", json::array());
    ASSERT_TRUE(browser().wait_for("gradscape.state.x < " + json(x - 0.1).dump()));
}

TEST_F(Page, EveryStopOfTheTour) {
    browser().resize(420, 300);
    const int stops = browser().value("gradscape.tour.length");
    EXPECT_GE(stops, 12);
    for (int i = 0; i < stops; ++i) {
        browser().value("gradscape.visit(" + std::to_string(i) + ")");
        expect_settled();
        EXPECT_EQ(browser().value("document.getElementById('status').textContent"), "") << i;
        // There is something to see.
        EXPECT_GE(browser().value(
                      "(() => { const c = document.getElementById('picture'); return new Set(new "
                      "Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, "
                      "c.height).data.buffer)).size; })()"),
                  4)
            << i;
    }
}

TEST_F(Page, KeepsWhatAFragmentSaysAndMendsWhatItCannot) {
    open("field=grad-norm&style=smooth&scale=linear&range=1:100&x=0.5");
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"style", "smooth"}, {"scale", "linear"}, {"range", "1:100"}})
        EXPECT_EQ(state(name), value);
    // Another field of the user's choice comes with its own colours.
    browser().value(
        "(() => { const field = document.getElementById('field'); field.value = 'loss';"
        "field.dispatchEvent(new Event('change', {bubbles: true})); })()");
    expect_settled();
    EXPECT_EQ(browser().value("location.hash"), "#x=0.5");

    for (const std::string fragment :
         {"x=1e16", "x=1&y=-1e300&span=1e-300", "span=1e300&aspect=1e300", "x=nan&span=-1&aspect=0",
          "cell=foo&field=foo&palette=foo&style=foo&scale=foo&optimizer=foo&data=9",
          "constructor=1&__proto__=1&toString=1"}) {
        SCOPED_TRACE(fragment);
        browser().open("about:blank", false);
        open(fragment + "&valley=1");
        EXPECT_EQ(state("valley"), true);
        EXPECT_EQ(browser().value("document.getElementById('status').textContent"), "");
        EXPECT_EQ(browser().value("document.getElementById('optimizer').value"), "rprop");
        EXPECT_GE(browser().value("document.querySelectorAll('#parameters input').length"), 3);
    }
    // A quote ends no word of the command that is shown.
    browser().value("gradscape.set({at: \"'\"})");
    EXPECT_EQ(browser().value("gradscape.fragmentOf()"), "valley=1&at=%27");
}

TEST_F(Page, WhatIsTypedIsRememberedAndWhatIsCopiedSaidOnce) {
    browser().value(
        "(() => { const x = document.getElementById('point-x'); x.value = '0.25';"
        "x.dispatchEvent(new Event('change', {bubbles: true})); })()");
    expect_settled();
    EXPECT_THAT(browser().value("location.hash").get<std::string>(), HasSubstr("at=0.25,"));
    browser().value("document.getElementById('sweep-play').click()");
    ASSERT_TRUE(browser().wait_for("gradscape.fragmentOf().includes('delta0')"));
    browser().value("document.getElementById('sweep-play').click()");
    expect_settled();
    EXPECT_EQ(browser().value("location.hash"), browser().value("'#' + gradscape.fragmentOf()"));

    browser().value(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async () => {}}});"
        "document.getElementById('copy-link').click();");
    const std::string text = "document.getElementById('copy-link').textContent";
    ASSERT_TRUE(browser().wait_for(text + " === 'Copied'"));
    browser().value("document.getElementById('copy-link').click()");
    browser().value("new Promise(done => setTimeout(done, 1500))");
    EXPECT_EQ(browser().value(text), "Link");
}

TEST_F(Page, ComesToRestHoweverItWasMoved) {
    const std::string cell =
        "gradscape.map.rows * gradscape.state.aspect && "
        "[16, 19, 23, 27].includes((s => { while (s >= 32) s /= 2; while (s < "
        "16) s *= 2; return s; })(gradscape.state.span / "
        "Math.min(gradscape.map.rows, gradscape.map.cols)))";
    go("cell=tanh&x=0.3&span=2.9");
    EXPECT_TRUE(browser().wait_for(cell));
    browser().value("gradscape.set({span: 3.7})");  // typed, or a stop of the tour
    EXPECT_TRUE(browser().wait_for(cell + " && gradscape.isSettled()"));
    browser().resize(700, 500);
    EXPECT_TRUE(browser().wait_for("gradscape.map.cols > 500 && gradscape.isSettled() && " + cell));
    // Back at the picture that is there, nothing of another is left over it.
    browser().value(
        "gradscape.set({palette: 'gray'});"
        "new Promise(done => setTimeout(done, 30)).then(() => gradscape.set({palette: "
        "'viridis'}))");
    expect_settled();
    EXPECT_EQ(difference_from(browser().value("gradscape.exportAddress('png')")), "none");
}

TEST_F(Page, ADoubleClickOnlyZoomsAndAltLeavesTheMapAlone) {
    browser().mouse("mouseMoved", 300, 300);
    for (const int count : {1, 2})
        for (const char* type : {"mousePressed", "mouseReleased"})
            browser().mouse(type, 300, 300, {{"button", "left"}, {"clickCount", count}});
    ASSERT_TRUE(browser().wait_for("gradscape.state.span === 3 && gradscape.isSettled()"));
    EXPECT_EQ(state("starts"), "");
    EXPECT_EQ(state("at"), "");
    const double x = state("x");
    browser().value("document.getElementById('overlay').focus()");
    browser().call("Input.dispatchKeyEvent",
                   {{"type", "keyDown"}, {"key", "ArrowRight"}, {"modifiers", 1}});
    expect_settled();
    EXPECT_EQ(state("x"), x);
}

TEST_F(Page, FitsColoursWhereValuesDifferLittle) {
    for (const char* view : {"x=0.3&y=0.2&span=1e-6", "x=0.3&y=0.2&span=1e-12"}) {
        go(view);
        browser().value("document.getElementById('fit').click()");
        expect_settled();
        EXPECT_EQ(browser().value("document.getElementById('status').textContent"), "") << view;
        EXPECT_GE(browser().value(
                      "(() => { const c = document.getElementById('picture'); return new Set(new "
                      "Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, "
                      "c.height).data.buffer)).size; })()"),
                  8)
            << view << browser().value("gradscape.state.range");
    }
}

/// What is chosen and has no picture in the article comes in a range of its own.
TEST_F(Page, FitsColoursToWhatIsChosen) {
    const auto choice = [](const std::string& id, const std::string& value) {
        return "(() => { const s = document.getElementById('" + id + "'); s.value = '" + value +
               "'; s.dispatchEvent(new Event('change', {bubbles: true})); })();";
    };
    const auto choose = [&](const std::string& id, const std::string& value) {
        browser().value(choice(id, value));
        expect_settled();
        return state("range").get<std::string>();
    };
    go("");
    const std::string loss = choose("cell", "tanh"), slope = choose("field", "grad-norm");
    EXPECT_NE(loss, "");
    EXPECT_NE(slope, "");
    EXPECT_NE(slope, loss);
    EXPECT_THAT(browser().value("gradscape.command()").get<std::string>(),
                HasSubstr("--range=" + slope));
    // One step back is one choice back, with its colours.
    browser().value("history.back()");
    ASSERT_TRUE(browser().wait_for("gradscape.state.field === 'loss'"));
    expect_settled();
    EXPECT_EQ(state("range"), loss);
    EXPECT_EQ(choose("cell", "linear"), "");
    // What was asked for before does not come after what was chosen last.
    browser().value(choice("cell", "tanh") + choice("cell", "linear"));
    expect_settled();
    EXPECT_EQ(state("range"), "");
    browser().value(choice("field", "train-loss") + choice("field", "grad-wx"));
    expect_settled();
    EXPECT_EQ(state("range"), "");
    // A link's range is of what it shows.
    go("cell=tanh&range=" + loss);
    EXPECT_NE(choose("cell", "relu"), loss);
    EXPECT_EQ(choose("cell", "linear"), "");
}

TEST_F(Page, ChequersWhereRoundingDecides) {
    const auto expect_note = [&](const std::string& fragment, const std::string& begin) {
        go(fragment);
        EXPECT_TRUE(
            browser().wait_for("document.getElementById('bound-note').textContent"
                               ".startsWith('" +
                               begin + "')"))
            << fragment << browser().value("document.getElementById('bound-note').textContent");
        expect_settled();  // what the note speaks of is drawn in the next frame
    };
    const char* chequer =
        "(() => { const c = document.getElementById('overlay'), at = c.getContext('2d')"
        ".getImageData(c.width / 2, c.height / 2, 16, 16).data;"
        "return at.filter((value, i) => i % 4 === 3 && value === 0x90).length; })()";
    expect_note("bound=1&x=0.3&y=0.2", "Rounding changes no colour");
    EXPECT_EQ(browser().value(chequer), 0);
    expect_note("bound=1&x=1&y=1&span=1e-13&field=log10-loss&range=-30:-20", "Chequered, ");
    EXPECT_GT(browser().value(chequer), 200);
    expect_note("bound=1&field=train-loss&iterations=5", "No error bound of trained fields");
    EXPECT_EQ(browser().value(chequer), 0);
    go("");
    EXPECT_TRUE(browser().value("document.getElementById('bound-note').hidden"));
}

/// The picture of README.md, where GRADSCAPE_SCREENSHOT says: how it is made again.
TEST_F(Page, ShowsTheRaceOfTheReadme) {
    browser().resize(1366, 768);
    browser().value("gradscape.visit(9)");
    ASSERT_TRUE(browser().wait_for("gradscape.trained().runs.length === 10"));
    browser().value(
        "(() => { const time = document.getElementById('time'); time.value = 60;"
        "time.dispatchEvent(new Event('input')); })()");
    expect_settled();
    EXPECT_EQ(browser().value("gradscape.trained().shownUpTo"), 60);
    const char* path = std::getenv("GRADSCAPE_SCREENSHOT");
    if (!path) return;
    ASSERT_TRUE(
        browser().wait_for("getComputedStyle(document.getElementById('hint')).opacity === '0'"));
    const std::string text = browser().call("Page.captureScreenshot")["data"];
    std::string bytes;
    unsigned bits = 0, count = 0;
    for (const char c : text) {  // base64
        constexpr std::string_view digits =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) break;
        bits = bits << 6 | static_cast<unsigned>(digit);
        count += 6;
        if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8));
    }
    std::ofstream(path, std::ios::binary) << bytes;
}

/// By the rules of axe-core, whose script tools/test.sh fetches, in every state of the page.
TEST_F(Page, AxeFindsNothing) {
    const char* const script = std::getenv("GRADSCAPE_AXE");
    if (!script) GTEST_SKIP() << "GRADSCAPE_AXE does not name an axe.min.js";
    const std::string axe = read_all(script);
    const auto expect_nothing = [&](const std::string& what) {
        EXPECT_EQ(browser().value(
                      axe + "; axe.run().then(found => found.violations.flatMap(rule => "
                            "rule.nodes.map(node => rule.id + ': ' + node.html)).join('\\n'))"),
                  "")
            << what;
    };
    for (const char* scheme : {"light", "dark"}) {
        browser().call("Emulation.setEmulatedMedia",
                       {{"features", {{{"name", "prefers-color-scheme"}, {"value", scheme}}}}});
        for (const int width : {1366, 420}) {
            const std::string where = std::string(scheme) + ' ' + std::to_string(width);
            browser().resize(width, 768);
            open("");
            expect_nothing(where);
            browser().value("gradscape.visit(9)");
            ASSERT_TRUE(browser().wait_for("gradscape.trained().runs.length === 10"));
            expect_nothing(where + ", a race");
            for (const char* dialog : {"export-dialog", "keys-dialog"}) {
                const std::string element =
                    std::string("document.getElementById('") + dialog + "')";
                browser().value(element + ".showModal()");
                expect_nothing(where + ", " + dialog);
                browser().value(element + ".close()");
            }
        }
    }
    browser().call("Emulation.setEmulatedMedia", {{"features", json::array()}});
}

TEST_F(Page, AnotherTabOtherDataAndTheServersEnd) {
    const Explorer two({folder() / "mine.csv", folder() / "mine.csv"});
    Browser second;
    second.resize(600, 400);
    second.open(two.address());
    browser().mouse("mouseMoved", 300, 300);
    EXPECT_EQ(second.value("document.getElementById('data').options.length"), 2);
    second.value("gradscape.set({data: 1, cell: 'tanh'})");
    ASSERT_TRUE(second.wait_for("gradscape.isSettled() && gradscape.point()"));
    EXPECT_THAT(second.value("gradscape.command()").get<std::string>(), HasSubstr("mine.csv"));
    EXPECT_THAT(second.complaints(), IsEmpty());

    // What is refused is said, and not asked for again.
    const std::string count =
        "window.asked = 0; const real = window.fetch;"
        "window.fetch = (...a) => { ++asked; return real(...a); };";
    const std::string wait = "new Promise(done => setTimeout(done, 1000)).then(() => asked)";
    second.value(count + "gradscape.set({range: '5:1'})");
    ASSERT_TRUE(second.wait_for(
        "document.getElementById('status').textContent.includes('low end must be less')"));
    EXPECT_LE(second.value(wait), 6);
    second.value("gradscape.set({range: ''})");
    ASSERT_TRUE(second.wait_for(
        "gradscape.isSettled() && document.getElementById('status').textContent === ''"));

    // A server that is gone is said to be, with the command that brings the view back.
    auto gone = std::make_unique<Explorer>();
    second.open(gone->address());
    gone.reset();
    second.value(count + "gradscape.set({x: 0.5})");
    ASSERT_TRUE(
        second.wait_for("document.getElementById('status').textContent.includes(\"gradscape "
                        "explore --view 'x=0.5\")"));
    EXPECT_LE(second.value(wait), 6);
}

}  // namespace
}  // namespace gradscape::explore
