// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gradscape/atomic_file.hpp"
#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape {
namespace {

using gradscape::test::make_request;
using gradscape::test::read_all;
using gradscape::test::run_sink;
using gradscape::test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::string small_picture(const TemporaryFolder& folder) {
    const auto request = make_request(3, 3);
    const std::vector<PngText> texts{{"Software", "gradscape"}};
    run_sink(*heatmap_sink(folder / "whole.png", request, Field::loss, ColorMap(), texts), request);
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

}  // namespace
}  // namespace gradscape
