// A surface as HDF5 that is netCDF-4, by the conventions CF-1.8, and with the names that the
// scripts of the program loss-landscape plot.
// SPDX-License-Identifier: MIT
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "host/common/module.hpp"
#include "host/io/hdf5_layout.hpp"

namespace gradscape::io {
namespace {

/// Names that those scripts look for.
constexpr const char *plotted_loss = "train_loss", *plotted_x = "xcoordinates",
                     *plotted_y = "ycoordinates";

Hdf5Variable variable_of(Field field, const FieldSet& fields) {
    Hdf5Variable variable{
        field, member_name(field), {}, {{"long_name", std::string(row_of(field).long_name)}}};
    variable.attributes.emplace_back("units", "1");
    if (row_of(field).counts_iterations)
        variable.attributes.emplace_back("comment", "-1: not reached, -2: diverged");
    if (field == Field::loss && !fields.has(Field::train_loss)) variable.alias = plotted_loss;
    return variable;
}

Hdf5Contents contents_of(const View& view, std::span<const PngText> texts) {
    const auto dimension = [](const char* name, const char* copy, const char* long_name,
                              const Axis& axis) {
        return Hdf5Dimension{name, copy, axis.values(), {{"long_name", long_name}, {"units", "1"}}};
    };
    Hdf5Contents contents{dimension("w_rec", plotted_y, "recurrent weight", view.grid.wrec),
                          dimension("w_x", plotted_x, "input weight", view.grid.wx),
                          size_of(view.precision),
                          {},
                          {{"Conventions", "CF-1.8"}, {"title", "loss landscape"}}};
    for (Field field : view.fields) contents.variables.push_back(variable_of(field, view.fields));
    for (const PngText& text : texts)
        contents.attributes.emplace_back(
            text.keyword == "Software" ? "source" : identifier_of(text.keyword), text.text);
    return contents;
}

}  // namespace

const Hdf5* load_hdf5(const std::string& file) {
    void* const entry =
        common::load_module(file, "gradscape_hdf5", {".nc and .h5 cannot be written", "libhdf5"});
    return reinterpret_cast<decltype(&gradscape_hdf5)>(entry)();
}

const Hdf5& hdf5() {
#ifdef GRADSCAPE_HDF5_FILE
    static const Hdf5* const loaded = load_hdf5(common::module_file(GRADSCAPE_HDF5_FILE));
    return *loaded;
#else
    throw RunError(
        ".nc and .h5 cannot be written: this program was built without libhdf5; install "
        "libhdf5-dev and build it anew, or write .npz or .vti");
#endif
}

}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> hdf5_sink(ByteSink bytes, const View& view,
                                    std::span<const PngText> texts) {
    return io::array_sink(std::move(bytes), view, io::hdf5().layout(io::contents_of(view, texts)));
}

}  // namespace gradscape
