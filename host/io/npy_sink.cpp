// A field as `.npy`.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "gradscape/sinks.hpp"
#include "host/io/array_sink.hpp"
#include "host/io/npy_header.hpp"

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

}  // namespace gradscape
