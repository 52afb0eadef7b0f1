// SPDX-License-Identifier: MIT
#include "tools/bench/surface_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "gradscape/loaded_model.hpp"
#include "tools/bench/parallel.hpp"
#include "tools/bench/verify.hpp"

namespace gradscape::bench {
namespace {

constexpr std::size_t cells_in_cache = 65536;
constexpr std::size_t cells_in_memory = std::size_t{4} << 20;  // a strip: 16 MiB of f32 or more
constexpr double cells_in_training = 4096;

Sequences random_sequences(std::size_t count, std::size_t length) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> uniform(-1, 1);
    Sequences s;
    s.count = count;
    s.length = length;
    for (std::size_t i = 0; i < count * length; ++i) s.inputs.push_back(uniform(random));
    for (std::size_t i = 0; i < count; ++i) {
        s.targets.push_back(uniform(random));
        s.weights.push_back(1);
    }
    return s;
}

Model make_model(const SurfaceSpec& spec) {
    if (spec.real_inputs) return {random_sequences(spec.sequences, spec.length), spec.activation};
    return {make_counting_data(1, spec.sequences, spec.length, 0).train, spec.activation};
}

View make_view(const SurfaceSpec& spec) {
    // Long sequences overflow beyond |w_rec| = 1; what that costs is not the question here.
    const double edge = spec.length > 20 ? 1 : 3;
    View view{{{-edge, edge, spec.size}, {-edge, edge, spec.size}},
              spec.fields,
              spec.method,
              spec.precision,
              {}};
    view.training.iterations = spec.iterations;
    return view;
}

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};

/// The surface's fields in memory, and the filler.
class SurfaceRun {
public:
    explicit SurfaceRun(const SurfaceSpec& spec)
        : spec_(spec),
          model_(find_evaluator(spec.evaluator).load(make_model(spec))),
          view_(make_view(spec)),
          fill_(model_->values(view_)) {  // and all that the model's other views share
        const std::size_t rows = spec.in_cache ? rows_per_strip() * spec.threads : spec.size;
        for (Field field : spec.fields) {
            const std::size_t bytes = (rows * row_bytes() + 63) / 64 * 64;
            memory_[field].reset(std::aligned_alloc(64, bytes));
            if (!memory_[field]) throw std::bad_alloc();
        }
    }

    void run() const { run(spec_.new_view ? model_->values(view_) : fill_); }

    void run(const StripFiller& fill) const {
        const std::size_t step = rows_per_strip(), strips = (spec_.size + step - 1) / step;
        if (!spec_.in_cache)
            return for_each_block(spec_.threads, strips,
                                  [&](std::size_t s) { fill(strip(s * step, s * step)); });
        for_each_block(spec_.threads, spec_.threads, [&](std::size_t thread) {
            for (std::size_t s = thread; s < strips; s += spec_.threads)
                fill(strip(s * step, thread * step));
        });
    }

    std::string error() const {
        if (!spec_.in_cache) {
            Strip surface = strip(0, 0);
            surface.rows = spec_.size;
            return surface_error(model_->model(), view_, surface);
        }
        SurfaceSpec whole = spec_;  // the same filler's values, kept
        whole.in_cache = false;
        const SurfaceRun kept(whole);
        kept.run();
        return kept.error();
    }

private:
    std::size_t row_bytes() const { return spec_.size * size_of(spec_.precision); }
    std::size_t rows_per_strip() const {
        const double cells = spec_.fields.any_training() ? cells_in_training
                             : spec_.in_cache || spec_.method == Method::bptt
                                 ? static_cast<double>(cells_in_cache)
                                 : static_cast<double>(cells_in_memory);
        const auto rows = static_cast<std::size_t>(cells / static_cast<double>(spec_.size));
        return std::max<std::size_t>(rows, 1);
    }
    Strip strip(std::size_t first_row, std::size_t place) const {
        Strip strip{first_row, std::min(rows_per_strip(), spec_.size - first_row), {}};
        for (Field field : spec_.fields)
            strip.data[field] = static_cast<std::byte*>(memory_[field].get()) + place * row_bytes();
        return strip;
    }

    SurfaceSpec spec_;
    std::shared_ptr<const LoadedModel> model_;
    View view_;
    StripFiller fill_;
    FieldArray<std::unique_ptr<void, Free>> memory_;
};

std::string fields_name(const FieldSet& fields) {
    if (fields.any_training()) return "train";
    return fields.has(Field::grad_wx) ? "loss+gradients" : "loss";
}

LimitKind limit_of(const SurfaceSpec& spec) {
    if (spec.evaluator == "cuda")
        return spec.precision == Precision::f32 ? LimitKind::device_f32 : LimitKind::device_f64;
    if (spec.method == Method::rows && !spec.in_cache) return LimitKind::store;
    return spec.precision == Precision::f32 ? LimitKind::flop_f32 : LimitKind::flop_f64;
}

}  // namespace

Case surface_case(const std::string& prefix, const SurfaceSpec& spec, const std::string& suffix) {
    const std::string name = fmt::format("{}/{}/{}/{}/{}/{}{}", prefix, spec.evaluator,
                                         name_of(spec.method), name_of(spec.activation),
                                         name_of(spec.precision), fields_name(spec.fields), suffix);
    Model shape{{}, spec.activation};
    shape.sequences.count = spec.sequences;
    shape.sequences.length = spec.length;
    return {
        name, surface_work(shape, make_view(spec)), limit_of(spec), [spec] {
            const auto surface = std::make_shared<SurfaceRun>(spec);
            return Prepared{[surface] { surface->run(); }, [surface] { return surface->error(); }};
        }};
}

}  // namespace gradscape::bench
