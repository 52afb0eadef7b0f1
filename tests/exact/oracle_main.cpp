// The oracle by hand: the true values at some weights, and what every evaluator makes of them.
//
//     gradscape-oracle --data F.csv --cell relu --at 1e10,1
//     gradscape-oracle --data F.csv --wx 0:5e-324 --wrec 1:1 --size 4x1
//     gradscape-oracle --sweep 1000 --from 1 [--loose] [--write FOLDER]
//
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <sstream>

#include "gradscape/sequences.hpp"
#include "tests/exact/cases.hpp"

namespace gradscape::exact {
namespace {

struct Options {
    std::string data, cell = "linear", at, wx, wrec, size = "1x1", write;
    double initial_state = 0;
    std::uint32_t sweep = 0, from = 1;
    std::size_t most = 4;
    bool loose = false, only_wrong = false;
};

/// "A,B", "A:B" or "AxB".
template <class Value>
std::pair<Value, Value> pair_of(const std::string& text) {
    std::istringstream stream(text);
    std::string a, b;
    const std::size_t cut = text.find_first_of(",:x");
    if (cut == std::string::npos) throw std::runtime_error(text + ": must be two numbers");
    return {static_cast<Value>(std::stold(text.substr(0, cut))),
            static_cast<Value>(std::stold(text.substr(cut + 1)))};
}

/// The findings, `most` of them in words; how many there are.
std::size_t print(const Case& c, const CheckOptions& options, std::size_t most) {
    const auto findings = check(c, options).findings;
    for (std::size_t f = 0; f < std::min(most, findings.size()); ++f)
        fmt::print("{}: {}\n", c.name, findings[f].text());
    if (findings.size() > most) fmt::print("{}: {} more\n", c.name, findings.size() - most);
    return findings.size();
}

Case case_of(const Options& options) {
    Case c{options.data, {}, {}};
    c.model.sequences = read_sequences_csv(options.data);
    const auto cell = std::find(activation_names.begin(), activation_names.end(), options.cell);
    if (cell == activation_names.end()) throw std::runtime_error("--cell " + options.cell);
    c.model.activation = static_cast<Activation>(cell - activation_names.begin());
    c.model.initial_state = options.initial_state;
    if (!options.at.empty()) {
        const auto [wx, wrec] = pair_of<double>(options.at);
        c.grid = {{wx, wx, 1}, {wrec, wrec, 1}};
    } else {
        const auto wx = pair_of<double>(options.wx), wrec = pair_of<double>(options.wrec);
        const auto [cols, rows] = pair_of<std::size_t>(options.size);
        c.grid = {{wx.first, wx.second, cols}, {wrec.first, wrec.second, rows}};
    }
    return c;
}

void sweep(const Options& options) {
    CheckOptions how;
    how.tightness = options.loose;
    std::size_t bad = 0;
    for (std::uint32_t seed = options.from; seed < options.from + options.sweep; ++seed) {
        const Case c = random_case(seed);
        if (print(c, how, options.most) == 0) continue;
        ++bad;
        if (options.write.empty()) continue;
        const std::string path = fmt::format("{}/{}.csv", options.write, seed);
        write_sequences_csv(path, c.model.sequences);
        fmt::print(
            "  --data {} --cell {} --initial-state {} --wx {}:{} --wrec {}:{} --size {}x{}\n", path,
            name_of(c.model.activation), c.model.initial_state, c.grid.wx.lo, c.grid.wx.hi,
            c.grid.wrec.lo, c.grid.wrec.hi, c.grid.cols(), c.grid.rows());
    }
    fmt::print("{} cases, {} with findings\n", options.sweep, bad);
}

int run(int argc, char** argv) {
    Options options;
    CLI::App app("The true values, and what every evaluator makes of them");
    app.add_option("--data", options.data, "Sequences");
    app.add_option("--cell", options.cell, "Activation");
    app.add_option("--initial-state", options.initial_state, "S_0");
    app.add_option("--at", options.at, "WX,WREC");
    app.add_option("--wx", options.wx, "A:B");
    app.add_option("--wrec", options.wrec, "A:B");
    app.add_option("--size", options.size, "COLSxROWS");
    app.add_option("--sweep", options.sweep, "So many random cases; only what is wrong");
    app.add_option("--from", options.from, "The first one's seed");
    app.add_option("--write", options.write, "Folder for the data of the cases with findings");
    app.add_option("--most", options.most, "So many findings of a random case at most");
    app.add_flag("--loose", options.loose, "Loose bounds are wrong, too");
    app.add_flag("--only-wrong", options.only_wrong, "Leave out what is right");
    CLI11_PARSE(app, argc, argv);
    if (options.sweep > 0) {
        sweep(options);
    } else {
        CheckOptions how;
        how.all = !options.only_wrong;
        print(case_of(options), how, std::size_t(-1));
    }
    return 0;
}

}  // namespace
}  // namespace gradscape::exact

int main(int argc, char** argv) {
    try {
        return gradscape::exact::run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "gradscape-oracle: error: {}\n", error.what());
        return 2;
    }
}
