// SPDX-License-Identifier: MIT
#include "gradscape/internal/notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "gradscape/error.hpp"

namespace gradscape::io {
namespace {

/// Bytes of the character that the text begins with, by table 3-7 of the Unicode standard; 0 where
/// it begins with none.
std::size_t character_bytes(std::string_view text) {
    const auto byte_within = [&](std::size_t at, unsigned low, unsigned high) {
        if (at >= text.size()) return false;
        const auto byte = static_cast<unsigned char>(text[at]);
        return low <= byte && byte <= high;
    };
    const auto continues = [&](std::size_t at) { return byte_within(at, 0x80, 0xbf); };
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {  // neither longer than needed nor a surrogate
        const bool second = byte_within(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
        return second && continues(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {  // up to U+10FFFF
        const bool second = byte_within(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
        return second && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

/// C0, DEL and C1, which terminals obey.
bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first < 0x20 || first == 0x7f;
    return character.size() == 2 && first == 0xc2 &&
           static_cast<unsigned char>(character[1]) < 0xa0;
}

/// Letters that most texts have nothing but.
bool is_plain(char byte) { return byte >= ' ' && byte <= '~'; }

std::string escaped(char byte) {
    switch (byte) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::string printable(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (true) {
        const auto plain = std::ranges::find_if_not(text, io::is_plain) - text.begin();
        clean += text.substr(0, static_cast<std::size_t>(plain));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) return clean;
        const std::size_t size = io::character_bytes(text);
        if (size > 0 && !io::is_control(text.substr(0, size))) {
            clean += text.substr(0, size);
            text.remove_prefix(size);
        } else {
            clean += io::escaped(text.front());
            text.remove_prefix(1);
        }
    }
}

Error::Error(std::string_view text) : std::runtime_error(printable(text)) {}

void notice(std::string_view text) { fmt::print(stderr, "gradscape: {}\n", printable(text)); }

}  // namespace gradscape
