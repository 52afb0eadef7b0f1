// `surface` where what it does by itself must be said: minima of log10-loss, coinciding points,
// what was evaluated how, maps of training.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gradscape/color_map.hpp"
#include "gradscape/png.hpp"
#include "gradscape/resolution.hpp"
#include "tests/cli/refusal.hpp"
#include "tests/io/npy_reader.hpp"
#include "tests/io/png_reader.hpp"

namespace gradscape::cli {
namespace {

using test::expect_refusal;
using test::gradscape;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json json_of(const std::string& path) {
    return nlohmann::json::parse(test::read_all(path));
}

test::PngPicture read_png(const std::string& path) { return test::parse_png(test::read_all(path)); }

nlohmann::json parameters_of(const std::string& path) {
    for (const PngText& text : read_png_texts(path))
        if (text.keyword == "gradscape:parameters") return nlohmann::json::parse(text.text);
    return {};
}

TEST(SurfaceCorners, N16AnExactMinimumIsTheLowestColourAndTheMinimum) {
    const TemporaryFolder folder;
    const std::vector<std::vector<std::string>> ways{
        {"--backend", "cpu"},       {"--backend", "cpu", "--precision", "f32", "--method", "bptt"},
        {"--backend", "emulated"},  {"--backend", "emulated", "--precision", "f64"},
        {"--backend", "reference"}, {"--backend", "cpu", "-o", folder / "also.npy"}};
    for (const auto& way : ways) {
        SCOPED_TRACE(::testing::PrintToString(way));
        std::vector<std::string> arguments{
            "surface", "--field", "log10-loss", "--wx",           "0:2",    "--wrec",         "0:2",
            "--size",  "101",     "-o",         folder / "a.png", "--json", folder / "a.json"};
        arguments.insert(arguments.end(), way.begin(), way.end());
        const auto run = gradscape(arguments);
        EXPECT_EQ(run.status, 0) << run.err;
        EXPECT_THAT(run.out, HasSubstr("log10-loss: min -inf at (1, 1), max "));
        EXPECT_THAT(run.out, Not(HasSubstr("not finite")));
        const auto facts = json_of(folder / "a.json")["statistics"]["log10-loss"];
        EXPECT_EQ(facts["min"]["value"], "-inf");
        EXPECT_EQ(facts["min"]["w_x"], 1);
        EXPECT_EQ(facts["exact_minima"], 1);
        EXPECT_EQ(facts["non_finite"]["negative_infinite"], 0);
        const auto image = read_png(folder / "a.png");
        EXPECT_EQ(image.indices[50 * 101 + 50], 0);  // the colour below the first level
    }
}

TEST(SurfaceCorners, N16OtherFieldsKeepMinusInfinityAsOverflow) {
    const ColorMap loss, log10(default_color_spec(Field::log10_loss)),
        gradient(default_color_spec(Field::grad_wx));
    EXPECT_EQ(log10.index(-HUGE_VAL), log10.below());
    EXPECT_EQ(log10.index(HUGE_VAL), log10.non_finite());
    EXPECT_EQ(log10.index(std::nan("")), log10.non_finite());
    EXPECT_EQ(gradient.index(-HUGE_VAL), gradient.non_finite());
    EXPECT_EQ(loss.index(-HUGE_VAL), loss.non_finite());
}

TEST(SurfaceCorners, N15DoubleIsTakenWhereNeighboursCoincideInFloat) {
    const TemporaryFolder folder;
    const auto surface = [&](std::vector<std::string> more, const std::string& wx = "1:1.000001",
                             const std::string& cell = "tanh") {
        std::vector<std::string> arguments{
            "surface", "--cell", cell, "--wx",           wx,       "--wrec",         "0.5:0.500001",
            "--size",  "512x4",  "-o", folder / "a.npy", "--json", folder / "a.json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return gradscape(arguments);
    };
    auto run = surface({});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.err, HasSubstr("would be the same point in f32: evaluated in f64\n"));
    EXPECT_THAT(run.out, HasSubstr(", method bptt, in f64\n"));
    EXPECT_EQ(json_of(folder / "a.json")["precision"], "f64");
    EXPECT_THAT(test::read_all(folder / "a.npy"), HasSubstr("'<f8'"));

    run = surface({"--precision", "f32"});  // obeyed
    EXPECT_THAT(run.err, HasSubstr("warning: neighbouring cells are the same point in f32"));
    EXPECT_THAT(test::read_all(folder / "a.npy"), HasSubstr("'<f4'"));

    run = surface({}, "1:1.00000000000001");  // 45 doubles
    EXPECT_THAT(run.err, HasSubstr("warning: neighbouring cells are the same point in f64"));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1 + 1) << run.err;  // backend

    run = surface({"--quiet"});
    EXPECT_EQ(run.err, "");
    // The row form has its points in double: f32 is enough.
    run = surface({}, "1:1.000001", "linear");
    EXPECT_THAT(test::read_all(folder / "a.npy"), HasSubstr("'<f4'"));
    EXPECT_THAT(run.err, Not(HasSubstr("same point")));
}

TEST(SurfaceCorners, N15CoincidenceIsExact) {
    const auto coincide = [](double lo, double hi, std::size_t size, Precision precision) {
        return neighbours_coincide({lo, hi, size}, precision);
    };
    EXPECT_FALSE(coincide(-3, 3, 65536, Precision::f32));
    EXPECT_TRUE(coincide(1, 1.0001, 1024, Precision::f32));
    EXPECT_FALSE(coincide(1, 1.0001, 512, Precision::f32));
    EXPECT_FALSE(coincide(1, 1.0001, 1024, Precision::f64));
    EXPECT_TRUE(coincide(0, 5e-324, 4, Precision::f64));
    EXPECT_FALSE(coincide(1, 2, 1, Precision::f32));
    const Axis wide{-3, 3, 9}, narrow{1, 1.0001, 1024};
    EXPECT_TRUE(points_coincide({narrow, wide}, Method::bptt, Precision::f32));
    EXPECT_TRUE(points_coincide({wide, narrow}, Method::bptt, Precision::f32));
    EXPECT_FALSE(points_coincide({wide, wide}, Method::bptt, Precision::f32));
    EXPECT_FALSE(points_coincide({narrow, narrow}, Method::rows, Precision::f32));
}

TEST(SurfaceCorners, N21WhatWasDoneIsRecorded) {
    const TemporaryFolder folder;
    const auto facts_of = [&](std::vector<std::string> more, const std::string& picture) {
        std::vector<std::string> arguments{"surface", "--size", "8", "--json", folder / "a.json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto run = gradscape(arguments);
        EXPECT_EQ(run.status, 0) << run.err;
        const auto facts = json_of(folder / "a.json");
        const std::string line = "evaluated by " + facts["backend"].get<std::string>() +
                                 ", method " + facts["method"].get<std::string>() + ", in " +
                                 facts["precision"].get<std::string>();
        EXPECT_THAT(run.out, HasSubstr(line + "\n"));
        if (!picture.empty()) {
            const auto recorded = parameters_of(picture);
            for (const char* key : {"backend", "method", "precision"})
                EXPECT_EQ(recorded[key], facts[key]) << key;
        }
        return facts["method"].get<std::string>() + " " + facts["precision"].get<std::string>();
    };
    const std::string png = folder / "a.png", npy = folder / "a.npy";
    EXPECT_EQ(facts_of({"--backend", "reference", "-o", png}, png), "bptt f32");
    EXPECT_EQ(facts_of({"--backend", "cpu", "-o", png}, png), "rows f64");  // runs are drawn in f64
    EXPECT_EQ(facts_of({"--backend", "cpu", "-o", npy}, ""), "rows f32");
    EXPECT_EQ(facts_of({"--backend", "cpu", "-o", png, npy}, png), "rows f32");
    EXPECT_EQ(facts_of({"--backend", "cpu", "--figure", png}, png), "rows f64");
    EXPECT_EQ(facts_of({"--backend", "cpu", "--cell", "tanh", "-o", png}, png), "bptt f32");
    EXPECT_EQ(facts_of({"--backend", "cpu", "--field", "train-loss", "-o", png}, png), "bptt f64");
}

TEST(SurfaceCorners, W9ReachedNotReachedAndDivergedAreCountedApart) {
    const TemporaryFolder folder;
    for (const char* backend : {"cpu", "emulated", "reference"}) {
        const auto run = gradscape({"surface",
                                    "--backend",
                                    backend,
                                    "--field",
                                    "train-steps",
                                    "--optimizer",
                                    "gd",
                                    "--learning-rate",
                                    "0.005",
                                    "--iterations",
                                    "200",
                                    "--tolerance",
                                    "0.1",
                                    "--wx",
                                    "-3:3",
                                    "--wrec",
                                    "-3:3",
                                    "--size",
                                    "12",
                                    "-o",
                                    folder / "a.png",
                                    folder / "a.npy",
                                    "--json",
                                    folder / "a.json"});
        EXPECT_EQ(run.status, 0) << run.err;
        const auto values = test::parse_npy(test::read_all(folder / "a.npy")).values;
        const auto count = [&](auto holds) { return std::ranges::count_if(values, holds); };
        const auto facts = json_of(folder / "a.json")["statistics"]["train-steps"];
        EXPECT_EQ(facts["reached"], count([](double v) { return v >= 0; }));
        EXPECT_EQ(facts["not_reached"], count([](double v) { return v == -1; }));
        EXPECT_EQ(facts["diverged"], count([](double v) { return v == -2; }));
        for (const char* kind : {"reached", "not_reached", "diverged"})
            EXPECT_GT(facts[kind].get<int>(), 0) << kind;
        EXPECT_EQ(facts["most_iterations"]["value"], *std::ranges::max_element(values));
        EXPECT_THAT(run.out, HasSubstr("train-steps: loss < 0.1 reached from "));
        EXPECT_THAT(run.out, Not(HasSubstr("min -")));
        // a picture alone has the same counts
        gradscape({"surface", "--like", folder / "a.png", "-o", folder / "b.png", "--json",
                   folder / "b.json"});
        EXPECT_EQ(json_of(folder / "b.json")["statistics"]["train-steps"], facts);
        EXPECT_EQ(test::read_all(folder / "a.png"), test::read_all(folder / "b.png"));
    }
}

TEST(SurfaceCorners, W5WordsAndNames) {
    const TemporaryFolder folder;
    EXPECT_EQ(gradscape({"surface", "--size", "1k", "-o", folder / "K.PNG"}).status, 0);
    EXPECT_EQ(read_png(folder / "K.PNG").width, 1024u);
    EXPECT_EQ(gradscape({"surface", "--size", "100X50", "-o", folder / "x.png"}).status, 0);
    EXPECT_EQ(read_png(folder / "x.png").height, 50u);
    EXPECT_EQ(gradscape({"trace", "-o", folder / "t.CSV", folder / "t.SVG"}).status, 0);
    expect_refusal(folder, {"surface", "--like", folder / "x.png", "--crop", "0:1"},
                   "--crop 0:1: two ranges WX_LO:WX_HI,WREC_LO:WREC_HI are wanted");
    // no word about the backend before a usage error
    expect_refusal(folder, {"surface", "-o", "a.foo"}, "-o a.foo: ");
    expect_refusal(folder, {"surface", "--figure", "a.foo"}, "the extension must be");
    expect_refusal(folder, {"surface", "--cell", "tanh", "--method", "rows"}, "--method rows");
    expect_refusal(folder, {"surface", "--cell", "tanh", "--figure", "a.png", "--valley"},
                   "--valley: only the linear cell");
    EXPECT_THAT(gradscape({"data", "--sequences", "1", "--test-sequences", "0"}).out,
                HasSubstr("1 sequence of length 10"));
    EXPECT_THAT(gradscape({"train", "--iterations", "1"}).out,
                HasSubstr("rprop, 1 iteration from"));
    const auto run = gradscape({"train", "--start", "-0.00001,0", "--iterations", "0"});
    EXPECT_THAT(run.out, HasSubstr("wx = 0.0000,"));
    EXPECT_THAT(run.out, Not(HasSubstr("-0.0000")));
    EXPECT_THAT(run.out, Not(HasSubstr("rounded -0")));
}

}  // namespace
}  // namespace gradscape::cli
