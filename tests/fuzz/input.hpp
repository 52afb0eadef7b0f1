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

/// A file that stays open while its content changes: to make it anew costs more than to read it.
class InputFile {
public:
    explicit InputFile(const std::string& name) : path_(scratch_folder() + "/" + name) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0) std::abort();
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile() { ::close(descriptor_); }

    const std::string& path() const { return path_; }

    void set(std::string_view content) {
        const auto size = static_cast<ssize_t>(content.size());
        if (::pwrite(descriptor_, content.data(), content.size(), 0) != size ||
            (size < size_ && ::ftruncate(descriptor_, size) != 0))
            std::abort();
        size_ = size;
    }

private:
    std::string path_;
    int descriptor_ = -1;
    ssize_t size_ = 0;
};

/// The path of a file with this content; the same for all inputs.
inline const std::string& input_file(std::string_view content) {
    static auto& file = *new InputFile("input");
    file.set(content);
    return file.path();
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
