// Pack: N lanes of float or double with the operations of gradscape/core/ops.hpp, on the vector
// extension of GCC and clang. A pack holds several machine registers where N asks for it, so that
// independent chains hide the latency of fma. The register size is part of the type: translation
// units for different instruction sets must not share an instantiation.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "gradscape/core/ops.hpp"

namespace gradscape::evaluate {

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif

namespace simd {

template <class T>
struct Register {
    typedef T Type __attribute__((vector_size(register_bytes)));
};
template <class T>
using Integer = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

template <class R>
inline R fma_each(R a, R b, R c) {
    R result = a;
    for (unsigned lane = 0; lane < sizeof(R) / sizeof(a[0]); ++lane)
        result[lane] = madd(a[lane], b[lane], c[lane]);
    return result;
}
template <class R>
inline R sqrt_each(R a) {
    R result = a;
    for (unsigned lane = 0; lane < sizeof(R) / sizeof(a[0]); ++lane)
        result[lane] = square_root(a[lane]);
    return result;
}

template <class R>
inline R min_each(R a, R b) {
    return a < b ? a : b;
}
template <class R>
inline R max_each(R a, R b) {
    return a > b ? a : b;
}

#if defined(__AVX512F__)
inline __m512 fma_each(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
inline __m512d fma_each(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
inline __m512 sqrt_each(__m512 a) { return _mm512_maskz_sqrt_ps(0xffff, a); }
inline __m512d sqrt_each(__m512d a) { return _mm512_maskz_sqrt_pd(0xff, a); }
inline __m512 min_each(__m512 a, __m512 b) { return _mm512_maskz_min_ps(0xffff, a, b); }
inline __m512d min_each(__m512d a, __m512d b) { return _mm512_maskz_min_pd(0xff, a, b); }
inline __m512 max_each(__m512 a, __m512 b) { return _mm512_maskz_max_ps(0xffff, a, b); }
inline __m512d max_each(__m512d a, __m512d b) { return _mm512_maskz_max_pd(0xff, a, b); }
#elif defined(__AVX2__) && defined(__FMA__)
inline __m256 fma_each(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }
inline __m256d fma_each(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }
inline __m256 sqrt_each(__m256 a) { return _mm256_sqrt_ps(a); }
inline __m256d sqrt_each(__m256d a) { return _mm256_sqrt_pd(a); }
inline __m256 min_each(__m256 a, __m256 b) { return _mm256_min_ps(a, b); }
inline __m256d min_each(__m256d a, __m256d b) { return _mm256_min_pd(a, b); }
inline __m256 max_each(__m256 a, __m256 b) { return _mm256_max_ps(a, b); }
inline __m256d max_each(__m256d a, __m256d b) { return _mm256_max_pd(a, b); }
#elif defined(__SSE2__)
inline __m128 min_each(__m128 a, __m128 b) { return _mm_min_ps(a, b); }
inline __m128d min_each(__m128d a, __m128d b) { return _mm_min_pd(a, b); }
inline __m128 max_each(__m128 a, __m128 b) { return _mm_max_ps(a, b); }
inline __m128d max_each(__m128d a, __m128d b) { return _mm_max_pd(a, b); }
#endif

/// The bits of a where `bits` has ones, else those of b.
template <class R>
inline R choose_bits(R bits, R a, R b) {
    return (a & bits) | (b & ~bits);
}
#if defined(__AVX512F__)
inline __m512i choose_bits(__m512i bits, __m512i a, __m512i b) {
    return _mm512_ternarylogic_epi32(bits, a, b, 0xca);
}
#endif

/// Stores that leave the cache alone; `to` is aligned to the register.
template <class R, class T>
inline void store_past_cache(R value, T* to) {
    std::memcpy(to, &value, sizeof value);
}
#if defined(__AVX512F__)
inline void store_past_cache(__m512 value, float* to) { _mm512_stream_ps(to, value); }
inline void store_past_cache(__m512d value, double* to) { _mm512_stream_pd(to, value); }
#elif defined(__AVX2__)
inline void store_past_cache(__m256 value, float* to) { _mm256_stream_ps(to, value); }
inline void store_past_cache(__m256d value, double* to) { _mm256_stream_pd(to, value); }
#elif defined(__SSE2__)
inline void store_past_cache(__m128 value, float* to) { _mm_stream_ps(to, value); }
inline void store_past_cache(__m128d value, double* to) { _mm_stream_pd(to, value); }
#endif

}  // namespace simd

/// After stores past the cache: other threads see them before what the caller stores next.
inline void publish_stores() {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

/// N lanes of T in N·sizeof(T)/register_bytes registers; comparisons give a Mask.
template <class T, int N, int RegisterBytes = register_bytes>
struct Pack {
    using Register = typename simd::Register<T>::Type;
    using IntRegister = typename simd::Register<simd::Integer<T>>::Type;
    static constexpr int lanes = N;
    static constexpr int per_register = register_bytes / static_cast<int>(sizeof(T));
    static constexpr int registers = N / per_register;
    static constexpr auto sign_bit = std::numeric_limits<simd::Integer<T>>::min();
    static_assert(registers * per_register == N);

    struct Mask {
        IntRegister part[registers];

        Mask operator&(const Mask& o) const {
            Mask r;
            for (int i = 0; i < registers; ++i) r.part[i] = part[i] & o.part[i];
            return r;
        }
        Mask operator|(const Mask& o) const {
            Mask r;
            for (int i = 0; i < registers; ++i) r.part[i] = part[i] | o.part[i];
            return r;
        }
        Mask operator!() const {
            Mask r;
            for (int i = 0; i < registers; ++i) r.part[i] = ~part[i];
            return r;
        }
        bool operator[](int lane) const {
            return part[lane / per_register][lane % per_register] != 0;
        }
    };

    Register part[registers];

    Pack() = default;
    explicit Pack(T value) {
        for (Register& r : part) r = value - Register{};  // value + 0 would turn −0 into 0
    }
    static Pack load(const T* from) {
        Pack p;
        std::memcpy(p.part, from, sizeof p.part);
        return p;
    }
    /// Lanes first … first + M − 1 as a pack of their own; `first` is a register's.
    template <int M>
    Pack<T, M, RegisterBytes> lanes_from(int first) const {
        Pack<T, M, RegisterBytes> p;
        std::memcpy(p.part, part + first / per_register, sizeof p.part);
        return p;
    }
    template <int M>
    void set_lanes(int first, const Pack<T, M, RegisterBytes>& from) {
        std::memcpy(part + first / per_register, from.part, sizeof from.part);
    }
    void store(T* to) const { std::memcpy(to, part, sizeof part); }
    void store_past_cache(T* to) const {
        for (int i = 0; i < registers; ++i) simd::store_past_cache(part[i], to + i * per_register);
    }
    T operator[](int lane) const { return part[lane / per_register][lane % per_register]; }

    template <class Op>
    static Pack map(Op op) {
        Pack r;
        for (int i = 0; i < registers; ++i) r.part[i] = op(i);
        return r;
    }
    template <class Op>
    static Mask compare(Op op) {
        Mask m;
        for (int i = 0; i < registers; ++i) m.part[i] = op(i);
        return m;
    }

    friend Pack operator+(Pack a, Pack b) {
        return map([&](int i) { return a.part[i] + b.part[i]; });
    }
    friend Pack operator-(Pack a, Pack b) {
        return map([&](int i) { return a.part[i] - b.part[i]; });
    }
    friend Pack operator*(Pack a, Pack b) {
        return map([&](int i) { return a.part[i] * b.part[i]; });
    }
    friend Pack operator/(Pack a, Pack b) {
        return map([&](int i) { return a.part[i] / b.part[i]; });
    }
    friend Pack operator-(Pack a) {
        return map([&](int i) { return -a.part[i]; });
    }
    friend Mask operator<(Pack a, Pack b) {
        return compare([&](int i) { return a.part[i] < b.part[i]; });
    }
    friend Mask operator>(Pack a, Pack b) { return b < a; }
    friend Mask operator<=(Pack a, Pack b) {
        return compare([&](int i) { return a.part[i] <= b.part[i]; });
    }
    friend Mask operator>=(Pack a, Pack b) { return b <= a; }
    friend Mask operator==(Pack a, Pack b) {
        return compare([&](int i) { return a.part[i] == b.part[i]; });
    }
    friend Mask operator!=(Pack a, Pack b) {
        return compare([&](int i) { return a.part[i] != b.part[i]; });
    }
    friend Pack madd(Pack a, Pack b, Pack c) {
        return map([&](int i) { return simd::fma_each(a.part[i], b.part[i], c.part[i]); });
    }
    friend Pack square_root(Pack a) {
        return map([&](int i) { return simd::sqrt_each(a.part[i]); });
    }
    friend Pack select(Mask m, Pack a, Pack b) {
        return map([&](int i) { return m.part[i] ? a.part[i] : b.part[i]; });
    }
    friend bool any(Mask m) {
        IntRegister all = m.part[0];
        for (int i = 1; i < registers; ++i) all |= m.part[i];
        simd::Integer<T> lanes_or = 0;
        for (int lane = 0; lane < per_register; ++lane) lanes_or |= all[lane];
        return lanes_or != 0;
    }
    friend Pack absolute(Pack a) {
        constexpr auto magnitude = std::numeric_limits<simd::Integer<T>>::max();
        return map([&](int i) {
            return reinterpret_cast<Register>(reinterpret_cast<IntRegister>(a.part[i]) & magnitude);
        });
    }
    friend Pack copy_sign(Pack magnitude, Pack sign) {
        return map([&](int i) {
            const IntRegister bits = IntRegister{} + sign_bit;
            return reinterpret_cast<Register>(
                simd::choose_bits(bits, reinterpret_cast<IntRegister>(sign.part[i]),
                                  reinterpret_cast<IntRegister>(magnitude.part[i])));
        });
    }
    friend Pack negate_where(Mask m, Pack a) {
        return map([&](int i) {
            return reinterpret_cast<Register>(reinterpret_cast<IntRegister>(a.part[i]) ^
                                              (m.part[i] & sign_bit));
        });
    }
    friend Pack smaller_of(Pack a, Pack b) {
        return map([&](int i) { return simd::min_each(a.part[i], b.part[i]); });
    }
    friend Pack larger_of(Pack a, Pack b) {
        return map([&](int i) { return simd::max_each(a.part[i], b.part[i]); });
    }
    friend Pack pow2_of_rounded(Pack sum) {
        constexpr int mantissa = sizeof(T) == 4 ? 23 : 52;
        return map([&](int i) {
            return reinterpret_cast<Register>(reinterpret_cast<IntRegister>(sum.part[i])
                                              << mantissa);
        });
    }
    friend Pack split_exponent(Pack x, Pack& m) {
        constexpr int mantissa = sizeof(T) == 4 ? 23 : 52;
        constexpr auto sqrt_half = static_cast<simd::Integer<T>>(
            sizeof(T) == 4 ? std::int64_t{0x3f3504f3} : std::int64_t{0x3fe6a09e667f3bcd});
        Pack e;
        for (int i = 0; i < registers; ++i) {
            const auto bits = reinterpret_cast<IntRegister>(x.part[i]);
            const IntRegister exponent = (bits - sqrt_half) >> mantissa;
            m.part[i] = reinterpret_cast<Register>(bits - (exponent << mantissa));
            e.part[i] = __builtin_convertvector(exponent, Register);
        }
        return e;
    }
};

}  // namespace gradscape::evaluate

template <class T, int N, int RegisterBytes>
struct gradscape::ValueTraits<gradscape::evaluate::Pack<T, N, RegisterBytes>> {
    using Real = T;
    using Mask = typename evaluate::Pack<T, N, RegisterBytes>::Mask;
    static constexpr int lanes = N;
};
