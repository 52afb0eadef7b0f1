// Reading of tEXt, zTXt and iTXt chunks, before and behind the pixels, which are skipped.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/png.hpp"
#include "host/io/png_chunk.hpp"
namespace gradscape::io {
namespace {

constexpr std::size_t max_text_bytes = 16u << 20;  // of a picture, packed and unpacked

class ChunkReader {
public:
    explicit ChunkReader(const std::string& path) : path_(path), file_(path, std::ios::binary) {
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) fail("it is a folder");
        if (!file_) fail(std::strerror(errno));
        if (read(png_signature.size()) != png_signature) fail("it is not a PNG file");
    }

    /// Moves to the next chunk; false after IEND.
    bool next() {
        if (type_ == "IEND") return false;
        const std::string head = read(8);
        size_ = number(head.substr(0, 4));
        type_ = head.substr(4);
        if (size_ > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) fail("it is damaged");
        return true;
    }

    const std::string& type() const { return type_; }

    std::string content() {
        take(size_);
        std::string bytes = read(size_);
        auto crc = crc32(0, reinterpret_cast<const Bytef*>(type_.data()), 4);
        crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), size_);
        if (crc != number(read(4))) fail("a chunk is damaged (wrong checksum)");
        return bytes;
    }

    void skip() {
        // Seeking beyond the end succeeds, so the last byte is read.
        file_.seekg(std::streamoff{size_} + 3, std::ios::cur);
        read(1);
    }

    /// Of the bytes that the picture's texts may have.
    std::size_t left() const { return left_; }
    void take(std::size_t bytes) {
        if (bytes > left_) fail("its texts are longer than 16 MiB");
        left_ -= bytes;
    }

    [[noreturn]] void fail(const std::string& why) const {
        throw InputError(fmt::format("cannot read '{}': {}; give a PNG picture", path_, why));
    }

private:
    /// Memory grows with what is there, not with what a chunk says of its size.
    std::string read(std::size_t size) {
        constexpr std::size_t most = 1u << 16;
        std::string bytes;
        while (bytes.size() < size) {
            const std::size_t start = bytes.size(), more = std::min(size - start, most);
            bytes.resize(start + more);
            if (!file_.read(bytes.data() + start, static_cast<std::streamsize>(more)))
                fail("it ends too early for a PNG file");
        }
        return bytes;
    }

    static std::uint32_t number(const std::string& bytes) {
        std::uint32_t value = 0;
        for (char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
        return value;
    }

    std::string path_, type_;
    std::ifstream file_;
    std::uint32_t size_ = 0;
    std::size_t left_ = max_text_bytes;
};

std::string from_latin_1(std::string_view text) {
    std::string utf_8;
    for (char c : text) {
        const auto code = static_cast<std::uint8_t>(c);
        if (code < 0x80) {
            utf_8 += c;
        } else {
            utf_8 += static_cast<char>(0xc0 | code >> 6);
            utf_8 += static_cast<char>(0x80 | (code & 0x3f));
        }
    }
    return utf_8;
}

/// A zlib stream's content; a damaged one, or one larger than texts need be, is refused.
std::string inflated(std::string_view bytes, ChunkReader& chunks) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    std::array<char, 1 << 15> block;
    int status = Z_OK;
    while (status == Z_OK && text.size() <= chunks.left()) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        status = inflate(&stream, Z_NO_FLUSH);
        text.append(block.data(), block.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    chunks.take(text.size());
    if (status != Z_STREAM_END) chunks.fail("a compressed text is damaged");
    return text;
}

/// Takes the bytes up to the next zero off `content`; none where there is no zero.
std::optional<std::string_view> take_string(std::string_view& content) {
    const std::size_t end = content.find('\0');
    if (end == std::string_view::npos) return {};
    const auto taken = content.substr(0, end);
    content.remove_prefix(end + 1);
    return taken;
}

/// The text of a chunk of one of the three kinds; what is not formed like one has none.
std::optional<PngText> text_of(ChunkReader& chunks, std::string_view content) {
    const auto keyword = take_string(content);
    if (!keyword) return {};
    if (chunks.type() == "tEXt") return PngText{std::string(*keyword), from_latin_1(content)};
    if (chunks.type() == "zTXt") {
        if (!content.starts_with('\0')) return {};  // no other method
        content.remove_prefix(1);
        return PngText{std::string(*keyword), from_latin_1(inflated(content, chunks))};
    }
    if (content.size() < 2) return {};
    const bool compressed = content[0] != 0;
    if (compressed && content[1] != 0) return {};
    content.remove_prefix(2);
    if (!take_string(content) || !take_string(content)) return {};  // language, translated keyword
    return PngText{std::string(*keyword),
                   compressed ? inflated(content, chunks) : std::string(content)};
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::vector<PngText> read_png_texts(const std::string& path) {
    io::ChunkReader chunks(path);
    std::vector<PngText> texts;
    while (chunks.next()) {
        if (chunks.type() != "tEXt" && chunks.type() != "zTXt" && chunks.type() != "iTXt") {
            chunks.skip();
        } else if (auto text = io::text_of(chunks, chunks.content())) {
            texts.push_back(std::move(*text));
        }
    }
    return texts;
}

}  // namespace gradscape
