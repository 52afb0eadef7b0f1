// numpy's formats: a field as `.npy`, and all fields of a surface with its axes as `.npz`, such
// arrays in a zip file that does not compress them, whose checksums are known at the end.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gradscape/sinks.hpp"
#include "host/io/array_sink.hpp"
#include "host/io/checksum.hpp"
#include "host/io/stored_zip.hpp"

namespace gradscape::io {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they are");

/// The header of numpy's `.npy` format, version 1.0.
/// A multiple of 64 bytes, so that the values that follow are aligned. C order, little-endian.
std::string npy_header(std::size_t real_bytes, std::span<const std::size_t> shape) {
    std::string dimensions;
    for (std::size_t size : shape) dimensions += fmt::format("{}, ", size);
    if (shape.size() > 1) dimensions.resize(dimensions.size() - 2);
    const std::string dictionary =
        fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}), }}", real_bytes,
                    shape.size() == 1 ? dimensions.substr(0, dimensions.size() - 1) : dimensions);
    constexpr std::size_t prefix = 10;  // magic, version, length
    const std::size_t total = (prefix + dictionary.size() + 1 + 63) / 64 * 64;
    const std::size_t length = total - prefix;
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(length & 0xff);
    header += static_cast<char>(length >> 8);
    header += dictionary;
    header.resize(total - 1, ' ');
    return header + '\n';
}

/// The zip file's members, and where their contents go.
class NpzLayout {
public:
    explicit NpzLayout(const View& view) {
        add_axis("w_x", view.grid.wx);
        add_axis("w_rec", view.grid.wrec);
        for (Field field : view.fields) add_field(field, view);
        array_.size = zip_.directory_offset();
    }

    const ArrayLayout& array() const { return array_; }
    std::uint64_t directory_bytes() const { return zip_.directory().size(); }

    /// What finish() writes: each member's header, then the directory.
    template <class CrcOfValues, class WriteAt>
    void write_zip(CrcOfValues crc_of_values, std::uint64_t values_bytes, WriteAt write_at) {
        for (std::size_t f = 0; f < members_.size(); ++f)
            zip_.members()[members_[f].index].crc =
                crc_of_both(members_[f].header_crc, crc_of_values(f), values_bytes);
        for (const ZipMember& member : zip_.members())
            write_at(member.header_offset, zip_.local_header(member));
        write_at(zip_.directory_offset(), zip_.directory());
    }

private:
    struct FieldMember {
        std::size_t index;  ///< among the zip's members
        std::uint32_t header_crc;
    };

    void add_axis(const std::string& name, const Axis& axis) {
        const std::vector<double> values = axis.values();
        const std::array shape{values.size()};
        std::string content = npy_header(sizeof(double), shape);
        content.append(reinterpret_cast<const char*>(values.data()),
                       values.size() * sizeof(double));
        const std::uint64_t offset = zip_.place(name + ".npy", content.size()).data_offset;
        zip_.members().back().crc = crc_of(content.data(), content.size());
        array_.heads.push_back({offset, std::move(content)});
    }

    void add_field(Field field, const View& view) {
        const std::size_t real_bytes = size_of(view.precision);
        const std::array shape{view.grid.rows(), view.grid.cols()};
        std::string header = npy_header(real_bytes, shape);
        const std::uint64_t bytes = header.size() + std::uint64_t{view.grid.cells()} * real_bytes;
        const std::uint64_t offset = zip_.place(member_name(field) + ".npy", bytes).data_offset;
        members_.push_back({zip_.members().size() - 1, crc_of(header.data(), header.size())});
        array_.fields.push_back({field, offset + header.size()});
        array_.heads.push_back({offset, std::move(header)});
    }

    StoredZip zip_;
    ArrayLayout array_;
    std::vector<FieldMember> members_;  ///< by field, as in the layout
};

class NpzSink : public ArraySink {
public:
    NpzSink(ByteSink bytes, const View& view, NpzLayout layout)
        : ArraySink(std::move(bytes), view, layout.array(), layout.directory_bytes()),
          layout_(std::move(layout)) {}

    void finish() override {
        layout_.write_zip([this](std::size_t field) { return crc_of_values(field); },
                          bytes_committed(),
                          [this](std::uint64_t offset, const std::string& content) {
                              bytes().write_at(offset, content.data(), content.size());
                          });
        ArraySink::finish();
    }

private:
    NpzLayout layout_;
};

}  // namespace
}  // namespace gradscape::io

namespace gradscape {

std::unique_ptr<FileSink> npy_sink(ByteSink bytes, const View& view, Field field) {
    const std::size_t real_bytes = size_of(view.precision);
    const std::array shape{view.grid.rows(), view.grid.cols()};
    std::string header = io::npy_header(real_bytes, shape);
    const std::uint64_t offset = header.size();
    return io::array_sink(
        std::move(bytes), view,
        {{{0, std::move(header)}}, {{field, offset}}, offset + view.grid.cells() * real_bytes});
}

std::unique_ptr<FileSink> npz_sink(ByteSink bytes, const View& view) {
    return std::make_unique<io::NpzSink>(std::move(bytes), view, io::NpzLayout(view));
}

}  // namespace gradscape
