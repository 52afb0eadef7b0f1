// Reading of tEXt and uncompressed iTXt chunks; pixels are skipped.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>

#include "gradscape/error.hpp"
#include "gradscape/png.hpp"

namespace gradscape {
namespace {

constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
constexpr std::uint32_t max_text_bytes = 16u << 20;

class ChunkReader {
public:
    explicit ChunkReader(const std::string& path) : path_(path), file_(path, std::ios::binary) {
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) fail("it is a folder");
        if (!file_) fail(std::strerror(errno));
        if (read(signature.size()) != signature) fail("it is not a PNG file");
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
        if (size_ > max_text_bytes) fail("a text chunk is too long");
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

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw InputError(fmt::format("cannot read '{}': {}; give a PNG picture", path_, why));
    }

    std::string read(std::size_t size) {
        std::string bytes(size, '\0');
        if (!file_.read(bytes.data(), static_cast<std::streamsize>(size)))
            fail("it ends too early for a PNG file");
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
};

/// keyword 0 compressed method language 0 translated-keyword 0 text
void add_international(const std::string& content, std::vector<PngText>& texts) {
    const std::size_t keyword = content.find('\0');
    if (keyword == std::string::npos || content.size() < keyword + 3 || content[keyword + 1] != 0)
        return;
    const std::size_t language = content.find('\0', keyword + 3);
    if (language == std::string::npos) return;
    const std::size_t translated = content.find('\0', language + 1);
    if (translated == std::string::npos) return;
    texts.push_back({content.substr(0, keyword), content.substr(translated + 1)});
}

}  // namespace

std::vector<PngText> read_png_texts(const std::string& path) {
    ChunkReader chunks(path);
    std::vector<PngText> texts;
    while (chunks.next()) {
        if (chunks.type() == "tEXt") {
            const std::string content = chunks.content();
            const std::size_t keyword = content.find('\0');
            if (keyword == std::string::npos) continue;
            texts.push_back({content.substr(0, keyword), content.substr(keyword + 1)});
        } else if (chunks.type() == "iTXt") {
            add_international(chunks.content(), texts);
        } else {
            chunks.skip();
        }
    }
    return texts;
}

}  // namespace gradscape
