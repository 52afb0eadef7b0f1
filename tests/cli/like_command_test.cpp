// Pictures made again from themselves, through the real binary.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/io/png_reader.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

class LikeCommand : public ::testing::Test {
protected:
    test::ProgramResult surface(std::vector<std::string> options) const {
        options.insert(options.begin(), {"surface", "--quiet"});
        return gradscape(std::move(options), folder_.path());
    }
    void draw(std::vector<std::string> options) const {
        const auto result = surface(std::move(options));
        ASSERT_EQ(result.status, 0) << result.err;
    }
    std::string bytes(const std::string& name) const { return read_all(folder_ / name); }

    TemporaryFolder folder_;
};

TEST_F(LikeCommand, MakesAPictureAgainByteForByte) {
    std::ofstream(folder_ / "d.csv") << "x1,x2,target\n0.1,-2,1\n1,0.5,0.3\n-1e-3,4,2\n";
    const std::vector<std::string> cases[] = {
        {},
        {"--wx", "-0.1:0.30000000000000004", "--wrec", "1e-7:2.5", "--size", "70x31"},
        {"--seed", "7", "--sequences", "3", "--length", "30", "--cell", "sigmoid"},
        {"--data", "d.csv", "--field", "grad-wrec", "--palette", "turbo"},
        {"--field", "log10-loss", "--style", "smooth", "--range", "-3.3:2", "--precision", "f64"},
        {"--scale", "symlog", "--range", "-1:9", "--levels", "7", "--method", "bptt"},
        {"--backend", "reference", "--field", "grad-norm", "--size", "20"},
        {"--field", "train-loss", "--optimizer", "adam", "--learning-rate", "0.1", "--beta1", "0.8",
         "--iterations", "20", "--clip-norm", "3", "--size", "20"},
        {"--field", "train-steps", "--iterations", "30", "--tolerance", "0.1", "--size", "20"},
    };
    for (auto options : cases) {
        if (std::find(options.begin(), options.end(), "--size") == options.end())
            options.insert(options.end(), {"--size", "40x30"});
        options.insert(options.end(), {"-o", "x.png"});
        draw(options);
        draw({"--like", "x.png", "-o", "y.png"});
        EXPECT_TRUE(bytes("x.png") == bytes("y.png")) << options[0];
    }
}

TEST_F(LikeCommand, DoesNotDependOnTheFilesBesideThePicture) {
    draw({"--size", "300x200", "-o", "x.png", "x.npz"});
    draw({"--like", "x.png", "-o", "y.png"});
    EXPECT_TRUE(bytes("x.png") == bytes("y.png"));
    draw({"--like", "y.png", "-o", "z.csv", "z.png"});
    EXPECT_TRUE(bytes("x.png") == bytes("z.png"));
}

TEST_F(LikeCommand, CropZooms) {
    draw({"--size", "50x40", "--palette", "gray", "-o", "x.png"});
    draw({"--like", "x.png", "--crop", "-1:0.5,-2.5:2", "-o", "y.png"});
    draw({"--wx", "-1:0.5", "--wrec", "-2.5:2", "--size", "50x40", "--palette", "gray", "-o",
          "z.png"});
    EXPECT_TRUE(bytes("y.png") == bytes("z.png"));
    const auto outside = surface({"--like", "x.png", "--crop", "-1:4,0:1", "-o", "y.png"});
    EXPECT_EQ(outside.status, 2);
    EXPECT_THAT(outside.err, HasSubstr("--crop: -1:4 is not within the picture's w_x"));
    EXPECT_EQ(surface({"--like", "x.png", "--crop", "-1:1", "-o", "y.png"}).status, 2);
    EXPECT_EQ(surface({"--crop", "-1:1,-1:1", "-o", "y.png"}).status, 2);
}

TEST_F(LikeCommand, TakesOptionsBesideIt) {
    draw({"--size", "50x40", "--palette", "gray", "--levels", "9", "--seed", "3", "-o", "x.png"});
    draw({"--like", "x.png", "--field", "grad-wx", "--size", "60x20", "-o", "y.png"});
    draw({"--size", "60x20", "--palette", "gray", "--field", "grad-wx", "--seed", "3", "-o",
          "z.png"});
    EXPECT_TRUE(bytes("y.png") == bytes("z.png"));
    draw({"--like", "x.png", "--cell", "tanh", "--length", "4", "-o", "y.png"});
    draw({"--size", "50x40", "--palette", "gray", "--levels", "9", "--seed", "3", "--cell", "tanh",
          "--length", "4", "-o", "z.png"});
    EXPECT_TRUE(bytes("y.png") == bytes("z.png"));
}

TEST_F(LikeCommand, NamesADataFileThatChanged) {
    std::ofstream(folder_ / "d.csv") << "x1,x2,target\n0.1,-2,1\n1,0.5,0.3\n";
    draw({"--data", "d.csv", "--size", "20", "-o", "x.png"});
    std::ofstream(folder_ / "d.csv") << "x1,x2,target\n0.1,-2,1\n1,0.5,0.25\n";
    const auto result = surface({"--like", "x.png", "-o", "y.png"});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("the data file 'd.csv' has changed"));
    std::filesystem::remove(folder_ / "d.csv");
    const auto missing = surface({"--like", "x.png", "-o", "y.png"});
    EXPECT_EQ(missing.status, 2);
    EXPECT_THAT(missing.err, HasSubstr("d.csv"));
}

TEST_F(LikeCommand, F7FindsTheDataBesideThePicture) {
    namespace fs = std::filesystem;
    std::ofstream(folder_ / "d.csv") << "x1,x2,target\n0.1,-2,1\n1,0.5,0.3\n";
    draw({"--data", "d.csv", "--size", "20", "-o", "x.png"});
    fs::create_directory(folder_ / "elsewhere");
    const auto from_elsewhere = [&](std::vector<std::string> options) {
        options.insert(options.begin(),
                       {"surface", "--quiet", "--like", "../x.png", "-o", "y.png"});
        return gradscape(std::move(options), folder_ / "elsewhere");
    };
    const auto found = from_elsewhere({});
    EXPECT_EQ(found.status, 0) << found.err;
    EXPECT_TRUE(bytes("elsewhere/y.png") == bytes("x.png"));
    fs::rename(folder_ / "d.csv", folder_ / "moved.csv");
    const auto missing = from_elsewhere({});
    EXPECT_EQ(missing.status, 2);
    EXPECT_THAT(missing.err, HasSubstr("the data file 'd.csv' is neither here nor beside the "
                                       "picture; give it with --data"));
    EXPECT_EQ(from_elsewhere({"--data", "../moved.csv"}).status, 0);
}

TEST_F(LikeCommand, DataInTheWorkingFolderGoBeforeThoseBesideThePicture) {
    namespace fs = std::filesystem;
    const std::string data = "x1,x2,target\n0.1,-2,1\n1,0.5,0.3\n";
    std::ofstream(folder_ / "d.csv") << data;
    draw({"--data", "d.csv", "--size", "20", "-o", "x.png"});
    fs::create_directory(folder_ / "elsewhere");
    std::ofstream(folder_ / "elsewhere/d.csv") << data;
    std::ofstream(folder_ / "d.csv") << "x1,x2,target\n5,5,5\n";
    const auto again = gradscape({"surface", "--quiet", "--like", "../x.png", "-o", "y.png"},
                                 folder_ / "elsewhere");
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_TRUE(bytes("elsewhere/y.png") == bytes("x.png"));
}

TEST_F(LikeCommand, TOtherIterationsHaveARangeOfTheirOwn) {
    draw({"--field", "train-steps", "--iterations", "30", "--tolerance", "0.1", "--size", "20",
          "-o", "x.png"});
    draw({"--like", "x.png", "--iterations", "60", "-o", "y.png"});
    draw({"--field", "train-steps", "--iterations", "60", "--tolerance", "0.1", "--size", "20",
          "-o", "z.png"});
    EXPECT_TRUE(bytes("y.png") == bytes("z.png"));
}

TEST_F(LikeCommand, SaysWhatIsWrongWithThePicture) {
    std::ofstream(folder_ / "no.png") << "not a picture";
    ASSERT_EQ(gradscape({"trace", "--quiet", "-o", "t.csv", "figure.png"}, folder_.path()).status,
              0);
    const auto with_text = [&](const std::string& parameters) {
        const std::string type = "tEXt", keyword = "gradscape:parameters";
        const std::string content = keyword + std::string(1, '\0') + parameters;
        const auto number = [](unsigned long value) {
            std::string bytes;
            for (int shift = 24; shift >= 0; shift -= 8)
                bytes += static_cast<char>(value >> shift & 0xff);
            return bytes;
        };
        const std::string checked = type + content;
        const auto crc = crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                               static_cast<uInt>(checked.size()));
        std::ofstream(folder_ / "odd.png", std::ios::binary)
            << "\x89PNG\r\n\x1a\n"
            << number(content.size()) << checked << number(crc) << number(0) << "IEND"
            << number(0xae426082);
        return surface({"--like", "odd.png", "-o", "y.png"});
    };
    std::string many_keys = "{\"k\":1";
    for (int key = 0; key < 300'000; ++key) many_keys += fmt::format(",\"{}\":1", key);
    many_keys += "}";
    const test::ProgramResult results[] = {
        surface({"--like", "no.png", "-o", "y.png"}),
        surface({"--like", "missing.png", "-o", "y.png"}),
        surface({"--like", "figure.png", "-o", "y.png"}),
        with_text("{"),
        with_text("[]"),
        with_text(std::string(100'000, '[')),
        with_text("{\"data\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}"),
        with_text(many_keys),
        with_text("{}"),
        with_text(R"({"data": 3})"),
        with_text(R"({"data": {"seed": -1, "sequences": 2, "length": 3}, "cell": "linear"})"),
        with_text(R"({"data":{"seed":1,"sequences":20,"length":10},"cell":"cubic","backend":"cpu",)"
                  R"("method":"rows","precision":"f32","wx":[-3,3],"wrec":[-3,3],"size":[9,9],)"
                  R"("field":"loss","colors":{"palette":"gray","style":"bands","levels":9,)"
                  R"("scale":"log","range":[1,2],"offset":1}})"),
    };
    for (const auto& result : results) {
        EXPECT_EQ(result.status, 2) << result.err;
        EXPECT_THAT(result.err, ::testing::StartsWith("gradscape: error: "));
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }
    EXPECT_THAT(results[11].err, HasSubstr("--cell cubic"));
}

}  // namespace
}  // namespace gradscape::cli
