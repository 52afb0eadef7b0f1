// The real program over real sockets: what it serves, and to whom.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gradscape/color_doubt.hpp"
#include "gradscape/index_image.hpp"
#include "gradscape/loaded_model.hpp"
#include "tests/article_model.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/explore/explorer.hpp"

namespace gradscape::explore {
namespace {

using nlohmann::json;
using test::Explorer;
using test::gradscape;
using test::RawReply;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::uint32_t word_at(const std::string& bytes, std::size_t at) {
    std::uint32_t word = 0;
    if (at + 4 <= bytes.size()) std::memcpy(&word, bytes.data() + at, 4);
    return word;
}

/// A client's picture of the pieces, from the top; 255: not painted.
struct Painted {
    std::vector<std::uint8_t> indices;
    json facts;
    std::size_t previews = 0;
};

Painted painted(const std::string& bytes, std::int64_t cols, std::int64_t rows) {
    Painted result{std::vector<std::uint8_t>(static_cast<std::size_t>(cols * rows), 255), {}, 0};
    const auto set = [&](std::int64_t x, std::int64_t y, std::uint8_t index) {
        if (x >= 0 && y >= 0 && x < cols && y < rows)
            result.indices[static_cast<std::size_t>(y * cols + x)] = index;
    };
    for (std::size_t at = 0; at + 32 <= bytes.size();) {
        const std::uint32_t kind = word_at(bytes, at), size = word_at(bytes, at + 24);
        const auto x = static_cast<std::int32_t>(word_at(bytes, at + 4)),
                   y = static_cast<std::int32_t>(word_at(bytes, at + 8));
        const std::uint32_t piece_cols = word_at(bytes, at + 12), scale = word_at(bytes, at + 20);
        const std::string content = bytes.substr(at + 32, size);
        at += 32 + (size + 3) / 4 * 4;
        if (kind == 3) {
            result.facts = json::parse(content);
        } else if (kind == 2) {
            if (scale > 1) ++result.previews;
            for (std::uint32_t cell = 0; cell < size; ++cell)
                for (std::uint32_t i = 0; i < scale * scale; ++i)
                    set(x + cell % piece_cols * scale + i % scale,
                        y + cell / piece_cols * scale + i / scale,
                        static_cast<std::uint8_t>(content[cell]));
        } else {
            std::int64_t row = y, column = 0;
            for (std::size_t run = 0; run < size; run += 4) {
                const std::uint32_t word = word_at(content, run);
                for (; column < word >> 8; ++column)
                    set(column, row, static_cast<std::uint8_t>(word));
                if (column == cols) ++row, column = 0;
            }
        }
    }
    return result;
}

std::vector<std::uint8_t> from_the_top(const std::vector<std::uint8_t>& image, std::size_t cols) {
    std::vector<std::uint8_t> turned;
    for (std::size_t row = image.size() / cols; row-- > 0;)
        turned.insert(turned.end(), image.begin() + static_cast<std::ptrdiff_t>(row * cols),
                      image.begin() + static_cast<std::ptrdiff_t>((row + 1) * cols));
    return turned;
}

TEST(Explore, AFrameOfRunsIsThePicture) {
    const Explorer explorer;
    const RawReply reply =
        explorer.get("api/view?x0=-2.5&x1=3&y0=-1&y1=2&w=300&h=200&field=grad-wrec");
    ASSERT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.has_field("Gradscape-Precision: f64"));
    View view;
    view.grid = {{-2.5, 3, 300}, {-1, 2, 200}};
    view.precision = Precision::f64;
    const auto image =
        index_image(*find_evaluator("cpu").load(article_model()), view, Field::grad_wrec,
                    ColorMap(default_color_spec(Field::grad_wrec)));
    const Painted frame = painted(reply.body, 300, 200);
    EXPECT_TRUE(frame.indices == from_the_top(image, 300));
    EXPECT_EQ(frame.facts["precision"], "f64");
}

TEST(Explore, AFrameOnTheLatticeIsThePictureAndPreviewsComeFirst) {
    const Explorer explorer;
    const RawReply reply =
        explorer.get("api/view?kx=-100&mx=16&nx=-9&ky=-77&my=19&ny=-9&w=201&h=155&cell=tanh");
    ASSERT_EQ(reply.status, 200);
    View view;
    const double dx = 16 / 512.0, dy = 19 / 512.0;
    view.grid = {{-100 * dx, 100 * dx, 201}, {-77 * dy, 77 * dy, 155}};
    const auto model = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    const auto image = index_image(*model, view, Field::loss, ColorMap());
    const Painted frame = painted(reply.body, 201, 155);
    EXPECT_TRUE(frame.indices == from_the_top(image, 201));
    EXPECT_GT(frame.previews, 0u);
}

TEST(Explore, ExportsAreTheCommandLinesBytes) {
    const TemporaryFolder folder;
    std::ofstream(folder / "mine.csv") << "x1,x2,target\n1,0,1\n0.5,-2,3\n";
    const Explorer explorer({folder / "mine.csv"});
    struct AskedView {
        std::string query;
        std::vector<std::string> options;
        std::string range;  ///< the map's, which the command line would take from the values
    };
    const std::vector<AskedView> views{
        {"wx=-1.25:3&wrec=-2:0.1&size=64x48",
         {"--wx=-1.25:3", "--wrec=-2:0.1", "--size=64x48"},
         "--range=0.6309573444801932:1e8"},
        {"wx=-1:1&wrec=-1:1&size=40x30&cell=tanh&field=train-steps&optimizer=adam&iterations=9",
         {"--wx=-1:1", "--wrec=-1:1", "--size=40x30", "--cell=tanh", "--field=train-steps",
          "--optimizer=adam", "--iterations=9"},
         "--range=-0.5:9.5"}};
    for (const auto& [query, options, range] : views)
        for (const char* kind : {"png", "npy", "npz", "csv", "svg", "pdf"}) {
            const bool figure = *kind == 's' || std::string(kind) == "pdf";
            std::vector<std::string> words{"surface", "--data", folder / "mine.csv"};
            words.insert(words.end(), options.begin(), options.end());
            if (figure && query.find("tanh") != std::string::npos) continue;  // takes long enough
            words.insert(words.end(),
                         {figure ? "--figure" : "-o", folder / ("a." + std::string(kind))});
            if (figure || std::string(kind) == "png") words.push_back(range);
            const auto run = gradscape(words);
            ASSERT_EQ(run.status, 0) << run.err;
            const RawReply reply = explorer.get("export." + std::string(kind) + "?" + query);
            ASSERT_EQ(reply.status, 200) << reply.body;
            EXPECT_TRUE(reply.has_field("Content-Disposition: attachment"));
            std::string expected = read_all(folder / ("a." + std::string(kind)));
            std::string body = reply.body;
            if (std::string(kind) == "pdf") {  // Cairo writes the time
                const auto without_date = [](std::string& text) {
                    const std::size_t at = text.find("/CreationDate");
                    if (at != std::string::npos) text.erase(at, text.find('\n', at) - at);
                };
                without_date(expected);
                without_date(body);
            }
            EXPECT_TRUE(body == expected) << kind << ' ' << query;
        }
    const auto run = gradscape({"train", "--data", folder / "mine.csv", "--start=0.5,-0.25",
                                "--iterations=20", "-o", folder / "path.csv"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(explorer.get("export.csv?start=0.5,-0.25&iterations=20").body ==
                read_all(folder / "path.csv"));
}

TEST(Explore, KnowsPointsPathsValleysAndColours) {
    const Explorer explorer;
    const json point = json::parse(explorer.get("api/point?x=1&y=0.5").body);
    const auto model = find_evaluator("cpu").load(article_model());
    EXPECT_EQ(point["fields"]["loss"], model->point({1, 0.5}, {Field::loss})[Field::loss]);
    EXPECT_EQ(point["trace"]["log10"].size(), 11u);
    EXPECT_EQ(point["predictions"].size(), 5u);
    EXPECT_EQ(point["valley"], model->valley(std::vector{0.5}).front());
    const json curved = json::parse(explorer.get("api/point?x=1&y=0.5&field=condition").body);
    for (const Field field : curvature_fields)
        EXPECT_EQ(curved["fields"][std::string(name_of(field))],
                  model->point({1, 0.5}, {field})[field]);
    const json trained = json::parse(explorer.get("api/point?x=1&y=0.5&field=train-wx").body);
    EXPECT_EQ(trained["fields"]["train-wx"],
              model->point({1, 0.5}, {Field::train_wx})[Field::train_wx]);

    const std::string paths =
        explorer.get("api/path?x=-1.5&y=2&optimizers=rprop,adam&iterations=500").body;
    ASSERT_EQ(paths.size(), 2 * (16 + 501 * 24));
    EXPECT_EQ(word_at(paths, 4), 501u);
    double last[3];
    std::memcpy(last, paths.data() + 16 + 500 * 24, sizeof last);
    EXPECT_NEAR(last[0], 1.001355547207059, 1e-12);
    EXPECT_NEAR(last[1], 0.9996744737846419, 1e-12);

    EXPECT_EQ(explorer.get("api/valley?y0=-1&y1=1&h=7").body.size(), 56u);
    EXPECT_EQ(explorer.get("api/valley?y0=-1&y1=1&h=7&cell=tanh").status, 400);
    const json colors = json::parse(explorer.get("api/colors?field=loss&levels=12").body);
    EXPECT_EQ(colors["values"].size(), 12u);
    EXPECT_EQ(colors["colors"].size(), 14u);
    const json info = json::parse(explorer.get("api/info").body);
    EXPECT_EQ(info["optimizers"].size(), 10u);
    EXPECT_EQ(info["data"][0]["sequences"], 20);
    const RawReply module = explorer.get("info.js");
    EXPECT_EQ(module.body, "export const info = " + explorer.get("api/info").body + ";\n");
    EXPECT_TRUE(module.has_field("Content-Type: text/javascript; charset=utf-8"));
}

TEST(Explore, FitsARangeAsTheCommandLine) {
    const Explorer explorer;
    const TemporaryFolder folder;
    const auto fitted = [&](const std::string& parameters) {
        const RawReply reply = explorer.get("api/fit?x0=-2&x1=3&y0=-1&y1=2&w=80&h=60" + parameters);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return json::parse(reply.body).at("range");
    };
    for (const auto& [cell, field] : std::vector<std::pair<std::string, std::string>>{
             {"tanh", "grad-norm"}, {"sigmoid", "loss"}, {"linear", "condition"}}) {
        const auto run = gradscape(
            {"surface", "--wx=-2:3", "--wrec=-1:2", "--size", "80x60", "--cell", cell, "--field",
             field, "--range", "auto", "--json", "facts", "-o", "a.png", "--quiet"},
            folder.path());
        ASSERT_EQ(run.status, 0) << run.err;
        EXPECT_EQ(fitted("&cell=" + cell + "&field=" + field),
                  json::parse(read_all(folder / "facts")).at("colors").at("range"))
            << cell << ' ' << field;
    }
    const RawReply dead = explorer.get(
        "api/fit?x0=-2&x1=-1&y0=-1&y1=-0.5&w=8&h=6&cell=relu&field=grad-norm");  // 0 everywhere
    EXPECT_TRUE(json::parse(dead.body).at("range").is_null()) << dead.body;
    // Alike to all but the last digits: what they are, and not a range around them.
    const auto narrow =
        json::parse(
            explorer.get("api/fit?x0=1&x1=1.000000000001&y0=0.5&y1=0.500000000001&w=9&h=9").body)
            .at("range");
    EXPECT_LT(narrow[1].get<double>() - narrow[0].get<double>(), 1e-9 * narrow[1].get<double>());
    EXPECT_GT(narrow[1], narrow[0]);
}

TEST(Explore, SaysWhereRoundingDecidesAColour) {
    const Explorer explorer;
    const auto doubtful = [&](const std::string& where) {
        const RawReply reply = explorer.get("api/doubt?" + where);
        EXPECT_EQ(reply.status, 200) << reply.body;
        EXPECT_EQ(reply.body.size(), 12u * 6u) << "blocks of eight, the last ones narrower";
        return std::count(reply.body.begin(), reply.body.end(), '\1');
    };
    for (const char* cell : {"linear", "tanh"})
        EXPECT_LE(doubtful("x0=-3&x1=3&y0=-3&y1=3&w=92&h=41&cell=" + std::string(cell)), 3) << cell;
    // Around the minimum; where the loss itself is next to nothing.
    EXPECT_GE(doubtful("x0=0.99999999999999&x1=1.00000000000001&y0=0.99999999999999"
                       "&y1=1.00000000000001&w=92&h=41&field=log10-loss&range=-30:-20"),
              60);
    EXPECT_EQ(doubtful("kx=-46&mx=16&nx=-8&ky=-20&my=16&ny=-8&w=92&h=41&field=condition"
                       "&cell=sigmoid"),
              0);
    // From the upper left corner on, whatever the height; the cells of a library call.
    const RawReply corner = explorer.get(
        "api/doubt?x0=1&x1=1.00000000000054&y0=0.9999999999997&y1=1&w=37&h=21"
        "&field=log10-loss&range=-28:-20");
    View view;
    const Axis x{1, 1.00000000000054, 37}, y{0.9999999999997, 1, 21};
    view.grid.wx = {x.lo + 3.5 * x.step(), x.lo + 3.5 * x.step() + 32 * x.step(), 5};
    view.grid.wrec = {y.hi - 3.5 * y.step() - 16 * y.step(), y.hi - 3.5 * y.step(), 3};
    view.fields = {Field::log10_loss};
    view.precision = Precision::f64;
    view.method = Method::rows;
    ColorSpec spec = default_color_spec(Field::log10_loss);
    spec.lo = -28, spec.hi = -20;
    const auto wanted = doubtful_colors(*find_evaluator("cpu").load(article_model()), view,
                                        Field::log10_loss, ColorMap(spec));
    ASSERT_EQ(corner.body.size(), wanted.size());
    const auto some = std::ranges::count(wanted, 1);
    EXPECT_GT(some, 0);
    EXPECT_LT(some, 15);
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 5; ++column)
            EXPECT_EQ(corner.body[row * 5 + column], wanted[(2 - row) * 5 + column])
                << row << ' ' << column;
    // Of one pixel, the one that api/view draws.
    const std::string at = "api/doubt?x0=1&x1=2&y0=1&y1=2&w=1&h=1&field=log10-loss&range=-28:-20";
    EXPECT_EQ(explorer.get(at).body, "\1");
    const RawReply trained =
        explorer.get("api/doubt?x0=0&x1=1&y0=0&y1=1&w=9&h=9&field=train-loss&iterations=9");
    EXPECT_EQ(trained.status, 400);
    EXPECT_THAT(trained.body, HasSubstr("train-loss: no error bound is known"));
}

TEST(Explore, ExportsTrainNoLongerThanTheyMay) {
    const Explorer explorer;
    for (const char* target :
         {"export.svg?start=1,1&iterations=1000000000", "export.csv?start=1,1&iterations=100001",
          "export.png?field=train-loss&iterations=10001"}) {
        const RawReply reply = explorer.get(target);
        EXPECT_EQ(reply.status, 400) << target;
        EXPECT_THAT(reply.body, HasSubstr("iterations")) << target;
    }
}

TEST(Explore, RefusesWrongQueriesInALine) {
    const Explorer explorer;
    for (const char* query :
         {"api/view?w=10&h=10", "api/view?x0=1&x1=0&y0=0&y1=1&w=9&h=9",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9&h=9&cell=lstm",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9000&h=9",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9&h=9&field=train-loss&iterations=10001",
          "api/view?kx=9007199254740993&mx=16&nx=0&ky=0&my=16&ny=0&w=9&h=9",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9&h=9&data=1",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9&h=9&output=x.png",
          "api/view?x0=0&x1=1&y0=0&y1=1&w=9&h=9&like=x.png", "api/path?x=0&y=0&optimizers=sgd",
          "api/point?x=0", "api/colors?range=3:1", "export.png?size=999999x999999",
          "export.csv?size=2000x2000", "api/info?a=%"}) {
        const RawReply reply = explorer.get(query);
        EXPECT_EQ(reply.status, 400) << query;
        EXPECT_THAT(reply.body, ::testing::StartsWith("gradscape: error: ")) << query;
        EXPECT_EQ(std::count(reply.body.begin(), reply.body.end(), '\n'), 1) << query;
    }
}

TEST(Explore, NothingIsThereWithoutTheToken) {
    const Explorer explorer, other;
    EXPECT_EQ(explorer.root().size(), 34u);
    EXPECT_NE(explorer.root(), other.root());
    std::string almost = explorer.root();
    almost[5] = almost[5] == '0' ? '1' : '0';
    for (const std::string& target :
         {std::string("/"), std::string("/api/info"), std::string("/index.html"), almost,
          almost + "api/info", other.root(), explorer.root().substr(0, 33)})
        EXPECT_EQ(explorer.get_target(target).status, 404) << target;
    EXPECT_EQ(explorer.get("").status, 200);
}

/// The browser's words can be read by other users: they lead to the page once.
TEST(Explore, StartsTheBrowserWithAnAddressForOnce) {
    const TemporaryFolder folder;
    const std::string said = folder / "said";
    std::ofstream(folder / "xdg-open") << "#!/bin/sh\necho \"$1\" >'" << said << ".part' && mv '"
                                       << said << ".part' '" << said << "'\n";
    std::filesystem::permissions(folder / "xdg-open", std::filesystem::perms::owner_all);
    const Explorer explorer({"/usr/bin/env", "PATH=" + folder.path() + ":/usr/bin:/bin"},
                            {"--view", "cell=relu"});
    const auto limit = std::chrono::steady_clock::now() + test::patience;
    while (!std::filesystem::exists(said) && std::chrono::steady_clock::now() < limit)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::string address = read_all(said);
    const std::string origin = "http://127.0.0.1:" + std::to_string(explorer.port());
    ASSERT_TRUE(address.starts_with(origin)) << address;
    ASSERT_TRUE(address.ends_with("/#cell=relu\n")) << address;
    address = address.substr(origin.size(), 34);
    EXPECT_NE(address, explorer.root());
    if (::geteuid() == 0) {  // another user, who may have read it
        const auto other = test::run_program(
            {"/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "/bin/bash", "-c",
             "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(explorer.port()) + "; printf 'GET " +
                 address + " HTTP/1.1\\r\\nHost: 127.0.0.1:" + std::to_string(explorer.port()) +
                 "\\r\\n\\r\\n' >&3; head -n 1 <&3"});
        EXPECT_THAT(other.out, HasSubstr("404")) << other.err;
    }
    const RawReply first = explorer.get_target(address);
    EXPECT_EQ(first.status, 303);
    EXPECT_NE(first.head.find("Location: " + explorer.root() + "\r\n"), std::string::npos)
        << first.head;
    EXPECT_EQ(explorer.get_target(address).status, 404);
    EXPECT_EQ(explorer.get("").status, 200);
}

TEST(Explore, NoFileIsBehindAnAddress) {
    const Explorer explorer;
    for (const char* path : {"../main.js", "%2e%2e/main.js", "./main.js", "/main.js", "main.js/",
                             "..%2f..%2fetc/passwd", "/etc/passwd", "main.js%00", "MAIN.JS",
                             "export.exe", "api/", "api/view/"})
        EXPECT_EQ(explorer.get(path).status, 404) << path;
    EXPECT_EQ(explorer.get("main.js").status, 200);
}

TEST(Explore, ThePageIsSmallAndAllItsOwn) {
    const Explorer explorer;
    const std::string page = explorer.get("").body;
    std::size_t bytes = page.size();
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(GRADSCAPE_SOURCE_DIR "/tools/explore/page")) {
        const std::string name = entry.path().filename().string();
        if (name == "index.html") continue;
        const RawReply file = explorer.get(name);
        EXPECT_EQ(file.status, 200) << name;
        EXPECT_GT(file.body.size(), 100u) << name;
        EXPECT_EQ(file.body.find("http://") == std::string::npos ||
                      file.body.find("http://www.w3.org/2000/svg") != std::string::npos,
                  true)
            << name;
        EXPECT_EQ(file.body.find("https://"), std::string::npos) << name;
        const std::string source = read_all(entry.path().string());
        EXPECT_LT(std::count(source.begin(), source.end(), '\n'), 300) << name;
        bytes += file.body.size();
    }
    EXPECT_LE(bytes, 80u << 10);
}

TEST(Explore, AClientThatLeavesCostsNothing) {
    const Explorer explorer;
    {
        test::RawClient client(explorer.port());
        // Ten thousand iterations for each of sixty million cells: hours.
        client.get(explorer.root() +
                       "api/view?kx=0&mx=16&nx=-12&ky=0&my=16&ny=-12&w=8000&h=8000&cell=tanh"
                       "&field=train-loss&optimizer=gd&learning-rate=1e-9&iterations=10000",
                   explorer.port());
    }
    // The threads are free for who comes next, and the server ends at once.
    EXPECT_EQ(explorer.get("api/view?kx=0&mx=16&nx=-6&ky=0&my=16&ny=-6&w=64&h=64&cell=tanh").status,
              200);
}

TEST(Explore, EndsAtCtrlC) {
    Explorer explorer;
    test::RawClient idle(explorer.port()), busy(explorer.port());
    busy.get(explorer.root() +
                 "api/view?kx=0&mx=16&nx=-12&ky=0&my=16&ny=-12&w=8000&h=8000&cell=tanh"
                 "&field=train-loss&optimizer=gd&learning-rate=1e-9&iterations=10000",
             explorer.port());
    EXPECT_EQ(explorer.get("api/info").status, 200);
    EXPECT_EQ(explorer.end(SIGINT), 130);
    EXPECT_TRUE(idle.is_closed());
}

TEST(Explore, UsageErrors) {
    const TemporaryFolder folder;
    const Explorer explorer;
    const auto port = std::to_string(explorer.port());
    test::expect_refusal(folder, {"explore", "--no-browser", "--port", port},
                         "--port " + port + ": another program listens there; ");
    test::expect_refusal(folder, {"explore", "--port", "0"}, "--port 0: a whole number from 1");
    test::expect_refusal(folder, {"explore", "no.csv"}, "no.csv");
    test::expect_refusal(folder, {"explore", "--view", "a b"}, "--view a b: what stands behind");
    std::ofstream(folder / "mine.csv") << "x1\n1\n";
    test::expect_refusal(folder, {"explore", "mine.csv", "--seed", "2"}, "--seed: has no effect");
}

TEST(Explore, BeginsWithAView) {
    const Explorer explorer({"--view", "#cell=tanh&x=1"});
    EXPECT_THAT(explorer.address(), ::testing::EndsWith(explorer.root() + "#cell=tanh&x=1"));
}

}  // namespace
}  // namespace gradscape::explore
