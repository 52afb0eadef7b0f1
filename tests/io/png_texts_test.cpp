// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <utility>
#include <vector>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::io {
namespace {

using gradscape::test::make_view;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::string small_picture(const TemporaryFolder& folder) {
    const auto view = make_view(3, 3);
    const std::vector<PngText> texts{{"Software", "gradscape"}};
    run_sink(*heatmap_sink(folder / "whole.png", view, Field::loss, ColorMap(), texts), view);
    return read_all(folder / "whole.png");
}

TEST(PngTexts, RefusesEveryTruncation) {
    TemporaryFolder folder;
    const std::string path = folder / "cut.png", whole = small_picture(folder);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        std::ofstream(path, std::ios::binary) << whole.substr(0, size);
        EXPECT_THAT(
            [&] { read_png_texts(path); },
            ThrowsMessage<InputError>(AllOf(HasSubstr(path), HasSubstr("give a PNG picture"))))
            << size;
    }
    write_file(path, whole);
    EXPECT_EQ(read_png_texts(path).size(), 1u);
}

TEST(PngTexts, RefusesDamagedTexts) {
    TemporaryFolder folder;
    std::string bytes = small_picture(folder);
    bytes[bytes.find("gradscape")] ^= 1;
    write_file(folder / "damaged.png", bytes);
    EXPECT_THAT([&] { read_png_texts(folder / "damaged.png"); },
                ThrowsMessage<InputError>(HasSubstr("wrong checksum")));
}

TEST(PngTexts, RefusesAnythingElse) {
    TemporaryFolder folder;
    EXPECT_THAT([&] { read_png_texts(folder / "missing.png"); },
                ThrowsMessage<InputError>(HasSubstr("No such file")));
    EXPECT_THAT([&] { read_png_texts(folder.path()); },
                ThrowsMessage<InputError>(HasSubstr("folder")));
    write_file(folder / "text.png", "just some text");
    EXPECT_THAT([&] { read_png_texts(folder / "text.png"); },
                ThrowsMessage<InputError>(HasSubstr("not a PNG")));
}

std::string deflated(const std::string& text) {
    std::string bytes(compressBound(text.size()), '\0');
    uLongf size = bytes.size();
    EXPECT_EQ(compress(reinterpret_cast<Bytef*>(bytes.data()), &size,
                       reinterpret_cast<const Bytef*>(text.data()), text.size()),
              Z_OK);
    bytes.resize(size);
    return bytes;
}

std::string chunk(const std::string& type, const std::string& content) {
    const auto number = [](unsigned long value) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(value >> shift & 0xff);
        return bytes;
    };
    const std::string all = type + content;
    return number(content.size()) + all +
           number(
               crc32(0, reinterpret_cast<const Bytef*>(all.data()), static_cast<uInt>(all.size())));
}

/// The picture with one more chunk before its end, where other programs put theirs.
std::vector<PngText> texts_with(const std::string& type, const std::string& content) {
    TemporaryFolder folder;
    std::string bytes = small_picture(folder);
    bytes.insert(bytes.size() - 12, chunk(type, content));
    write_file(folder / "more.png", bytes);
    auto texts = read_png_texts(folder / "more.png");
    EXPECT_EQ(texts.at(0).text, "gradscape");
    texts.erase(texts.begin());
    return texts;
}

TEST(PngTexts, F5CompressedTextsAreRead) {
    const std::string zero(1, '\0'), text = "{\"some\": \"parameters \xce\xb8\"}";
    for (const std::string& content :
         {"key" + zero + "\1" + zero + "en" + zero + "Schl\xc3\xbcssel" + zero + deflated(text),
          "key" + zero + zero + zero + zero + zero + text}) {
        const auto texts = texts_with("iTXt", content);
        ASSERT_EQ(texts.size(), 1u);
        EXPECT_EQ(texts[0].keyword, "key");
        EXPECT_EQ(texts[0].text, text);
    }
    // The other two are Latin-1.
    for (const auto& [type, content] :
         {std::pair<std::string, std::string>{"zTXt", "key" + zero + zero + deflated("na\xefve")},
          {"tEXt", "key" + zero + "na\xefve"}}) {
        const auto texts = texts_with(type, content);
        ASSERT_EQ(texts.size(), 1u) << type;
        EXPECT_EQ(texts[0].text, "na\xc3\xafve") << type;
    }
    // Other methods of compression are unknown.
    EXPECT_TRUE(texts_with("zTXt", "key" + zero + "\1" + deflated("x")).empty());
    EXPECT_TRUE(texts_with("iTXt", "key" + zero + "\1\1" + zero + zero + deflated("x")).empty());
}

TEST(PngTexts, F5InflationHasALimit) {
    const std::string zero(1, '\0'), bomb = deflated(std::string(17u << 20, 'x'));
    EXPECT_LT(bomb.size(), 100000u);
    EXPECT_THAT([&] { texts_with("zTXt", "key" + zero + zero + bomb); },
                ThrowsMessage<InputError>(HasSubstr("a text chunk is too long")));
    EXPECT_THAT([&] { texts_with("zTXt", "key" + zero + zero + bomb.substr(0, 50)); },
                ThrowsMessage<InputError>(HasSubstr("a compressed text is damaged")));
}

}  // namespace
}  // namespace gradscape::io
