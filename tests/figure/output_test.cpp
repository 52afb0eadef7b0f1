// SPDX-License-Identifier: MIT
#include "host/figure/output.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "gradscape/error.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::figure {
namespace {

const FigureMetadata metadata{{"Software", "gradscape"},
                              {"gradscape:parameters", R"({"a": "<é>"})"}};

HeatmapFigure small_figure() {
    HeatmapPanel panel;
    panel.grid = {{-3, 3, 2}, {-3, 3, 2}};
    panel.indices = {1, 2, 3, 4};
    return {{panel}, {}, "loss + 1", {}, "title"};
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return value;
}

TEST(Encode, PngHasTheScenesSizeAndTheMetadataAsChunks) {
    const Scene scene = compose(small_figure());
    const std::string png = encode(scene, FileFormat::png, metadata);
    EXPECT_EQ(png.substr(1, 3), "PNG");
    EXPECT_EQ(big_endian(png, 16), 2 * scene.width);
    EXPECT_EQ(big_endian(png, 20), 2 * scene.height);
    std::vector<std::string> chunks;
    for (std::size_t at = 8; at < png.size(); at += 12 + big_endian(png, at))
        chunks.push_back(png.substr(at + 4, 4));
    EXPECT_EQ(chunks, (std::vector<std::string>{"IHDR", "tEXt", "iTXt", "IDAT", "IEND"}));
    EXPECT_NE(png.find(metadata[1].second), std::string::npos);
}

TEST(Encode, SvgIsWellFormedAtItsEndsAndCarriesEscapedMetadata) {
    const std::string svg = encode(compose(small_figure()), FileFormat::svg, metadata);
    EXPECT_EQ(svg.rfind("<?xml", 0), 0u);
    EXPECT_NE(svg.find("&lt;é&gt;"), std::string::npos);
    EXPECT_NE(svg.find("</svg>"), std::string::npos);
}

TEST(Encode, PdfIsComplete) {
    const std::string pdf = encode(compose(small_figure()), FileFormat::pdf, metadata);
    EXPECT_EQ(pdf.rfind("%PDF-", 0), 0u);
    EXPECT_NE(pdf.find("%%EOF"), std::string::npos);
}

TEST(Encode, TheSameFigureIsTheSameBytes) {
    for (FileFormat format : {FileFormat::png, FileFormat::pdf})
        EXPECT_EQ(encode(compose(small_figure()), format, metadata),
                  encode(compose(small_figure()), format, metadata));
}

TEST(WriteFigure, ChoosesTheFormatByExtension) {
    const test::TemporaryFolder folder;
    for (const char* name : {"f.png", "f.svg", "f.pdf"}) {
        const std::string path = folder / name;
        write_figure(path, small_figure());
        EXPECT_GT(std::filesystem::file_size(path), 1000u) << name;
    }
}

TEST(WriteFigure, RefusesOtherExtensionsAndMissingFolders) {
    EXPECT_THROW(check_figure_path("figure.jpg"), InputError);
    EXPECT_THROW(check_figure_path("figure"), InputError);
    EXPECT_NO_THROW(check_figure_path("a.b/figure.svg"));
    EXPECT_THROW(write_figure("/no/such/folder/f.png", small_figure()), InputError);
}

}  // namespace
}  // namespace gradscape::figure
