// The statistics of a field that lies in a device's memory, by reductions of Thrust. Extremes are a
// reduction of integer keys, which order as the values do; the places are searched for afterwards;
// non-finite cells are counted only where there are any. Nothing depends on the order of
// evaluation. Cost per cell: one read for the extremes, one more for the places; a few integer
// operations. The histogram adds a read and an increment.
// SPDX-License-Identifier: MIT
#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/permutation_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/transform_reduce.h>

#if !defined(__CUDACC__)
#include <thrust/system/cpp/execution_policy.h>
#undef __global__  // which the emulation defines in its own way, where Thrust saw CUDA's headers
#undef __device__
#undef __host__
#endif

#include "gradscape/core/ordered_key.hpp"
#include "kernels/statistics.cuh"

namespace gradscape::kernels::GRADSCAPE_BACKEND {
namespace {

#if defined(__CUDACC__)

/// Thrust's scratch memory from the stream's pool: cudaMalloc would stop the whole device.
struct StreamMemory {
    using value_type = char;
    cudaStream_t stream;

    char* allocate(std::ptrdiff_t bytes) {
        void* memory = nullptr;
        cuda_check(cudaMallocAsync(&memory, static_cast<std::size_t>(bytes), stream),
                   "allocate scratch memory");
        return static_cast<char*>(memory);
    }
    void deallocate(char* memory, std::size_t) { cudaFreeAsync(memory, stream); }
};

template <class Work>
auto with_policy(Stream& stream, Work work) {
    StreamMemory memory{stream.handle()};
    return work(thrust::cuda::par(memory).on(stream.handle()));
}
__device__ void count_one(unsigned long long& count) { atomicAdd(&count, 1ull); }

#else

template <class Work>
auto with_policy(Stream& stream, Work work) {
    stream.synchronize();  // it is the calling thread that works
    return work(thrust::cpp::par);
}
void count_one(unsigned long long& count) { ++count; }

#endif

/// Least and greatest key of the finite values, and the greatest magnitude of all.
template <class Real>
struct Extent {
    using Key = OrderedKey<Real>;
    Key least = std::numeric_limits<Key>::max(), greatest = std::numeric_limits<Key>::min(),
        magnitude = 0;
};

template <class Real>
GRADSCAPE_HD constexpr OrderedKey<Real> infinite_magnitude() {
    return std::bit_cast<OrderedKey<Real>>(std::numeric_limits<Real>::infinity());
}

/// `+ 0` turns −0 into 0: they are equal, so the first of them is the minimum. With `finite_only`
/// the others do not count; without, the greatest magnitude tells whether there are any.
template <class Real, bool finite_only>
struct ExtentOf {
    GRADSCAPE_HD Extent<Real> operator()(Real value) const {
        const auto key = ordered_key(value + Real(0)), magnitude = magnitude_key(value);
        if (finite_only && magnitude >= infinite_magnitude<Real>()) return {};
        return {key, key, magnitude};
    }
};

template <class Real>
struct Union {
    using Key = OrderedKey<Real>;
    GRADSCAPE_HD static Key lesser(Key a, Key b) { return a < b ? a : b; }
    GRADSCAPE_HD static Key greater(Key a, Key b) { return a < b ? b : a; }
    GRADSCAPE_HD Extent<Real> operator()(const Extent<Real>& a, const Extent<Real>& b) const {
        return {lesser(a.least, b.least), greater(a.greatest, b.greatest),
                greater(a.magnitude, b.magnitude)};
    }
};

/// Where the extremes are.
struct Cells {
    std::uint64_t min, max;
};

template <class Real, class Values>
struct CellsWith {
    Values values;
    Real min, max;
    std::uint64_t none;
    GRADSCAPE_HD Cells operator()(std::uint64_t cell) const {
        const Real value = values[static_cast<std::ptrdiff_t>(cell)];
        return {value == min ? cell : none, value == max ? cell : none};
    }
};
struct FirstCells {
    GRADSCAPE_HD static std::uint64_t first(std::uint64_t a, std::uint64_t b) {
        return a < b ? a : b;
    }
    GRADSCAPE_HD Cells operator()(const Cells& a, const Cells& b) const {
        return {first(a.min, b.min), first(a.max, b.max)};
    }
};

/// One pass for both; thrust::find_if spills registers on a device.
template <class Real, class Policy, class Values>
Cells find_cells(const Policy& policy, Values first, Values last, Real min, Real max) {
    const auto count = static_cast<std::uint64_t>(last - first);
    const thrust::counting_iterator<std::uint64_t> cells(0);
    return thrust::transform_reduce(policy, cells, cells + static_cast<std::ptrdiff_t>(count),
                                    CellsWith<Real, Values>{first, min, max, count},
                                    Cells{count, count}, FirstCells{});
}

struct NonFinite {
    std::uint64_t positive, negative, nan;
};
template <class Real>
struct NonFiniteOf {
    GRADSCAPE_HD NonFinite operator()(Real value) const {
        const auto magnitude = magnitude_key(value);
        const bool infinite = magnitude == infinite_magnitude<Real>();
        return {infinite && value > 0, infinite && value<0, magnitude> infinite_magnitude<Real>()};
    }
};
struct Total {
    GRADSCAPE_HD NonFinite operator()(const NonFinite& a, const NonFinite& b) const {
        return {a.positive + b.positive, a.negative + b.negative, a.nan + b.nan};
    }
};

template <class Real>
struct CountBin {
    unsigned long long* counts;
    GRADSCAPE_HD void operator()(Real value) const {
#if defined(__CUDA_ARCH__) || !defined(__CUDACC__)
        if (magnitude_key(value) < infinite_magnitude<Real>())
            count_one(counts[OctaveHistogram::bin_of(value)]);
#endif
    }
};

/// Where cell i of a block lies.
struct PlaceOf {
    std::size_t cols, pitch;
    GRADSCAPE_HD std::size_t operator()(std::size_t cell) const {
        return cell / cols * pitch + cell % cols;
    }
};

template <class Real, class Policy, class Values>
FieldStatistics extremes(const Policy& policy, Values first, Values last) {
    FieldStatistics statistics;
    auto extent = thrust::transform_reduce(policy, first, last, ExtentOf<Real, false>{},
                                           Extent<Real>{}, Union<Real>{});
    if (extent.magnitude >= infinite_magnitude<Real>()) {
        const NonFinite count = thrust::transform_reduce(policy, first, last, NonFiniteOf<Real>{},
                                                         NonFinite{0, 0, 0}, Total{});
        statistics.positive_infinite = count.positive;
        statistics.negative_infinite = count.negative;
        statistics.nan = count.nan;
        constexpr Real lowest = -std::numeric_limits<Real>::infinity();
        if (count.negative > 0)
            statistics.negative_infinite_cell =
                find_cells<Real>(policy, first, last, lowest, lowest).min;
        extent = thrust::transform_reduce(policy, first, last, ExtentOf<Real, true>{},
                                          Extent<Real>{}, Union<Real>{});
    }
    if (extent.least > extent.greatest) return statistics;
    const auto min = from_ordered_key<Real>(extent.least);
    const auto max = from_ordered_key<Real>(extent.greatest);
    const Cells cells = find_cells<Real>(policy, first, last, min, max);
    statistics.min = static_cast<double>(min);
    statistics.max = static_cast<double>(max);
    statistics.min_cell = cells.min;
    statistics.max_cell = cells.max;
    return statistics;
}

template <class Real, class Values>
void count_octaves(Values first, Values last, Stream& stream, OctaveHistogram& histogram) {
    std::array<unsigned long long, OctaveHistogram::bins> counts{};
    const DeviceBuffer<unsigned long long> bins(counts.size());
    const Draining draining(stream);
    upload(bins, counts.data(), counts.size(), stream);
    with_policy(stream, [&](const auto& policy) {
        thrust::for_each(policy, first, last, CountBin<Real>{bins.data()});
    });
    download_rows(counts.data(), bins, counts.size(), counts.size(), 1, stream);
    stream.synchronize();
    std::copy(counts.begin(), counts.end(), histogram.counts.begin());
}

}  // namespace

template <class Real>
FieldStatistics field_statistics(const ValueBlock<Real>& block, bool histogram, Stream& stream) {
    const std::size_t count = block.rows * block.cols;
    const auto places = thrust::make_transform_iterator(thrust::counting_iterator<std::size_t>(0),
                                                        PlaceOf{block.cols, block.pitch});
    const auto first = thrust::make_permutation_iterator(block.values, places);
    const auto last = first + static_cast<std::ptrdiff_t>(count);
    FieldStatistics statistics = with_policy(
        stream, [&](const auto& policy) { return extremes<Real>(policy, first, last); });
    if (histogram) count_octaves<Real>(first, last, stream, statistics.histogram);
    return statistics;
}

template FieldStatistics field_statistics(const ValueBlock<float>&, bool, Stream&);
template FieldStatistics field_statistics(const ValueBlock<double>&, bool, Stream&);

}  // namespace gradscape::kernels::GRADSCAPE_BACKEND
