// The proof that a change of the house is no change of the product: over sixty command lines, and
// the checksums of all that they write (tests/golden/same_outputs.txt; make_same_outputs.py there
// makes them anew).
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "gradscape/system_info.hpp"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/run_program.hpp"

namespace gradscape::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream words(line);
    return {std::istream_iterator<std::string>(words), {}};
}

std::string checksum(const std::string& content) {
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    return fmt::format("{:08x}:{}", crc, content.size());
}

/// A line of the listing below its command: `KIND NAME CHECKSUM`; standard output is `-`.
struct Output {
    std::string kind, name, checksum;
};

struct Command {
    std::string line;
    std::vector<Output> outputs;
};

struct Listing {
    std::string environment;
    std::vector<Command> commands;
};

Listing read_listing() {
    Listing listing;
    std::ifstream file(GRADSCAPE_GOLDEN_DIR "/same_outputs.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("environment "))
            listing.environment = line.substr(line.find(' ') + 1);
        else if (line.starts_with("gradscape "))
            listing.commands.push_back({line, {}});
        else if (const auto words = words_of(line); words.size() == 3 && words[0] != "#")
            listing.commands.back().outputs.push_back({words[0], words[1], words[2]});
    }
    return listing;
}

std::string output_of(const std::string& command) {
    return run_program({"/bin/sh", "-c", command + " 2>/dev/null"}).out;
}

/// What decides the bytes that other libraries write: their versions, the font, and the
/// instructions that igzip chooses, which with AVX2 and AVX-512 were found to give the same bytes.
std::string environment() {
    std::istringstream info(gradscape({"info"}).out);
    std::string versions;
    for (const char* library : {"libisal", "cairo", "pangocairo", "hdf5"})
        versions += output_of(std::string("pkg-config --modversion ") + library);
    std::istringstream libraries(versions + output_of("fc-match -f '%{file}' sans-serif"));
    std::string all;
    for (std::string line; std::getline(libraries, line);) all += line + " | ";
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("SIMD"))
            all += line.find("avx") == std::string::npos ? line : "AVX2 or AVX-512";
    return all;
}

/// The files in a folder that are new or changed since the last call.
class WrittenFiles {
public:
    explicit WrittenFiles(std::string folder) : folder_(std::move(folder)) {}

    std::map<std::string, std::string> checksums() {
        std::map<std::string, std::string> written;
        for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
            // A shard's journal speaks of its own run.
            if (!entry.is_regular_file() || entry.path().extension() == ".journal") continue;
            const std::string sum = checksum(read_all(entry.path().string()));
            const std::string name = fs::relative(entry.path(), folder_).string();
            if (known_[name] != sum) written[name] = known_[name] = sum;
        }
        return written;
    }

private:
    std::string folder_;
    std::map<std::string, std::string> known_;
};

TEST(SameOutputs, OfSixtyCommandLines) {
    if (emulation::thread_sanitizer) GTEST_SKIP() << "minutes, and threads are others' matter";
    const Listing listing = read_listing();
    ASSERT_GE(listing.commands.size(), 60u);
    const bool same_libraries = environment() == listing.environment;
    const TemporaryFolder folder;
    fs::copy_file(std::string(GRADSCAPE_GOLDEN_DIR) + "/sweep.toml", folder / "sweep.toml");
    WrittenFiles files(folder / "");
    files.checksums();
    std::size_t compared = 0;
    for (const Command& command : listing.commands) {
        if (command.line.ends_with(".h5") && !missing(Module::hdf5).empty()) continue;
        std::vector<std::string> arguments = words_of(command.line);
        arguments.erase(arguments.begin());
        const ProgramResult result = gradscape(arguments, folder / "");
        ASSERT_EQ(result.status, 0) << command.line << '\n' << result.err;
        auto written = files.checksums();
        written["-"] = checksum(result.out);
        for (const Output& output : command.outputs) {
            ASSERT_TRUE(written.contains(output.name)) << command.line << ": " << output.name;
            if (output.kind == "library" && !same_libraries) continue;
            ++compared;
            EXPECT_EQ(written[output.name], output.checksum) << command.line << ": " << output.name;
        }
        const bool speaks_of_the_machine = command.line == "gradscape info";
        EXPECT_EQ(written.size(), command.outputs.size() + (speaks_of_the_machine ? 1 : 0))
            << command.line << " writes other files than it did";
    }
    EXPECT_GE(compared, 120u);
    if (!same_libraries)
        std::printf("pixels and figures not compared: made with\n  %s\nhere are\n  %s\n",
                    listing.environment.c_str(), environment().c_str());
}

}  // namespace
}  // namespace gradscape::test
