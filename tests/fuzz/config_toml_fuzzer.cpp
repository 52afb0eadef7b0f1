// The file of --config: the first byte chooses the subcommand, the rest is TOML.
// SPDX-License-Identifier: MIT
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/program.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    constexpr const char* commands[]{"surface", "reproduce", "compare", "data",  "train",
                                     "trace",   "info",      "ravine",  "cliff", "basins"};
    static auto& program = *new test::Program;
    if (size == 0) return 0;
    program.parse({commands[bytes[0] % std::size(commands)], "--config", "config.toml"},
                  test::text_of(bytes + 1, size - 1));
    return 0;
}
