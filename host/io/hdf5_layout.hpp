// Where libhdf5 would put what, so that values can be written around it by many threads. It is a
// module, since few renders want it and not every machine has the library.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/io/array_sink.hpp"

namespace gradscape::io {

/// Name and text.
using Hdf5Attributes = std::vector<std::pair<std::string, std::string>>;

/// A dimension and its coordinates.
struct Hdf5Dimension {
    std::string name, copy;  ///< `copy`: another variable of the same values
    std::vector<double> values;
    Hdf5Attributes attributes;
};

/// A field over both dimensions.
struct Hdf5Variable {
    Field field;
    std::string name, alias;  ///< `alias`: a second name of the same values, or empty
    Hdf5Attributes attributes;
};

struct Hdf5Contents {
    Hdf5Dimension rows, cols;
    std::size_t real_bytes;
    std::vector<Hdf5Variable> variables;
    Hdf5Attributes attributes;
};

class Hdf5 {
public:
    virtual ~Hdf5() = default;
    /// The same for the same contents at any time. RunError where libhdf5 fails.
    virtual ArrayLayout layout(const Hdf5Contents& contents) const = 0;
};

/// Loads the module at the first call; RunError where it, or libhdf5, is missing.
const Hdf5& hdf5();

/// The same from a given file; the module stays loaded. Never null.
const Hdf5* load_hdf5(const std::string& file);

}  // namespace gradscape::io

/// The module's only symbol.
extern "C" const gradscape::io::Hdf5* gradscape_hdf5();
