// Going on with an interrupted render of any kind of output: its part file, and a journal whose
// frames and checksums are right, so that what they say is believed. The first byte chooses the
// kind; parts follow: the part file, then records, each of them rows done, the part's size (two
// bytes) and the sink's state.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <memory>

#include "gradscape/color_filler.hpp"
#include "gradscape/resume.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/statistics.hpp"
#include "host/io/checksum.hpp"
#include "host/io/journal_file.hpp"
#include "tests/fuzz/framed.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/io/surface_filler.hpp"

namespace {

using namespace gradscape;

std::unique_ptr<FileSink> make_sink(std::uint8_t kind, const std::string& path, const View& view) {
    static const ColorMap map(default_color_spec(Field::loss));
    switch (kind % 5) {
        case 0:
            return heatmap_sink(path, view, ColorShape::indices, map, {});
        case 1:
            return npy_sink(path, view, Field::loss);
        case 2:
            return npz_sink(path, view);
        case 4:
            return vti_sink(path, view, {});
        default:
            return csv_sink(path, view);
    }
}

/// The picture's of colours, since to find those of values takes a table that is slow to make.
std::unique_ptr<Source> make_source(std::uint8_t kind, const View& view) {
    if (kind % 5 != 0) return values_source(test::make_filler(view), view);
    const auto fill = [&view](const Strip& strip, StripColors& colors) {
        colors.indices.assign(strip.rows * view.grid.cols(), 1);
    };
    return colors_source({ColorShape::indices, fill}, view);
}

void write_journal(const std::string& path, std::string_view part_file,
                   std::span<const std::string_view> records) {
    io::JournalFile journal(path);
    journal.start("parameters");
    for (std::string_view text : records) {
        if (text.size() < 3) continue;
        const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
        const std::uint64_t size = byte(1) + 256u * byte(2);
        const std::uint64_t checked = std::min<std::uint64_t>(size, part_file.size());
        io::JournalRecord record{byte(0), 1, true, {}};
        record.sinks.push_back({std::string(text.substr(3)),
                                {{0, checked, io::crc_of(part_file.data(), checked)}},
                                size});
        journal.append(record);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    static const std::string path = test::scratch_folder() + "/output", part = path + ".part";
    static const View view = test::make_view(3, 4);
    std::vector<std::string_view> parts;
    test::for_each_part(test::text_of(bytes + 1, size - 1),
                        [&](std::string_view one) { parts.push_back(one); });
    if (parts.empty()) return 0;
    test::write_input(part, parts[0]);
    write_journal(part + ".journal", parts[0], std::span(parts).subspan(1));
    test::read_or_refuse([&] {
        const auto sink = make_sink(bytes[0], path, view);
        Sink* const sinks[]{sink.get()};
        StripOptions options;
        options.threads = 1;
        ResumeOptions resume;
        resume.resume = true;
        resume.parameters = "parameters";
        resume.difference = [](std::string_view) { return std::string(); };
        run_resumable(*make_source(bytes[0], view), sinks, options, resume);
    });
    for (const std::string& left : {path, part, part + ".journal"}) ::unlink(left.c_str());
    return 0;
}
