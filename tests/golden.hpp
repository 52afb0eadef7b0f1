// Reads the golden values of tests/golden, made by numpy; and builds the problems they belong to.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "gradscape/sequences.hpp"

namespace gradscape::golden {

using Row = std::map<std::string, std::string>;

inline std::string path(const std::string& name) {
    return std::string(GRADSCAPE_GOLDEN_DIR) + "/" + name;
}

inline std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> parts;
    std::stringstream stream(line);
    for (std::string part; std::getline(stream, part, ',');) {
        while (!part.empty() && part.back() == '\r') part.pop_back();
        parts.push_back(part);
    }
    return parts;
}

/// Every line of a CSV as column name → text.
inline std::vector<Row> csv(const std::string& file) {
    std::ifstream stream(file);
    EXPECT_TRUE(stream) << file;
    std::string line;
    std::getline(stream, line);
    const auto names = split(line);
    std::vector<Row> rows;
    while (std::getline(stream, line)) {
        const auto parts = split(line);
        EXPECT_EQ(parts.size(), names.size()) << line;
        Row row;
        for (std::size_t c = 0; c < names.size(); ++c) row[names[c]] = parts.at(c);
        rows.push_back(row);
    }
    EXPECT_FALSE(rows.empty()) << file;
    return rows;
}

inline double number(const Row& row, const std::string& column) {
    return std::stod(row.at(column));
}

/// The doubles of a one-field `.npy` version 1.0 file, without its header.
inline std::vector<double> npy(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    std::uint16_t header = 0;
    std::memcpy(&header, bytes.data() + 8, sizeof header);
    std::vector<double> values((bytes.size() - 10 - header) / sizeof(double));
    std::memcpy(values.data(), bytes.data() + 10 + header, values.size() * sizeof(double));
    return values;
}

/// article_dataset.csv or article_test.csv, read without the project's own reader.
inline Sequences article(const std::string& file = "article_dataset.csv") {
    Sequences data;
    data.length = 10;
    for (const Row& row : csv(path(file))) {
        for (int k = 1; k <= 10; ++k) data.inputs.push_back(number(row, fmt::format("x{}", k)));
        data.targets.push_back(number(row, "target"));
        data.weights.push_back(1);
        ++data.count;
    }
    return data;
}

}  // namespace gradscape::golden
