// What a client of the explorer sends: the request in any parts, its target, and its query as the
// options of the command line.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include "tests/fuzz/input.hpp"
#include "tools/explore/asked.hpp"
#include "tools/explore/http_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace gradscape;
    if (size == 0) return 0;
    // The first byte says how the rest arrives.
    const std::size_t part = bytes[0] == 0 ? size : bytes[0];
    std::string_view rest = test::text_of(bytes + 1, size - 1);
    explore::RequestReader reader;
    while (!rest.empty() && !reader.refusal()) {
        reader.append(rest.substr(0, part));
        rest.remove_prefix(std::min(part, rest.size()));
        while (const std::optional<explore::HttpRequest> request = reader.next()) {
            if (explore::refusal(*request, 80)) continue;
            test::expect(request->method == "GET");
            test::read_or_refuse([&] {
                auto target = explore::parse_target(request->target);
                if (!target) return;
                if (target->query.has("x")) target->query.take_number("x");
                const cli::SurfaceCommand command = explore::parse_options(target->query);
                test::expect(target->query.left().empty());
                test::expect(command.data.file.empty() && command.outputs.empty() &&
                             command.figure.empty() && command.like.empty());
            });
        }
    }
    return 0;
}
