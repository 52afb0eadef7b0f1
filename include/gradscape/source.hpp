// Where the pipeline's strips come from: values of fields, colours, errors between two evaluators.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gradscape/color_filler.hpp"
#include "gradscape/evaluate.hpp"

namespace gradscape {

enum class StatisticsUse : std::uint8_t { none, extremes, histogram };

class Source {
public:
    /// What holds a strip's content. Reused from strip to strip.
    struct Buffers {
        virtual ~Buffers() = default;
    };

    explicit Source(const Grid& grid) : grid_(grid) {}
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    const Grid& grid() const { return grid_; }

    /// Bytes of the content of a strip of so many rows; for the memory budget.
    virtual std::size_t strip_bytes(std::size_t rows, StatisticsUse use) const = 0;
    virtual std::unique_ptr<Buffers> make_buffers(std::size_t rows, StatisticsUse use) const = 0;
    /// Sets the strip's pointers.
    virtual void open(Strip& strip, Buffers& buffers) const = 0;
    /// Fills a strip or some rows of it.
    virtual void fill(const Strip& rows, Buffers& buffers) const = 0;

    /// Rows that are filled and encoded before the next ones of the strip, which then take their
    /// place in the buffers; 0: a strip is filled whole.
    virtual std::size_t block_rows() const { return 0; }
    /// Several threads may fill different rows of a strip at once, each a part().
    virtual bool is_divisible() const { return false; }
    /// Rows [first, first + rows) of a strip, without statistics, which are of whole strips.
    virtual Strip part(const Strip& strip, std::size_t first, std::size_t rows) const;

private:
    Grid grid_;
};

/// The values of a view's fields.
std::unique_ptr<Source> values_source(StripFiller filler, const View& view, bool divisible = true);

/// The colours of one field, and its statistics.
std::unique_ptr<Source> colors_source(ColorFiller colors, const View& view);

/// Both, where besides a picture values are wanted.
std::unique_ptr<Source> values_and_colors_source(StripFiller filler, ColorFiller colors,
                                                 const View& view);

}  // namespace gradscape
