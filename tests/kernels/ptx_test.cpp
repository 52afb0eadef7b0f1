// The kernels' PTX, as nvcc made it, read without a GPU: the hot loops do the arithmetic that the
// formulas say and nothing else, nothing lives in local memory, the row form stores whole vectors.
// docs/performance.md derives expected speeds from these counts.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape {
namespace {

using Lines = std::vector<std::string>;

/// The lines of every kernel, by its mangled name.
std::map<std::string, Lines> read_kernels(const std::string& paths) {
    std::map<std::string, Lines> kernels;
    std::istringstream all(paths);
    for (std::string path; std::getline(all, path, ':');) {
        std::ifstream file(path);
        EXPECT_TRUE(file.good()) << path;
        Lines* kernel = nullptr;
        for (std::string line; std::getline(file, line);) {
            if (const auto at = line.find(".entry "); at != std::string::npos)
                kernel = &kernels[line.substr(at + 7, line.find('(') - at - 7)];
            if (line == "}") kernel = nullptr;
            if (kernel) kernel->push_back(line);
        }
    }
    return kernels;
}

int count(const Lines& lines, std::string_view what) {
    int found = 0;
    for (const std::string& line : lines) found += line.find(what) != std::string::npos;
    return found;
}

/// Of the loops with no loop inside and with such a line, the one with the most fma. A loop is what
/// lies between a label and the last branch back to it.
Lines hot_loop(const Lines& kernel, std::string_view with = "") {
    std::map<std::string, std::size_t> labels;
    std::map<std::size_t, std::size_t> loops;  // first line to last
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        const std::string& line = kernel[i];
        const auto name = line.find("$L");
        if (name == std::string::npos) continue;
        const std::string label = line.substr(name, line.find_first_of(":;", name) - name);
        if (name == 0)
            labels[label] = i;
        else if (line.find("bra") != std::string::npos && labels.contains(label))
            loops[labels[label]] = i;
    }
    Lines hottest;
    for (auto loop = loops.begin(); loop != loops.end(); ++loop) {
        const auto inner = std::next(loop);
        if (inner != loops.end() && inner->first < loop->second) continue;
        const auto line = [&](std::size_t i) {
            return kernel.begin() + static_cast<std::ptrdiff_t>(i);
        };
        Lines lines(line(loop->first), line(loop->second));
        if (!with.empty() && count(lines, with) == 0) continue;
        if (count(lines, "fma.rn") > count(hottest, "fma.rn")) hottest = std::move(lines);
    }
    return hottest;
}

class Ptx : public testing::Test {
protected:
    void SetUp() override {
        if (std::string_view(GRADSCAPE_PTX).empty()) GTEST_SKIP() << "built without CUDA";
        static const auto kernels = read_kernels(GRADSCAPE_PTX);
        kernels_ = &kernels;
    }
    /// The kernel whose mangled name contains all words.
    const Lines& kernel(const std::vector<std::string>& words) const {
        static const Lines none;
        const Lines* found = nullptr;
        for (const auto& [name, lines] : *kernels_) {
            bool all = true;
            for (const std::string& word : words) all &= name.find(word) != std::string::npos;
            if (!all) continue;
            EXPECT_EQ(found, nullptr) << words.front() << ": more than one";
            found = &lines;
        }
        EXPECT_NE(found, nullptr) << words.front() << " … " << words.back() << ": not found";
        return found ? *found : none;
    }
    const Lines& bptt(const std::string& cell, bool gradients, int length, int rows,
                      const std::string& real) const {
        return kernel({"11bptt_kernel", cell + "ELb" + (gradients ? "1" : "0") + "ELi" +
                                            std::to_string(length) + "ELi" + std::to_string(rows) +
                                            "E" + real + "EEv"});
    }

    const std::map<std::string, Lines>* kernels_ = nullptr;
};

TEST_F(Ptx, NoKernelUsesLocalMemoryOrCallsAFunction) {
    EXPECT_GT(kernels_->size(), 70u);
    for (const auto& [name, lines] : *kernels_) {
        EXPECT_EQ(count(lines, "local"), 0) << name;
        EXPECT_EQ(count(lines, "call"), 0) << name;
        // Denormals are kept, division and root are IEEE's, but for the start of
        // ordinary_quotient().
        const int quotients = count(lines, "rcp.approx.ftz.f32");
        EXPECT_EQ(count(lines, ".ftz"), quotients) << name;
        EXPECT_EQ(count(lines, "approx"), quotients) << name;
        const bool divides = name.find("4Tanh") != name.npos || name.find("7Sigmoid") != name.npos;
        EXPECT_TRUE(divides || quotients == 0) << name;
    }
}

/// The instruction of a line without its predicate and operands; empty where there is none.
std::string_view instruction_of(std::string_view line) {
    const auto skip = [&](std::string_view what) {
        line.remove_prefix(std::min(line.find_first_not_of(what), line.size()));
    };
    skip(" \t");
    if (line.starts_with('@')) {
        line.remove_prefix(std::min(line.find_first_of(" \t"), line.size()));
        skip(" \t");
    }
    return line.substr(0, line.find_first_of(" \t;"));
}

/// What moves, compares, or changes a sign is exact. All else rounds to nearest, once, and says so:
/// where it does not, ptxas may fuse a product into the sum behind it, and the bits differ from the
/// CPU's.
TEST_F(Ptx, EveryArithmeticInstructionOfEveryKernelRoundsToNearest) {
    const std::set<std::string_view> exact{"abs", "copysign", "ld",   "max",  "min",
                                           "mov", "neg",      "selp", "setp", "st"};
    const std::set<std::string_view> rounded{"add", "cvt", "div",  "fma",
                                             "mul", "rcp", "sqrt", "sub"};
    std::size_t roundings = 0;
    for (const auto& [name, lines] : *kernels_)
        for (const std::string& line : lines) {
            const std::string_view instruction = instruction_of(line);
            const bool f32 = instruction.find(".f32") != instruction.npos;
            if (!f32 && instruction.find(".f64") == instruction.npos) continue;
            if (instruction == "rcp.approx.ftz.f32")
                continue;  // GpuQuotient proves what it leads to
            const std::string_view what = instruction.substr(0, instruction.find('.'));
            if (exact.contains(what) || instruction.starts_with("cvt.f64.f32")) continue;
            if (instruction.find(".s32.f") != instruction.npos ||
                instruction.find(".s64.f") != instruction.npos)
                continue;  // to a whole number
            EXPECT_TRUE(rounded.contains(what)) << name << ": " << line;
            EXPECT_NE(instruction.find(".rn"), instruction.npos) << name << ": " << line;
            ++roundings;
        }
    EXPECT_GT(roundings, 10000u);
}

/// What reads a record; its second try from the first input that counts reads values.
const char* record_load(const std::string& real) {
    return real == "f" ? "ld.shared.v4.f32" : "ld.shared.v2.f64";
}

/// What a thread with `rows` cells of a column does for one sequence. `per_row`: fma of one cell.
void expect_costs(const Lines& loop, int T, int rows, bool gradients, const std::string& real) {
    const std::string type = real == "f" ? "f32" : "f64";
    const int vector = real == "f" ? 4 : 2;
    // A product g·w_rec a step back, m·(y − t), and w_x·x_k once for all.
    const int products = (gradients ? T : 1) * rows + T;
    EXPECT_GE(count(loop, "mul.rn." + type), products) << T << real;
    EXPECT_LE(count(loop, "mul.rn." + type), products + (gradients ? 2 * rows : 0)) << T << real;
    EXPECT_EQ(count(loop, "ld."), (T + 2 + vector - 1) / vector) << T << real;  // the record
    EXPECT_EQ(count(loop, "st."), 0);
}

TEST_F(Ptx, TheLinearCellCostsWhatItsFormulaSays) {
    const struct {
        const char* real;
        bool gradients;
        int length, rows;
    } kinds[] = {{"f", true, 10, 4},  {"f", true, 10, 1},  {"f", true, 16, 2},
                 {"d", true, 10, 2},  {"d", true, 16, 2},  {"f", false, 10, 8},
                 {"f", false, 10, 1}, {"f", false, 16, 2}, {"d", false, 16, 2}};
    for (const auto& [real, gradients, T, rows] : kinds) {
        const Lines loop = hot_loop(bptt("6Linear", gradients, T, rows, real), record_load(real));
        // Forwards T, loss 1; back T for each gradient, of which the first steps' may stand twice.
        const int fma = rows * (T + 1 + (gradients ? 2 * T : 0));
        EXPECT_GE(count(loop, "fma.rn"), fma) << real << T;
        EXPECT_LE(count(loop, "fma.rn"), fma + (gradients ? 4 * rows : 0)) << real << T;
        EXPECT_EQ(count(loop, "div."), 0);
        EXPECT_LE(count(loop, "selp") + count(loop, "setp"), 8);  // none a step
        expect_costs(loop, T, rows, gradients, real);
    }
}

TEST_F(Ptx, OtherCellsAddTheirFunctionAndSlope) {
    // fma a step beyond the linear cell's three: the function's, which has a quotient of four in
    // f32, and the slope's.
    const struct {
        const char *cell, *real;
        int rows, fma;
    } cells[] = {
        {"4Tanh", "f", 2, 8 + 4 + 1}, {"4Tanh", "d", 1, 13 + 1}, {"7Sigmoid", "f", 2, 9 + 4 + 1},
        {"7Sigmoid", "d", 1, 14 + 1}, {"4Relu", "f", 2, 0},      {"4Relu", "d", 2, 0}};
    for (const auto& [cell, real, rows, fma] : cells)
        for (const int T : {10, 16}) {
            const Lines loop = hot_loop(bptt(cell, true, T, rows, real), record_load(real));
            // Where sequences have lengths of their own, the way back may stand twice.
            EXPECT_GE(count(loop, "fma.rn"), rows * ((3 + fma) * T + 1)) << cell << real << T;
            EXPECT_LE(count(loop, "fma.rn"), rows * ((3 + fma) * T + 1 + 3 * T)) << cell << T;
            const bool divides = fma > 0 && *real == 'd';
            EXPECT_EQ(count(loop, "div."), divides ? rows * T : 0) << cell << real << T;
        }
}

TEST_F(Ptx, AChunkOfALongSequenceIsOneLoop) {
    for (const char* real : {"f", "d"}) {
        const Lines loop = hot_loop(bptt("6Linear", true, 0, 1, real));
        EXPECT_GE(count(loop, "fma.rn"), 3 * 16 + 1);  // the loss's fma, taken once
        EXPECT_EQ(count(loop, "div."), 0);
    }
}

TEST_F(Ptx, RowsStoreWholeVectorsAndCostAFewFmaAField) {
    const struct {
        const char *real, *store;
        int lanes, log10_fma;
    } kinds[] = {{"f", "st.global.v4.f32", 4, 8}, {"d", "st.global.v2.f64", 2, 12}};
    for (const auto& [real, store, lanes, log10_fma] : kinds) {
        const Lines& rows = kernel({"11rows_kernel", std::string("I") + real + "EEv"});
        EXPECT_EQ(count(rows, store), 5) << real;        // one a field
        EXPECT_EQ(count(rows, "st.global"), 5) << real;  // and no other
        // loss 2, dL/dw_x 1, dL/dw_rec 1, the norm 1 + both, log10 its own + the loss
        EXPECT_EQ(count(rows, "fma.rn"), lanes * (2 + 1 + 1 + 3 + 2 + log10_fma)) << real;
    }
}

}  // namespace
}  // namespace gradscape
