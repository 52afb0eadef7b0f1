// SPDX-License-Identifier: MIT
#include "host/figure/output.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "gradscape/error.hpp"
#include "host/figure/text.hpp"
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
    EXPECT_EQ(chunks, (std::vector<std::string>{"IHDR", "pHYs", "tEXt", "iTXt", "IDAT", "IEND"}));
    EXPECT_NE(png.find(metadata[1].second), std::string::npos);
    const std::size_t resolution = png.find("pHYs") + 4;
    EXPECT_EQ(big_endian(png, resolution), 5669u);  // 144 pixels an inch, a metre
    EXPECT_EQ(big_endian(png, resolution + 4), 5669u);
    EXPECT_EQ(png[resolution + 8], 1);
}

TEST(Encode, APngOfAGivenSizeHasExactlyItsPixels) {
    for (const double dpi : {72.0, 150.0, 300.0}) {
        const std::string png = encode(
            compose(small_figure(), {3.5 * 72, 3 * 72, dpi, Theme::light}), FileFormat::png, {});
        EXPECT_EQ(big_endian(png, 16), 3.5 * dpi);
        EXPECT_EQ(big_endian(png, 20), 3 * dpi);
    }
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
    for (FileFormat format : {FileFormat::png, FileFormat::svg, FileFormat::pdf}) {
        const std::string first = encode(compose(small_figure()), format, metadata);
        LineFigure other;  // whose surfaces Cairo counts as well
        other.panels.emplace_back();
        encode(compose(other), format, metadata);
        EXPECT_TRUE(figure_bytes(small_figure(), format, metadata) == first);
    }
}

TEST(Encode, BytesAreThoseOfTheFileOnAnyPage) {
    const FigurePage page{3.5 * 72, 3 * 72, 200, Theme::dark};
    const test::TemporaryFolder folder;
    for (std::size_t f = 0; f < figure_format_names.size(); ++f) {
        const std::string path = folder / ("f." + std::string(figure_format_names[f]));
        write_figure(path, small_figure(), metadata, page);
        const auto format = static_cast<FigureFormat>(f);
        EXPECT_TRUE(figure_bytes(small_figure(), format, metadata, page) == test::read_all(path));
        EXPECT_FALSE(figure_bytes(small_figure(), format, metadata) == test::read_all(path));
    }
}

TEST(Encode, SvgRefersToWhatItHas) {
    const std::string svg = encode(compose(small_figure()), FileFormat::svg, metadata);
    // Cairo's own names, before 1.18 and since: counted from one on.
    const bool names_surfaces = svg.find("id=\"surface") != std::string::npos;
    if (names_surfaces || svg.find("id=\"source-") != std::string::npos) {
        EXPECT_NE(svg.find(names_surfaces ? "id=\"surface1\"" : "id=\"source-1\""),
                  std::string::npos);
    }
    for (std::size_t at = svg.find("href=\"#"); at != std::string::npos;
         at = svg.find("href=\"#", at + 1)) {
        const std::string name = svg.substr(at + 7, svg.find('"', at + 7) - at - 7);
        EXPECT_NE(svg.find("id=\"" + name + '"'), std::string::npos) << name;
    }
}

/// A scene of 40 × 30 points at two pixels a point.
class Raster {
public:
    template <class Item>
    explicit Raster(Item item) {
        Scene scene{40, 30};
        scene.add(std::move(item));
        image_ = drawing().raster(scene, 2);
    }
    Rgb at(double x, double y) const {
        const auto col = static_cast<std::size_t>(2 * x), row = static_cast<std::size_t>(2 * y);
        const std::uint8_t* pixel = image_.pixels.data() + 3 * (row * image_.cols + col);
        return {pixel[0], pixel[1], pixel[2]};
    }
    /// How dark the part from (x, y) on is, in all.
    double ink(double x, double y, double width, double height) const {
        double sum = 0;
        for (double row = y; row < y + height; row += 0.5)
            for (double col = x; col < x + width; col += 0.5) sum += 255 - at(col, row).g;
        return sum;
    }

private:
    RgbImage image_;
};

constexpr Rgb pure_red = rgb(0xff0000), pure_green = rgb(0x00ff00), pure_blue = rgb(0x0000ff);

TEST(Raster, ShapesAreFilledStrokedAndClippedWhereTheyStand) {
    const Raster filled(Shape{.lines = {{{5, 10}, {30, 10}, {30, 20}, {5, 20}}},
                              .closed = true,
                              .fill = pure_red,
                              .clip = Rect{0, 0, 25, 30}});
    EXPECT_EQ(filled.at(6, 11), pure_red);
    EXPECT_EQ(filled.at(24, 19), pure_red);
    for (const auto& [x, y] :
         {std::pair{4, 15}, std::pair{6, 8}, std::pair{6, 21}, std::pair{26, 15}})
        EXPECT_EQ(filled.at(x, y), white) << x << ',' << y;
    const Raster circle(Shape{.circles = {{{30, 8}, 5}}, .fill = pure_blue});
    EXPECT_EQ(circle.at(27, 8), pure_blue);
    EXPECT_EQ(circle.at(34, 8), pure_blue);
    EXPECT_EQ(circle.at(30, 14), white);
    const double dashes[] = {5, 3};
    const Raster line(Shape{.lines = {{{2, 5}, {38, 5}}}, .pen = {pure_green, 2, dashes}});
    for (double x : {3.0, 6.0, 11.0, 14.0}) EXPECT_EQ(line.at(x, 4.5), pure_green) << x;
    EXPECT_EQ(line.at(8.5, 4.5), white);
    EXPECT_EQ(line.at(3, 6.5), white);
}

TEST(Raster, APictureFillsItsBoxRowByRow) {
    const auto packed = [](Rgb c) {
        return std::uint32_t{c.r} << 16 | std::uint32_t{c.g} << 8 | std::uint32_t{c.b};
    };
    const Raster picture(
        Picture{{10, 5, 20, 10},
                2,
                2,
                {packed(pure_red), packed(pure_green), packed(pure_blue), packed(black)}});
    EXPECT_EQ(picture.at(10, 5), pure_red);
    EXPECT_EQ(picture.at(29, 5), pure_green);
    EXPECT_EQ(picture.at(10, 14), pure_blue);
    EXPECT_EQ(picture.at(29, 14), black);
    EXPECT_EQ(picture.at(9, 8), white);
    EXPECT_EQ(picture.at(31, 8), white);
}

TEST(Raster, TextLiesInItsBoxAndIsReadFromItsStart) {
    const std::string heavy_start = "MM..";
    const Text flat = place_text(heavy_start, 9, {5, 20}, Align::start, Level::baseline, pure_red);
    const Raster level(flat);
    const Rect& box = flat.box;
    const double all = level.ink(0, 0, 40, 30),
                 inside = level.ink(box.x, box.y, box.width, box.height);
    EXPECT_GT(all, 0);
    EXPECT_GT(inside, 0.9 * all);
    EXPECT_GT(level.ink(box.x, box.y, box.width / 2, box.height), 0.6 * all);
    const Text upright = place_upright(heavy_start, 9, {20, 15});
    const Raster turned(upright);
    const Rect& high = upright.box;
    const double total = turned.ink(0, 0, 40, 30);
    EXPECT_GT(turned.ink(high.x, high.y, high.width, high.height), 0.9 * total);
    EXPECT_GT(turned.ink(high.x, high.y + high.height / 2, high.width, high.height / 2),
              0.6 * total);  // from below
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
