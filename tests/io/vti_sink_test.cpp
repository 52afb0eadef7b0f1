// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <sstream>

#include "gradscape/sinks.hpp"
#include "tests/io/npy_reader.hpp"
#include "tests/io/surface_filler.hpp"
#include "tests/python.hpp"

namespace gradscape::io {
namespace {

using test::between;
using test::cell_value;
using test::make_view;
using test::read_all;
using test::run_sink;
using test::TemporaryFolder;
using ::testing::HasSubstr;

const FieldSet vti_fields{Field::loss, Field::grad_wx, Field::grad_wrec};
const std::vector<PngText> texts{{"Software", "us"}, {"gradscape:parameters", "{\"a\":\"<&é\"}"}};

/// The values of an array, found by the offset that its element gives.
template <class Real>
std::vector<Real> values_of(const std::string& bytes, const std::string& name, std::size_t cells) {
    const std::string element = between(bytes, "Name=\"" + name + "\" format=\"appended\"", "/>");
    const std::string mark = "<AppendedData encoding=\"raw\">\n_";
    const std::size_t start =
        bytes.find(mark) + mark.size() + std::stoull(between(element, "offset=\"", "\""));
    EXPECT_EQ(test::get<std::uint64_t>(bytes, start), cells * sizeof(Real));
    std::vector<Real> values(cells);
    std::memcpy(values.data(), bytes.data() + start + 8, cells * sizeof(Real));
    return values;
}

template <class Real>
void expect_every_cell(Precision precision, const std::string& type) {
    const TemporaryFolder folder;
    for (auto [cols, rows] : {std::pair{1u, 1u}, {1u, 50u}, {37u, 211u}}) {
        const View view = make_view(cols, rows, vti_fields, precision);
        run_sink(*vti_sink(folder / "a.vti", view, texts), view);
        const std::string bytes = read_all(folder / "a.vti");
        EXPECT_THAT(bytes, HasSubstr("<DataArray type=\"" + type + "\" Name=\"grad_wrec\""));
        EXPECT_TRUE(bytes.ends_with("\n</AppendedData>\n</VTKFile>\n"));
        for (auto [name, field] : {std::pair{"loss", Field::loss},
                                   {"grad_wx", Field::grad_wx},
                                   {"grad_wrec", Field::grad_wrec}}) {
            const auto values = values_of<Real>(bytes, name, cols * rows);
            for (std::size_t cell = 0; cell < values.size(); ++cell) {
                const Real expected = static_cast<Real>(cell_value(field, cell));
                ASSERT_TRUE(values[cell] == expected ||
                            (std::isnan(values[cell]) && std::isnan(expected)))
                    << name << ' ' << cell;
            }
        }
    }
}

TEST(VtiSink, HoldsEveryCellInPlace) {
    expect_every_cell<float>(Precision::f32, "Float32");
    expect_every_cell<double>(Precision::f64, "Float64");
}

TEST(VtiSink, SaysWhereThePointsLie) {
    std::string bytes;
    const View view = make_view(61, 41);
    run_sink(*vti_sink(ByteSink(&bytes), view, texts), view);
    EXPECT_THAT(bytes, HasSubstr("WholeExtent=\"0 60 0 40 0 0\" Origin=\"-3 -2.5 0\" "
                                 "Spacing=\"0.1 0.125 1\""));
    // A string as VTK writes it: its bytes as numbers.
    std::istringstream numbers(between(
        bytes, "Name=\"gradscape_parameters\" NumberOfTuples=\"1\" format=\"ascii\">", "</"));
    std::string text;
    for (int byte; numbers >> byte;) text += static_cast<char>(byte);
    EXPECT_EQ(text, texts[1].text + std::string(1, '\0'));
}

TEST(VtiSink, GivesTheSameBytesForAnyThreadsAndStripHeights) {
    const View view = make_view(123, 457, vti_fields);
    std::string expected, bytes;
    run_sink(*vti_sink(ByteSink(&expected), view, {}), view, 1);
    for (unsigned threads : {2u, 4u})
        for (std::size_t cells : {10000u, 1000000u}) {
            run_sink(*vti_sink(ByteSink(&bytes), view, {}), view, threads, cells);
            EXPECT_TRUE(bytes == expected);
        }
}

TEST(VtiSink, VtkReadsTheSameValues) {
    if (!test::has_python_modules("numpy, vtk"))
        GTEST_SKIP() << "no python3 with vtk (the Debian package python3-vtk9, or PyPI's vtk)";
    const TemporaryFolder folder;
    const View view = make_view(61, 97, vti_fields);
    run_sink(*vti_sink(folder / "a.vti", view, texts), view);
    run_sink(*npy_sink(folder / "a.npy", view, Field::grad_wx), view);
    EXPECT_EQ(test::run_python(fmt::format(R"(
import numpy, vtk
from vtk.util.numpy_support import vtk_to_numpy
reader = vtk.vtkXMLImageDataReader()
reader.SetFileName('{0}.vti')
reader.Update()
image = reader.GetOutput()
assert image.GetDimensions() == (61, 97, 1), image.GetDimensions()
assert numpy.allclose(image.GetPoint(0), (-3, -2.5, 0))
assert numpy.allclose(image.GetPoint(61 * 97 - 1), (3, 2.5, 0))
points = image.GetPointData()
assert points.GetScalars().GetName() == 'loss' and points.GetNumberOfArrays() == 3
expected = numpy.load('{0}.npy')
found = vtk_to_numpy(points.GetArray('grad_wx')).reshape(97, 61)
assert found.dtype == expected.dtype and numpy.array_equal(found, expected, equal_nan=True)
text = image.GetFieldData().GetAbstractArray('gradscape_parameters').GetValue(0)
assert text == '{{"a":"<&é"}}', text
)",
                                           folder / "a")),
              0);
}

TEST(VtiSink, PyvistaReadsTheSameValues) {
    if (!test::has_python_modules("numpy, pyvista"))
        GTEST_SKIP() << "no python3 with pyvista (of PyPI)";
    const TemporaryFolder folder;
    const View view = make_view(61, 97, vti_fields, Precision::f64);
    run_sink(*vti_sink(folder / "a.vti", view, {}), view);
    run_sink(*npy_sink(folder / "a.npy", view, Field::loss), view);
    EXPECT_EQ(test::run_python(fmt::format(R"(
import numpy, pyvista
mesh = pyvista.read('{0}.vti')
assert type(mesh).__name__ in ('ImageData', 'UniformGrid') and mesh.dimensions == (61, 97, 1)
expected = numpy.load('{0}.npy')
assert numpy.array_equal(mesh['loss'].reshape(97, 61), expected, equal_nan=True)
assert set(mesh.point_data.keys()) == {{'loss', 'grad_wx', 'grad_wrec'}}
)",
                                           folder / "a")),
              0);
}

}  // namespace
}  // namespace gradscape::io
