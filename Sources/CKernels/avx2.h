// What the AVX2 kernels share. The instruction set is given function by function; dispatch.c asks the processor.
#ifndef GLEANER_AVX2_H
#define GLEANER_AVX2_H

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define GK_AVX2 __attribute__((target("avx2,fma,f16c")))
// For helpers that must vanish into their caller: there loops over registers unroll and types are constants.
#define GK_AVX2_INLINE static inline __attribute__((always_inline)) GK_AVX2
#define GK_UNROLL _Pragma("clang loop unroll(full)")

enum { GK_OCTET = 8, GK_OCTETS = GK_STRIPE / GK_OCTET };  // 8 rows fill a vector; a stripe has 4 such octets

GK_AVX2_INLINE __m256 gk_load8_f16(const void *source) { return _mm256_cvtph_ps(_mm_loadu_si128(source)); }

// y = acc (+ bias) for the rows of a tile.
GK_AVX2_INLINE void gk_store_tile_avx2(const gk_tile *tile, const int tokens,
                                       __m256 acc[GK_OCTETS][GK_TILE_TOKENS]) {
    for (int t = 0; t < tokens; t++) {
        float sums[GK_STRIPE], *y = tile->y + (size_t)t * tile->y_stride;
        for (int o = 0; o < GK_OCTETS; o++) _mm256_storeu_ps(sums + o * GK_OCTET, acc[o][t]);
        for (size_t r = 0; r < tile->rows; r++) y[r] = tile->bias ? sums[r] + tile->bias[r] : sums[r];
    }
}

// The tile's share of lines to come, at block `base`.
GK_AVX2_INLINE void gk_prefetch_tile_avx2(const gk_tile *tile, const uint8_t *base) {
    const uint8_t *ahead = base + tile->prefetch_ahead;
    for (size_t i = tile->prefetch_first; i < tile->prefetch_end; i++) _mm_prefetch(ahead + i * 64, _MM_HINT_T1);
}

#endif
#endif
