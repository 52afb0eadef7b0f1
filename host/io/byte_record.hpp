// Plain values one after the other in a string, as this machine keeps them; reading never goes
// beyond the end.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gradscape::io {

struct MalformedRecord : std::runtime_error {
    MalformedRecord() : std::runtime_error("a record does not hold what it should") {}
};

class ByteWriter {
public:
    template <class Value>
    ByteWriter& put(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    ByteWriter& put_text(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
        return *this;
    }
    ByteWriter& put_bytes(const void* bytes, std::size_t size) {
        bytes_.append(static_cast<const char*>(bytes), size);
        return *this;
    }
    const std::string& bytes() const& { return bytes_; }
    std::string bytes() && { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Throws MalformedRecord where the bytes end too early.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    template <class Value>
    Value get() {
        static_assert(std::is_trivially_copyable_v<Value>);
        Value value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view get_text() { return take(get<std::uint32_t>()); }

    std::string_view get_bytes(std::size_t size) { return take(size); }
    std::string_view get_rest() { return take(rest_.size()); }

    /// All was read.
    void expect_end() const {
        if (!rest_.empty()) throw MalformedRecord();
    }

private:
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) throw MalformedRecord();
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
};

}  // namespace gradscape::io
