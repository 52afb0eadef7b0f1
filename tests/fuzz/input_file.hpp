// A fuzzer's input as a file, since readers take paths: one file for all inputs of a process.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gradscape/error.hpp"

namespace gradscape::test {

/// Replaces the content of this process's file and returns the path to it.
inline const std::string& input_file(std::string_view content) {
    static const std::string path = [] {
        const char* folder = std::getenv("TMPDIR");
        std::string name = std::string(folder ? folder : "/tmp") + "/gradscape-fuzz-XXXXXX";
        const int made = mkstemp(name.data());
        if (made < 0) std::abort();
        ::close(made);
        static std::string to_remove;
        to_remove = name;
        std::atexit([] { ::unlink(to_remove.c_str()); });
        return name;
    }();
    const int file = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (file < 0 ||
        ::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        std::abort();
    ::close(file);
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
