// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "gradscape/error.hpp"
#include "gradscape/sinks.hpp"
#include "gradscape/system_info.hpp"
#include "host/io/hdf5_layout.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/python.hpp"

namespace gradscape::io {
namespace {

using test::cell_value;
using test::make_view;
using test::read_all;
using test::run_sink;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const FieldSet fields{Field::loss, Field::grad_wx, Field::train_steps};
const std::vector<PngText> told_texts{{"Software", "us"},
                                      {"gradscape:parameters", "{\"cell\":\"tanh\"}"}};

class Hdf5Sink : public ::testing::Test {
protected:
    void SetUp() override {
        if (const std::string why = missing(Module::hdf5); !why.empty()) GTEST_SKIP() << why;
    }

    void write(const std::string& name, const View& view) const {
        run_sink(*hdf5_sink(folder_ / name, view, told_texts), view);
        run_sink(*npy_sink(folder_ / "loss.npy", view, Field::loss), view);
    }

    /// `PATH` in the script stands for the folder.
    int run(std::string script) const {
        for (std::size_t at; (at = script.find("PATH")) != std::string::npos;)
            script.replace(at, 4, folder_.path());
        return test::run_python(script);
    }

    const TemporaryFolder folder_;
};

TEST_F(Hdf5Sink, GivesTheSameBytesAtAnyTime) {
    const View view = make_view(123, 457, fields);
    std::string first, later;
    run_sink(*hdf5_sink(ByteSink(&first), view, told_texts), view, 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // times are in whole seconds
    for (unsigned threads : {1u, 4u}) {
        run_sink(*hdf5_sink(ByteSink(&later), view, told_texts), view, threads, 10000);
        ASSERT_TRUE(first == later);
    }
    EXPECT_TRUE(first.starts_with("\x89HDF\r\n\x1a\n"));
    // Hardly more than the values, and these as they are.
    EXPECT_LT(first.size(), 3 * 4 * view.grid.cells() + 8 * 2 * (123 + 457) + 20000);
    std::string row;
    for (std::size_t cell = 0; cell < 123; ++cell) {
        const auto value = static_cast<float>(cell_value(Field::loss, 200 * 123 + cell));
        row.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    EXPECT_NE(first.find(row), std::string::npos);
}

TEST_F(Hdf5Sink, LaysOutWhatNoMemoryWouldHold) {
    Hdf5Contents contents{{"w_rec", "y", std::vector<double>(1 << 20), {}},
                          {"w_x", "x", std::vector<double>(1 << 20), {}},
                          sizeof(double),
                          {{Field::loss, "loss", "again", {}}, {Field::grad_wx, "other", {}, {}}},
                          {}};
    const ArrayLayout layout = hdf5().layout(contents);
    const std::uint64_t values = std::uint64_t{8} << 40;
    EXPECT_GT(layout.size, 2 * values);
    std::uint64_t heads = 0;
    for (const auto& head : layout.heads) {
        heads += head.bytes.size();
        for (const auto& place : layout.fields)
            EXPECT_TRUE(head.offset + head.bytes.size() <= place.offset ||
                        head.offset >= place.offset + values);
    }
    EXPECT_EQ(heads + 2 * values, layout.size);
    EXPECT_LT(heads, 40u << 20);  // the dimensions and their copies
}

TEST_F(Hdf5Sink, H5pyReadsTheSameValues) {
    if (!test::has_python_modules("numpy, h5py"))
        GTEST_SKIP() << "no python3 with h5py (the Debian package python3-h5py)";
    for (Precision precision : {Precision::f32, Precision::f64}) {
        write("a.h5", make_view(61, 97, fields, precision));
        EXPECT_EQ(run(R"(
import json, h5py, numpy
expected = numpy.load('PATH/loss.npy')
with h5py.File('PATH/a.h5') as f:
    assert f['loss'].dtype == expected.dtype
    assert numpy.array_equal(f['loss'][:], expected, equal_nan=True)
    assert f['train_steps'].shape == (97, 61)
    assert numpy.array_equal(f['w_x'][:], numpy.linspace(-3, 3, 61))
    assert numpy.array_equal(f['w_rec'][:], numpy.linspace(-2.5, 2.5, 97))
    assert [d.keys()[0] for d in f['loss'].dims] == ['w_rec', 'w_x']
    text = lambda value: value.decode() if isinstance(value, bytes) else value
    assert text(f.attrs['Conventions']) == 'CF-1.8' and text(f.attrs['source']) == 'us'
    assert json.loads(f.attrs['gradscape_parameters']) == {'cell': 'tanh'}
    assert text(f['loss'].attrs['units']) == '1'
    assert text(f['loss'].attrs['long_name']) == 'mean squared loss'
    # The names that loss-landscape plots, [y, x].
    assert f['train_loss'] == f['loss']
    assert numpy.array_equal(f['xcoordinates'][:], f['w_x'][:])
    assert numpy.array_equal(f['ycoordinates'][:], f['w_rec'][:])
)"),
                  0);
    }
}

TEST_F(Hdf5Sink, NetCdf4ReadsTheSameValues) {
    if (!test::has_python_modules("numpy, netCDF4"))
        GTEST_SKIP() << "no python3 with netCDF4 (the Debian package python3-netcdf4)";
    write("a.nc", make_view(61, 97, fields));
    EXPECT_EQ(run(R"(
import netCDF4, numpy
with netCDF4.Dataset('PATH/a.nc') as f:
    f.set_auto_mask(False)
    assert f.Conventions == 'CF-1.8'
    assert {k: len(v) for k, v in f.dimensions.items()} == {'w_rec': 97, 'w_x': 61}, f.dimensions
    assert f['loss'].dimensions == ('w_rec', 'w_x') and f['loss'].units == '1'
    assert f['xcoordinates'].dimensions == ('w_x',)
    assert numpy.array_equal(f['loss'][:], numpy.load('PATH/loss.npy'), equal_nan=True)
    assert numpy.array_equal(f['train_loss'][:], f['loss'][:], equal_nan=True)
    assert f['train_steps'].comment == '-1: not reached, -2: diverged'
)"),
              0);
}

TEST_F(Hdf5Sink, XarrayReadsItWithItsCoordinates) {
    if (!test::has_python_modules("numpy, xarray, netCDF4"))
        GTEST_SKIP() << "no python3 with xarray (the Debian package python3-xarray)";
    write("a.nc", make_view(61, 97, fields));
    EXPECT_EQ(run(R"(
import numpy, xarray
def has(name):
    try: __import__(name); return True
    except ImportError: return False
for engine in ['netcdf4'] + ['h5netcdf'] * has('h5netcdf'):
    with xarray.open_dataset('PATH/a.nc', engine=engine) as d:
        assert set(d.coords) == {'w_rec', 'w_x'}, (engine, d)
        assert d.loss.dims == ('w_rec', 'w_x') and d.loss.shape == (97, 61)
        assert numpy.array_equal(d.loss.values, numpy.load('PATH/loss.npy'), equal_nan=True)
        one = d.loss.sel(w_x=1, w_rec=0.5, method='nearest')
        assert abs(float(one.w_x) - 1) < 0.06 and d.loss.attrs['long_name'] == 'mean squared loss'
)"),
              0);
}

TEST_F(Hdf5Sink, PlainToolsReadIt) {
    const View view = make_view(6, 4, {Field::train_loss});
    run_sink(*hdf5_sink(folder_ / "a.nc", view, told_texts), view);
    const auto find = [](const char* tool) {
        return std::system(fmt::format("command -v {} > /dev/null", tool).c_str()) == 0;
    };
    if (!find("h5dump") && !find("ncdump"))
        GTEST_SKIP() << "neither h5dump nor ncdump (the Debian packages hdf5-tools, netcdf-bin)";
    const auto dump = [&](const std::string& command) {
        EXPECT_EQ(
            std::system(
                fmt::format("{} {} > {}", command, folder_ / "a.nc", folder_ / "text").c_str()),
            0);
        return read_all(folder_ / "text");
    };
    if (find("h5dump")) {
        EXPECT_THAT(dump("h5dump -H"), HasSubstr("DATASET \"train_loss\""));
    }
    if (find("ncdump")) {
        EXPECT_THAT(dump("ncdump -h"), HasSubstr("float train_loss(w_rec, w_x) ;"));
    }
}

TEST(Hdf5Module, SaysWhatIsMissing) {
    EXPECT_THAT([] { load_hdf5("libgradscape-absent.so"); },
                ThrowsMessage<RunError>(
                    testing::AllOf(HasSubstr(".nc and .h5 cannot be written: libgradscape-absent"),
                                   HasSubstr("and libhdf5"))));
}

}  // namespace
}  // namespace gradscape::io
