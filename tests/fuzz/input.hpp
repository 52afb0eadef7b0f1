// A fuzzer's input as a file, since readers take paths, and what is right to make of it.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gradscape/error.hpp"

namespace gradscape::test {

/// A folder of this process, which whoever runs it removes: TMPDIR, best in memory.
inline const std::string& scratch_folder() {
    static const std::string folder = [] {
        const char* parent = std::getenv("TMPDIR");
        std::string name = std::string(parent ? parent : "/tmp") + "/gradscape-fuzz-XXXXXX";
        if (!mkdtemp(name.data())) std::abort();
        return name;
    }();
    return folder;
}

inline void write_input(const std::string& path, std::string_view content) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 ||
        ::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        std::abort();
    ::close(file);
}

/// The path of a file with this content; the same for all inputs.
inline const std::string& input_file(std::string_view content) {
    static const std::string path = scratch_folder() + "/input";
    write_input(path, content);
    return path;
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// Calls `read`; refusing the input in a message is right, anything else that is thrown is not.
template <class Read>
void read_or_refuse(Read read) {
    try {
        read();
    } catch (const InputError& error) {
        if (*error.what() == '\0') std::abort();
    } catch (const RunError& error) {
        if (*error.what() == '\0') std::abort();
    }
}

/// What a fuzzer claims of an input that was read.
inline void expect(bool holds) {
    if (!holds) std::abort();
}

}  // namespace gradscape::test
