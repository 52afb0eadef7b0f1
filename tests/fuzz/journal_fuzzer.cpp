// The journal of a render, and the parts that it speaks of. Odd first byte: the rest are frames'
// contents, the first one the parameters; even: the rest is the file.
// SPDX-License-Identifier: MIT
#include <utility>

#include "host/io/checksum.hpp"
#include "host/io/journal_file.hpp"
#include "host/io/part_file.hpp"
#include "tests/fuzz/framed.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    if (size == 0) return 0;
    std::string file(test::text_of(bytes + 1, size - 1));
    if (bytes[0] & 1) {
        const std::string parts = std::exchange(file, "gradscape journal 2\n");
        test::for_each_part(parts, [&](std::string_view part) {
            const auto bytes = static_cast<std::uint32_t>(part.size());
            const std::uint32_t head[]{bytes, ~bytes, io::crc_of(part.data(), part.size())};
            file.append(reinterpret_cast<const char*>(head), sizeof head).append(part);
        });
    }
    const std::string& path = test::input_file(file);
    test::read_or_refuse([&] {
        io::JournalFile journal(path);
        if (!journal.read_parameters()) return;
        while (const auto record = journal.read_record())
            for (const SinkState& sink : record->sinks) io::check_part(path, sink.written);
    });
    return 0;
}
