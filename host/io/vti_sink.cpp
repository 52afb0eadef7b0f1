// A surface as VTK's ImageData (`.vti`), its values appended raw, which ParaView, pyvista and VTK
// read as they are.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "gradscape/sinks.hpp"
#include "host/io/array_sink.hpp"

namespace gradscape::io {
namespace {

/// Between two points; a side of one point has no other, and a spacing of 0 would be no image.
double spacing_of(const Axis& axis) { return axis.size > 1 ? axis.step() : 1; }

/// As VTK writes them: a character a number, a zero at the end. So nothing needs escaping.
std::string string_array(const PngText& text) {
    std::string array = fmt::format(
        "<DataArray type=\"String\" Name=\"{}\" NumberOfTuples=\"1\" format=\"ascii\">\n",
        identifier_of(text.keyword));
    for (unsigned char c : text.text) fmt::format_to(std::back_inserter(array), "{} ", c);
    return array + "0\n</DataArray>\n";
}

std::string header(const View& view, std::span<const PngText> texts) {
    const auto& [wx, wrec] = view.grid;
    const std::string extent = fmt::format("0 {} 0 {} 0 0", wx.size - 1, wrec.size - 1);
    std::string xml = fmt::format(
        "<?xml version=\"1.0\"?>\n<VTKFile type=\"ImageData\" version=\"1.0\" "
        "byte_order=\"LittleEndian\" header_type=\"UInt64\">\n"
        "<ImageData WholeExtent=\"{}\" Origin=\"{} {} 0\" Spacing=\"{} {} 1\">\n<FieldData>\n",
        extent, wx.lo, wrec.lo, spacing_of(wx), spacing_of(wrec));
    for (const PngText& text : texts) xml += string_array(text);
    xml += fmt::format("</FieldData>\n<Piece Extent=\"{}\">\n<PointData Scalars=\"{}\">\n", extent,
                       member_name(*view.fields.begin()));
    const std::size_t real_bytes = size_of(view.precision);
    std::uint64_t offset = 0;  // of a field's size, from the mark that ends the header
    for (Field field : view.fields) {
        xml += fmt::format(
            "<DataArray type=\"Float{}\" Name=\"{}\" format=\"appended\" offset=\"{}\"/>\n",
            8 * real_bytes, member_name(field), offset);
        offset += sizeof(std::uint64_t) + view.grid.cells() * real_bytes;
    }
    return xml + "</PointData>\n</Piece>\n</ImageData>\n<AppendedData encoding=\"raw\">\n_";
}

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> vti_sink(ByteSink bytes, const View& view,
                                   std::span<const PngText> texts) {
    const std::uint64_t values_bytes = view.grid.cells() * size_of(view.precision);
    const std::string size(reinterpret_cast<const char*>(&values_bytes), sizeof values_bytes);
    io::ArrayLayout layout;
    std::string head = io::header(view, texts);
    for (Field field : view.fields) {
        head += size;
        const std::uint64_t offset = layout.size + head.size();
        layout.heads.push_back({layout.size, std::exchange(head, {})});
        layout.fields.push_back({field, offset});
        layout.size = offset + values_bytes;
    }
    head = "\n</AppendedData>\n</VTKFile>\n";
    layout.size += head.size();
    layout.heads.push_back({layout.size - head.size(), std::move(head)});
    return io::array_sink(std::move(bytes), view, std::move(layout));
}

}  // namespace gradscape
