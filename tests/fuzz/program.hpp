// The program's command line, parsed again and again without running a command: made once, since
// that takes longer than parsing.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape::test {

class Program {
public:
    Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    /// Whatever file --config names, `toml` is its content. Aborts where the words are neither
    /// taken nor refused in a message.
    void parse(std::vector<std::string> words, std::string_view toml);

private:
    struct Made;  ///< of CLI11, which takes long to compile
    std::unique_ptr<Made> made_;
};

}  // namespace gradscape::test
