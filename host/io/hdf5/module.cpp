// A file laid out by libhdf5, but for its values, which are never in memory: it is made in a file
// of memory whose untouched pages do not exist. No times, nothing random: the same bytes every
// time.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gradscape/error.hpp"
#include "host/io/hdf5_layout.hpp"
#include "host/io/transfer.hpp"

namespace gradscape::io {
namespace {

[[noreturn]] void fail(const char* what) {
    throw RunError(fmt::format("libhdf5 cannot {} a .nc or .h5 file", what));
}

void check(herr_t status, const char* what) {
    if (status < 0) fail(what);
}

/// Something of libhdf5's, closed with the object.
class Handle {
public:
    Handle(hid_t id, herr_t (*close)(hid_t), const char* what) : id_(id), close_(close) {
        if (id < 0) fail(what);
    }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&&) = delete;
    ~Handle() {
        if (id_ >= 0) close_(id_);
    }
    operator hid_t() const { return id_; }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

/// Memory that is a file.
class MemoryFile {
public:
    MemoryFile() : descriptor_(memfd_create("gradscape-hdf5", MFD_CLOEXEC)) {
        if (descriptor_ < 0)
            throw RunError(fmt::format("no file can be made in memory: {}", std::strerror(errno)));
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

    std::uint64_t size() const {
        struct stat status {};
        return fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
    }

    ArrayLayout::Head read(std::uint64_t from, std::uint64_t end) const {
        ArrayLayout::Head head{from, std::string(end - from, '\0')};
        if (read_at(descriptor_, from, head.bytes.data(), head.bytes.size()).size <
            head.bytes.size())
            fail("lay out");
        return head;
    }

private:
    int descriptor_;
};

Handle properties(hid_t kind) { return {H5Pcreate(kind), H5Pclose, "prepare"}; }

Handle create_file(const std::string& path) {
    const Handle access = properties(H5P_FILE_ACCESS), creation = properties(H5P_FILE_CREATE);
    // The driver that takes the path as it is; others want the real one, and this file has none.
    check(H5Pset_fapl_stdio(access), "prepare");
    check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "prepare");
    // As netCDF-4 has it, so that it can add to the file.
    const unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    check(H5Pset_link_creation_order(creation, in_order), "prepare");
    check(H5Pset_attr_creation_order(creation, in_order), "prepare");
    check(H5Pset_obj_track_times(creation, false), "prepare");
    return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "make"};
}

void set_attributes(hid_t object, const Hdf5Attributes& attributes) {
    const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, "describe");
    for (const auto& [name, text] : attributes) {
        const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "describe");
        check(H5Tset_size(type, std::max<std::size_t>(text.size(), 1)), "describe");
        check(H5Tset_cset(type, H5T_CSET_UTF8), "describe");
        const Handle attribute(
            H5Acreate2(object, name.c_str(), type, scalar, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
            "describe");
        check(H5Awrite(attribute, type, text.c_str()), "describe");
    }
}

Handle create_dataset(hid_t file, const std::string& name, hid_t type,
                      std::initializer_list<hsize_t> shape) {
    const Handle creation = properties(H5P_DATASET_CREATE);
    check(H5Pset_layout(creation, H5D_CONTIGUOUS), "prepare");
    check(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "prepare");
    check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), "prepare");
    check(H5Pset_obj_track_times(creation, false), "prepare");
    check(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "prepare");
    const Handle space(H5Screate_simple(static_cast<int>(shape.size()), std::data(shape), nullptr),
                       H5Sclose, "make room in");
    return {H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
            H5Dclose, "make room in"};
}

Handle write_values(hid_t file, const std::string& name, const Hdf5Dimension& dimension) {
    Handle dataset =
        create_dataset(file, name, H5T_IEEE_F64LE, {static_cast<hsize_t>(dimension.values.size())});
    check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   dimension.values.data()),
          "write to");
    set_attributes(dataset, dimension.attributes);
    return dataset;
}

Handle write_dimension(hid_t file, const Hdf5Dimension& dimension) {
    Handle scale = write_values(file, dimension.name, dimension);
    check(H5DSset_scale(scale, dimension.name.c_str()), "describe");
    return scale;
}

void write_copy(hid_t file, const Hdf5Dimension& dimension, hid_t scale) {
    const Handle copy = write_values(file, dimension.copy, dimension);
    check(H5DSattach_scale(copy, scale, 0), "describe");
}

/// The file but for the values of its variables.
std::vector<ArrayLayout::Head> rest_of(const MemoryFile& file, const ArrayLayout& layout,
                                       std::uint64_t values_bytes) {
    std::vector<ArrayLayout::Head> heads;
    std::vector<std::uint64_t> places;
    for (const auto& values : layout.fields) places.push_back(values.offset);
    std::ranges::sort(places);
    std::uint64_t from = 0;
    for (const std::uint64_t place : places) {
        if (place > from) heads.push_back(file.read(from, place));
        from = place + values_bytes;
    }
    if (layout.size > from) heads.push_back(file.read(from, layout.size));
    return heads;
}

class Library : public Hdf5 {
public:
    Library() {
        // At the end of the process it would close a file that could not be written once more, and
        // crash. All that was opened is closed by then.
        H5dont_atexit();
        check(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr), "prepare");
    }

    ArrayLayout layout(const Hdf5Contents& contents) const override {
        const MemoryFile memory;
        ArrayLayout layout;
        write(memory, contents, layout);
        layout.size = memory.size();
        const std::uint64_t values_bytes = std::uint64_t{contents.rows.values.size()} *
                                           contents.cols.values.size() * contents.real_bytes;
        layout.heads = rest_of(memory, layout, values_bytes);
        return layout;
    }

private:
    static void write(const MemoryFile& memory, const Hdf5Contents& contents, ArrayLayout& layout) {
        const Handle file = create_file(memory.path());
        set_attributes(file, contents.attributes);
        const Handle rows = write_dimension(file, contents.rows);
        const Handle cols = write_dimension(file, contents.cols);
        write_copy(file, contents.rows, rows);
        write_copy(file, contents.cols, cols);
        for (const Hdf5Variable& variable : contents.variables) {
            const Handle dataset = create_dataset(
                file, variable.name,
                contents.real_bytes == sizeof(float) ? H5T_IEEE_F32LE : H5T_IEEE_F64LE,
                {static_cast<hsize_t>(contents.rows.values.size()),
                 static_cast<hsize_t>(contents.cols.values.size())});
            set_attributes(dataset, variable.attributes);
            check(H5DSattach_scale(dataset, rows, 0), "describe");
            check(H5DSattach_scale(dataset, cols, 1), "describe");
            if (!variable.alias.empty())
                check(H5Lcreate_hard(file, variable.name.c_str(), file, variable.alias.c_str(),
                                     H5P_DEFAULT, H5P_DEFAULT),
                      "link in");
            const haddr_t offset = H5Dget_offset(dataset);
            if (offset == HADDR_UNDEF) fail("make room in");
            layout.fields.push_back({variable.field, offset});
        }
        check(H5Fflush(file, H5F_SCOPE_GLOBAL), "write");
    }
};

}  // namespace
}  // namespace gradscape::io

[[gnu::visibility("default")]] const gradscape::io::Hdf5* gradscape_hdf5() {
    static const gradscape::io::Library library;
    return &library;
}
