// Cases that end in a file: values to a finished picture or array (encode), and parameters to a
// file, by the library or by the whole program (end-to-end). All write to a folder of their own.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gradscape/color_map.hpp"
#include "tools/bench/case.hpp"

namespace gradscape::bench {

struct FileSpec {
    std::string extension = "png";  ///< or npy
    ColorStyle style = ColorStyle::bands;
    Activation activation = Activation::linear;
    std::size_t size = 1024;  ///< columns and rows
    unsigned threads = 1;
};

/// Sinks alone: values from memory, coloured, compressed and written.
Case encode_case(const std::string& prefix, const FileSpec& spec);

/// A picture of the linear cell from its parameters, in this process.
Case picture_case(const std::string& prefix, const FileSpec& spec);

/// A view of the linear cell as runs of colour in memory, one thread: a frame of an explorer.
Case view_case(const std::string& prefix, std::size_t cols, std::size_t rows);

/// `program surface …` as its own process, start and end included.
Case program_case(const std::string& prefix, const FileSpec& spec, const std::string& program);

}  // namespace gradscape::bench
