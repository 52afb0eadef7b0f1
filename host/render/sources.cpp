// Sources of values and of colours.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "gradscape/strips.hpp"
#include "host/common/aligned_memory.hpp"

namespace gradscape::rendering {
namespace {

/// One block of memory for each field.
struct ValueBuffers : Source::Buffers {
    FieldArray<common::AlignedMemory> fields;
    std::unique_ptr<StripStatistics> statistics;  // where a sink makes use of them
};

struct ColorBuffers : Source::Buffers {
    StripColors colors;
};

class ValuesSource : public Source {
public:
    ValuesSource(StripFiller filler, const View& view, bool divisible)
        : Source(view.grid),
          filler_(std::move(filler)),
          fields_(view.fields),
          real_bytes_(size_of(view.precision)),
          divisible_(divisible) {}

    std::size_t strip_bytes(std::size_t rows, StatisticsUse use) const override {
        return fields_.size() * field_bytes(rows) +
               (use == StatisticsUse::none ? 0 : sizeof(StripStatistics));
    }

    std::unique_ptr<Buffers> make_buffers(std::size_t rows, StatisticsUse use) const override {
        auto buffers = std::make_unique<ValueBuffers>();
        allocate(*buffers, rows, use);
        return buffers;
    }

    void open(Strip& strip, Buffers& buffers) const override {
        open_values(strip, static_cast<ValueBuffers&>(buffers));
    }
    void fill(const Strip& rows, Buffers&) const override { filler_(rows); }
    bool is_divisible() const override { return divisible_; }
    Strip part(const Strip& strip, std::size_t first, std::size_t rows) const override {
        Strip part = Source::part(strip, first, rows);
        for (void*& data : part.data)
            if (data) data = static_cast<std::byte*>(data) + field_bytes(first);
        return part;
    }

protected:
    std::size_t field_bytes(std::size_t rows) const { return rows * grid().cols() * real_bytes_; }

    void allocate(ValueBuffers& buffers, std::size_t rows, StatisticsUse use) const {
        for (Field field : fields_) buffers.fields[field] = common::make_aligned(field_bytes(rows));
        if (use == StatisticsUse::none) return;
        buffers.statistics = std::make_unique<StripStatistics>();
        buffers.statistics->histogram = use == StatisticsUse::histogram;
    }

    static void open_values(Strip& strip, ValueBuffers& buffers) {
        for (Field field : all_fields) strip.data[field] = buffers.fields[field].get();
        strip.statistics = buffers.statistics.get();
        if (strip.statistics) strip.statistics->known = {};
    }

private:
    StripFiller filler_;
    FieldSet fields_;
    std::size_t real_bytes_;
    bool divisible_;
};

/// Some bands of runs at a time, since rows are solved in packs, and since there is room for a run
/// a cell.
class ColorsSource : public Source {
public:
    ColorsSource(ColorFiller colors, const View& view)
        : Source(view.grid), colors_(std::move(colors)) {}

    std::size_t strip_bytes(std::size_t rows, StatisticsUse) const override {
        if (colors_.shape == ColorShape::indices) return rows * grid().cols();
        constexpr std::size_t run_and_value = sizeof(ColorRun) + sizeof(double);
        return std::min(rows, block_rows()) * (grid().cols() + 1) * run_and_value;
    }
    std::unique_ptr<Buffers> make_buffers(std::size_t, StatisticsUse) const override {
        return std::make_unique<ColorBuffers>();
    }
    void open(Strip& strip, Buffers& buffers) const override {
        strip.colors = &static_cast<ColorBuffers&>(buffers).colors;
    }
    void fill(const Strip& rows, Buffers& buffers) const override {
        colors_.fill(rows, static_cast<ColorBuffers&>(buffers).colors);
    }
    std::size_t block_rows() const override {
        return colors_.shape == ColorShape::runs ? run_block_rows(grid()) : 0;
    }

private:
    ColorFiller colors_;
};

struct ValueAndColorBuffers : ValueBuffers {
    StripColors colors;
};

class ValuesAndColorsSource : public ValuesSource {
public:
    ValuesAndColorsSource(StripFiller filler, ColorFiller colors, const View& view)
        : ValuesSource(std::move(filler), view, false), colors_(std::move(colors)) {}

    std::size_t strip_bytes(std::size_t rows, StatisticsUse use) const override {
        const std::size_t cells = rows * (grid().cols() + 1);
        return ValuesSource::strip_bytes(rows, use) + cells * (sizeof(ColorRun) + sizeof(double));
    }
    std::unique_ptr<Buffers> make_buffers(std::size_t rows, StatisticsUse use) const override {
        auto buffers = std::make_unique<ValueAndColorBuffers>();
        allocate(*buffers, rows, use);
        return buffers;
    }
    void open(Strip& strip, Buffers& buffers) const override {
        auto& own = static_cast<ValueAndColorBuffers&>(buffers);
        open_values(strip, own);
        strip.colors = &own.colors;
    }
    void fill(const Strip& rows, Buffers& buffers) const override {
        ValuesSource::fill(rows, buffers);
        colors_.fill({rows.first_row, rows.rows, {}},
                     static_cast<ValueAndColorBuffers&>(buffers).colors);
    }

private:
    ColorFiller colors_;
};

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

std::size_t run_block_rows(const Grid& grid) {
    constexpr std::size_t least = 8;
    const std::size_t band = band_rows(grid);
    return (least + band - 1) / band * band;
}

Strip Source::part(const Strip& strip, std::size_t first, std::size_t rows) const {
    Strip part = strip;
    part.first_row += first;
    part.rows = rows;
    part.statistics = nullptr;
    return part;
}

std::unique_ptr<Source> values_source(StripFiller filler, const View& view, bool divisible) {
    return std::make_unique<rendering::ValuesSource>(std::move(filler), view, divisible);
}

std::unique_ptr<Source> colors_source(ColorFiller colors, const View& view) {
    return std::make_unique<rendering::ColorsSource>(std::move(colors), view);
}

std::unique_ptr<Source> values_and_colors_source(StripFiller filler, ColorFiller colors,
                                                 const View& view) {
    return std::make_unique<rendering::ValuesAndColorsSource>(std::move(filler), std::move(colors),
                                                              view);
}

}  // namespace gradscape
