// --config: TOML as others read it, and errors with their place.
// SPDX-License-Identifier: MIT
#include <fstream>

#include "tests/cli/refusal.hpp"

namespace gradscape::cli {
namespace {

using test::expect_refusal;
using test::gradscape;
using test::read_all;
using test::TemporaryFolder;

class ConfigFile : public ::testing::Test {
protected:
    std::vector<std::string> surface(const std::string& toml) const {
        std::ofstream(folder_ / "c.toml", std::ios::binary) << toml;
        return {"surface", "--quiet", "--config", "c.toml"};
    }
    /// What the subcommand writes with the file as with these options.
    void expect_same(const std::string& toml, std::vector<std::string> options,
                     const std::string& output = "x.csv") const {
        const auto read = gradscape(surface(toml), folder_.path());
        EXPECT_EQ(read.status, 0) << toml << read.err;
        const std::string from_file = read_all(folder_ / output);
        options.insert(options.begin(), {"surface", "--quiet"});
        const auto given = gradscape(options, folder_.path());
        EXPECT_EQ(given.status, 0) << given.err;
        EXPECT_EQ(from_file, read_all(folder_ / output)) << toml;
    }
    void expect_error(const std::string& toml, const std::string& complaint) const {
        expect_refusal(folder_, surface(toml), complaint);
    }

    TemporaryFolder folder_;
};

TEST_F(ConfigFile, W2ReadsWhatTomlAllows) {
    const std::vector<std::string> wanted{"--size", "3x2", "--wx", "-1:2", "-o", "x.csv"};
    for (const std::string toml :
         {"size = \"3x2\"\nwx = \"-1:2\"\noutput = \"x.csv\"\n",
          "[surface] # of the plane\nsize = '3x2' # small\nwx = \"-1:2\"\noutput = [\n  \"x.csv\", "
          "# one\n]\n",
          "\xef\xbb\xbfsurface = { size = \"3x2\", wx = \"\\u002d1:2\", output = \"x.csv\" }\r\n",
          "surface.size = \"3x2\"\nsurface.wx = \"-1:2\"\n\"surface\".output = [\"x.csv\"]\n",
          "size = \"\"\"\\\n   3x2\"\"\"\nwx = '-1:2'\noutput = \"x.csv\"\n[train]\nstart = "
          "\"1,1\"\n",
          "[surface]\nsize = \"3x2\"\nwx = \"-1:2\"\noutput = \"x.csv\"\nresume = false\n"})
        expect_same(toml, wanted);
    expect_same("size = 3\noutput = \"x.csv\"\n", {"--size", "3", "-o", "x.csv"});
}

TEST_F(ConfigFile, W2AHashInTextIsNoComment) {
    expect_same("size = 8\nfigure = \"x.svg\"\nmark = [\"1,1,#00ff00\", \"2,1\"]\n",
                {"--size", "8", "--figure", "x.svg", "--mark", "1,1,#00ff00", "2,1"}, "x.svg");
    const auto run = gradscape(surface("size = 4\noutput = \"run.png#1.png\"\n"), folder_.path());
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(std::filesystem::exists(folder_ / "run.png#1.png"));
}

TEST_F(ConfigFile, W2TheCommandLineGoesBeforeTheFile) {
    auto arguments = surface("size = 9\nwx = \"3:-3\"\noutput = \"x.csv\"\n");
    arguments.insert(arguments.end(), {"--size", "2", "--wx", "0:1"});
    EXPECT_EQ(gradscape(arguments, folder_.path()).status, 0);
    const std::string rows = read_all(folder_ / "x.csv");
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 5);
    // An error is the file's only where its value was taken.
    std::filesystem::remove(folder_ / "x.csv");
    arguments.back() = "1:0";
    expect_refusal(folder_, arguments, "error: --wx 1:0");
}

TEST_F(ConfigFile, W2ErrorsNameFileAndLine) {
    expect_error("size = 4\ncolour = 3\n",
                 "c.toml:2: colour: no such option of `gradscape surface`");
    expect_error("\n[surface]\npalete = \"magma\"\n",
                 "c.toml:3: palete: no such option of `gradscape surface`; did you mean palette?");
    expect_error("[train]\nsize = 3\n", "c.toml:2: size: no such option of `gradscape train`");
    expect_error("[surf]\nsize = 3\n",
                 "c.toml:1: [surf]: no such subcommand; did you mean surface?");
    expect_error("\nsize = nan\n", "c.toml:2: --size nan: COLSxROWS or N");
    expect_error("wx = \"3:-3\"\n", "c.toml:1: --wx 3:-3: the low end");
    expect_error("\n\nmark = \"1,1\"\n", "c.toml:3: --mark requires --figure");
    expect_error("valley = \"yes\"\n", "c.toml:1: valley: true or false is wanted");
    expect_error("size = 1979-05-27\n", "c.toml:1: size: text, a number, true or false");
    expect_error("wx = { low = 1, high = 2 }\n", "c.toml:1: [wx]: no such subcommand");
    expect_error("[surface]\nwx = { low = 1, high = 2 }\n", "c.toml:2: wx: text, a number");
    expect_error("output = []\n", "c.toml:1: output: an empty array");
    expect_error("output = [[\"x.png\"]]\n", "c.toml:1: output: text, a number");
    expect_error("help = true\n", "c.toml:1: help: no such option");
    expect_error("output = \"a\\u0000b.png\"\n", "c.toml:1: output: holds a NUL");
}

TEST_F(ConfigFile, W2WhatIsNotTomlIsRefused) {
    expect_error("[ = 1\n", "c.toml:1: not TOML");
    expect_error("size = 1979-05-2\u012b07:00\n", "c.toml:1: not TOML");
    for (const std::string toml :
         {"size 4\n", "size = \n", "size = 4\nsize = 5\n", "[surface\nsize = 4\n", "size = \"4\n",
          "size = 4x4\n", "wx = -1:2\n", "output = [\"x.png\"\n", "a = \xff\n"})
        expect_error(toml, "c.toml:");
    expect_error("size = 4x4\n", "c.toml:1: not TOML: ");
    expect_error(std::string((std::size_t{1} << 20) + 1, ' '), "c.toml: is larger than a MiB");
    expect_refusal(folder_, {"surface", "--config", "missing.toml"},
                   "--config missing.toml: cannot");
    expect_refusal(folder_, {"surface", "--config", "."}, "--config .: cannot be read");
}

/// A MiB of a.a.a… once exhausted the stack.
TEST_F(ConfigFile, KeysOfManyPartsAreRefused) {
    std::string deep = "a";
    for (int part = 0; part < 500'000; ++part) deep += ".a";
    const std::string complaint = "a key of more than 8 parts; OPTION or SUBCOMMAND.OPTION";
    for (const std::string& toml :
         {deep + " = 1\n", "[" + deep + "]\n", "[[" + deep + "]]\n", "size = {" + deep + " = 1}\n",
          "size = { x = \"\"\"a\"\"\"\"\", " + deep + " = 1 }\n", "size = { x = 'a', " + deep})
        expect_error(toml, "c.toml:1: " + complaint);
    expect_error("size = \"\"\"a\nb\"\"\" # \"\n" + deep + "=1\n", "c.toml:3: " + complaint);
    expect_error("a.b.c.d.e.f.g.h = 1\n", "c.toml:1: [a]: no such subcommand");
    const std::string path = "'./././././././././././x.csv'";
    expect_same("size = 3 # a.b.c.d.e.f.g.h.i.j\noutput = " + path, {"--size", "3", "-o", "x.csv"});
    std::string points = "\"1.5,1.5\"";
    for (int point = 0; point < 20; ++point) points += ", \"1.5,1.5\"";
    const auto run = gradscape({"trace", "--quiet", "-o", "t.csv", "--config", "c.toml"},
                               (surface("at = [" + points + "]\n"), folder_.path()));
    EXPECT_EQ(run.status, 0) << run.err;
}

}  // namespace
}  // namespace gradscape::cli
