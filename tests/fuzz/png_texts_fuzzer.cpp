// The reader of a picture's text chunks. Odd first byte: the rest are chunks (four letters, then
// content), put together with their lengths and checksums; even: the rest is the file.
// SPDX-License-Identifier: MIT
#include <zlib.h>

#include <utility>

#include "gradscape/png.hpp"
#include "tests/fuzz/framed.hpp"
#include "tests/fuzz/input.hpp"

namespace {

void add_number(std::string& file, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) file += static_cast<char>(number >> shift);
}

void add_chunk(std::string& file, std::string_view typed) {
    if (typed.size() < 4) return;
    add_number(file, static_cast<std::uint32_t>(typed.size() - 4));
    file += typed;
    add_number(file,
               static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(typed.data()),
                                                static_cast<uInt>(typed.size()))));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    if (size == 0) return 0;
    std::string file(test::text_of(bytes + 1, size - 1));
    if (bytes[0] & 1) {
        const std::string parts = std::exchange(file, "\x89PNG\r\n\x1a\n");
        using std::string_view_literals::operator""sv;
        add_chunk(file, "IHDR\0\0\0\1\0\0\0\1\10\3\0\0\0"sv);
        test::for_each_part(parts, [&](std::string_view part) { add_chunk(file, part); });
        add_chunk(file, "IEND");
    }
    const std::string& path = test::input_file(file);
    test::read_or_refuse([&] {
        std::size_t bytes = 0;
        for (const PngText& text : read_png_texts(path)) bytes += text.text.size();
        test::expect(bytes <= 2 * (16u << 20));  // Latin-1 may become twice as long
    });
    return 0;
}
