// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/golden.hpp"
#include "tests/io/png_reader.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;

bool exists(const std::string& path) { return std::filesystem::exists(path); }

TEST(SurfaceCommand, WritesEveryKindOfFile) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"surface", "--size", "40x30", "-o", folder / "a.png", folder / "a.npy",
                   folder / "a.npz", folder / "a.csv", "--figure", folder / "a.svg", "--mark",
                   "1,1", "-1.5,2,red", "--valley", "--json", folder / "a.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "gradscape: backend cpu\n");
    for (const char* name : {"a.png", "a.npy", "a.npz", "a.csv", "a.svg"})
        EXPECT_THAT(run.out, HasSubstr("wrote " + folder / name)) << name;
    EXPECT_EQ(test::read_all(folder / "a.npy").size(), 128 + 40 * 30 * sizeof(float));
    EXPECT_THAT(test::read_all(folder / "a.png"), HasSubstr("gradscape:parameters"));
    const auto rows = golden::csv(folder / "a.csv");
    ASSERT_EQ(rows.size(), 1200u);
    EXPECT_EQ(golden::number(rows[0], "w_x"), -3);
    EXPECT_EQ(golden::number(rows[0], "w_rec"), -3);

    const auto facts = nlohmann::json::parse(test::read_all(folder / "a.json"));
    double smallest = INFINITY;
    for (const auto& row : rows) smallest = std::min(smallest, golden::number(row, "loss"));
    EXPECT_EQ(facts["statistics"]["loss"]["min"]["value"].get<float>(),
              static_cast<float>(smallest));
    EXPECT_EQ(facts["statistics"]["loss"]["non_finite"]["nan"], 0);
}

TEST(SurfaceCommand, BytesDoNotDependOnThreadsOrMemory) {
    const TemporaryFolder folder;
    for (const std::string cell : {"linear", "tanh"}) {
        const auto draw = [&](const std::string& name, std::vector<std::string> options) {
            options.insert(options.begin(),
                           {"surface", "--cell", cell, "--size", "300x200", "--style", "smooth",
                            "--quiet", "-o", folder / (name + ".png"), folder / (name + ".npy")});
            EXPECT_EQ(gradscape(options).status, 0);
            return test::read_all(folder / (name + ".png")) +
                   test::read_all(folder / (name + ".npy"));
        };
        const std::string one = draw("one", {"--threads", "1"});
        EXPECT_EQ(one, draw("three", {"--threads", "3"}));
        EXPECT_EQ(one, draw("small", {"--max-memory", "4M"}));
    }
}

/// A picture alone is drawn from the row form, beside an array from the array's values.
TEST(SurfaceCommand, PicturesFromTheRowFormEqualThoseFromValues) {
    const TemporaryFolder folder;
    for (const std::string field : {"loss", "log10-loss", "grad-wx", "grad-wrec", "grad-norm"}) {
        const auto draw = [&](const std::string& name, std::vector<std::string> options) {
            options.insert(options.begin(), {"surface", "--field", field, "--size", "211x307", "-o",
                                             folder / (name + ".png")});
            options.insert(options.end(), {"--json", folder / (name + ".json")});
            EXPECT_EQ(gradscape(options).status, 0);
            return nlohmann::json::parse(test::read_all(folder / (name + ".json")));
        };
        const auto spans = draw("spans", {}),
                   cells = draw("cells", {folder / "x.npy", "--precision", "f64"});
        EXPECT_EQ(spans["precision"], "f64");
        EXPECT_EQ(spans["statistics"], cells["statistics"]);
        EXPECT_EQ(test::parse_png(test::read_all(folder / "spans.png")).indices,
                  test::parse_png(test::read_all(folder / "cells.png")).indices);
        EXPECT_EQ(draw("single", {"--precision", "f32"})["precision"], "f32");
    }
}

TEST(SurfaceCommand, LongSequencesAreFiniteEverywhere) {
    const TemporaryFolder folder;
    const auto run =
        gradscape({"surface", "--length", "10000", "--wrec", "-1.5:1.5", "--size", "31", "--field",
                   "log10-loss", "-o", folder / "x.png", "--json", folder / "x.json"});
    EXPECT_EQ(run.status, 0) << run.err;
    const auto facts = nlohmann::json::parse(test::read_all(folder / "x.json"));
    for (const auto& count : facts["statistics"]["log10-loss"]["non_finite"]) EXPECT_EQ(count, 0);
    EXPECT_GT(facts["statistics"]["log10-loss"]["max"]["value"], 3000);
}

TEST(SurfaceCommand, MapsTraining) {
    const TemporaryFolder folder;
    const auto run = gradscape({"surface", "--field", "train-steps", "--size", "20", "--iterations",
                                "50", "-o", folder / "t.npy"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(test::read_all(folder / "t.npy").size(), 128 + 400 * sizeof(double));
}

TEST(SurfaceCommand, DrawsATrainingPath) {
    const TemporaryFolder folder;
    ASSERT_EQ(gradscape({"train", "-o", folder / "path.csv", "--quiet"}).status, 0);
    EXPECT_EQ(gradscape({"surface", "--trajectory", folder / "path.csv", "--figure",
                         folder / "f.png", "--quiet"})
                  .status,
              0);
    EXPECT_TRUE(exists(folder / "f.png"));
    EXPECT_FALSE(exists(folder / "surface.png"));
}

struct BadSurface {
    std::vector<std::string> options;
    std::string complaint;
};

TEST(SurfaceCommand, SaysInOneLineWhatIsWrong) {
    const TemporaryFolder folder;
    std::ofstream(folder / "path.csv") << "w_x,w_rec\n1,2\n1,oops\n";
    std::ofstream(folder / "other.csv") << "a,b\n1,2\n";
    const BadSurface cases[] = {
        {{"-o", "x.jpg"}, "-o x.jpg"},
        {{"-o", "x.png", "x.png"}, "cannot write 'x.png': this run writes it already"},
        {{"-o", "no/such/folder/x.png"}, "no/such/folder"},
        {{"-o", "x.png", "--cell", "tanh", "--valley", "--figure", "f.png"}, "--valley"},
        {{"-o", "x.png", "--cell", "tanh", "--method", "rows"}, "--method rows"},
        {{"-o", "x.png", "--backend", "cuda"}, "--backend cuda"},
        {{"-o", "x.png", "--backend", "abacus"}, "--backend abacus"},
        {{"-o", "x.png", "--palette", "jet"}, "--palette jet"},
        {{"-o", "x.png", "--levels", "1"}, "--levels 1"},
        {{"-o", "x.png", "--range", "-1:5"}, "log"},
        {{"-o", "x.png", "--range", "5:5"}, "--range 5:5"},
        {{"-o", "x.png", "--max-memory", "0"}, "--max-memory 0"},
        {{"-o", "x.png", "--max-memory", "12Q"}, "--max-memory 12Q"},
        {{"--figure", "x.gif"}, "x.gif"},
        {{"--figure", "f.png", "--samples", "17"}, "--samples 17"},
        {{"-o", "x.png", "--samples", "4"}, "--samples requires --figure"},
        {{"-o", "x.png", "--mark", "1,1"}, "--mark requires --figure"},
        {{"-o", "x.png", "--valley"}, "--valley requires --figure"},
        {{"-o", "x.png", "--trajectory", "path.csv"}, "--trajectory requires --figure"},
        {{"--figure", "f.png", "--mark", "1"}, "--mark 1"},
        {{"--figure", "f.png", "--mark", "1,2,heliotrope"}, "heliotrope"},
        {{"--figure", "f.png", "--trajectory", "path.csv"}, "path.csv:3"},
        {{"--figure", "f.png", "--trajectory", "other.csv"}, "w_x"},
        {{"-o", "x.csv", "--size", "3000"}, "x.csv"},
    };
    for (const auto& [options, complaint] : cases) {
        std::vector<std::string> arguments{"surface", "--quiet"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto run = gradscape(arguments, folder.path());
        EXPECT_EQ(run.status, 2) << complaint << run.err;
        EXPECT_THAT(run.err, ::testing::StartsWith("gradscape: error: ")) << complaint;
        EXPECT_THAT(run.err, HasSubstr(complaint));
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        for (const char* name : {"x.png", "x.jpg", "x.csv", "f.png", "x.gif"})
            EXPECT_FALSE(exists(folder / name)) << complaint;
    }
}

}  // namespace
}  // namespace gradscape::cli
