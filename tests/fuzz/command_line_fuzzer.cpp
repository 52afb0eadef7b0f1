// The command line: a word a line.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/program.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    static auto& program = *new test::Program;
    std::vector<std::string> words;
    for (std::string_view rest = test::text_of(bytes, size); !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find('\n'));
        words.emplace_back(word.substr(0, word.find('\0')));  // as main() gets it
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    program.parse(std::move(words), "");
    return 0;
}
