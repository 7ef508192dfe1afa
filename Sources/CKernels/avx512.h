// What the AVX-512 kernels share. The instruction set is given function by function; dispatch.c asks the processor.
#ifndef GLEANER_AVX512_H
#define GLEANER_AVX512_H

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define GK_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,f16c")))
// For helpers that must vanish into their caller: there loops over registers unroll and types are constants.
#define GK_AVX512_INLINE static inline __attribute__((always_inline)) GK_AVX512
#define GK_UNROLL _Pragma("clang loop unroll(full)")

// Lanes 0 ..< count.
GK_AVX512_INLINE __mmask16 gk_mask16(size_t count) {
    return count >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << count) - 1);
}

GK_AVX512_INLINE __m512 gk_load16_f16(const void *source) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(source));
}

// Four bytes in every 32-bit lane.
GK_AVX512_INLINE __m512i gk_broadcast4(const void *source) {
    int32_t value;
    memcpy(&value, source, sizeof value);
    return _mm512_set1_epi32(value);
}

// y = acc (+ bias) for the rows of a tile; acc is [token][group].
GK_AVX512_INLINE void gk_store_tile(const gk_tile *tile, const int tokens, __m512 acc[GK_TILE_TOKENS][2]) {
    size_t second = tile->rows > GK_LANES ? tile->rows - GK_LANES : 0;
    __mmask16 masks[2] = {gk_mask16(tile->rows), gk_mask16(second)};
    GK_UNROLL for (int g = 0; g < 2; g++) {
        __m512 bias = _mm512_setzero_ps();
        if (tile->bias) bias = _mm512_maskz_loadu_ps(masks[g], tile->bias + g * GK_LANES);
        GK_UNROLL for (int t = 0; t < tokens; t++) {
            __m512 sum = tile->bias ? _mm512_add_ps(acc[t][g], bias) : acc[t][g];
            _mm512_mask_storeu_ps(tile->y + (size_t)t * tile->y_stride + g * GK_LANES, masks[g], sum);
        }
    }
}

// The tile's share of lines to come, at block `base`.
GK_AVX512_INLINE void gk_prefetch_tile(const gk_tile *tile, const uint8_t *base) {
    const uint8_t *ahead = base + tile->prefetch_ahead;
    for (size_t i = tile->prefetch_first; i < tile->prefetch_end; i++) _mm_prefetch(ahead + i * 64, _MM_HINT_T1);
}

#endif
#endif
