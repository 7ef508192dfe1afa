// The float products in AVX-512: 32 rows × up to 6 tokens, one fused multiply-add for each column in order.
#include "avx512.h"

#if defined(__x86_64__)
#include "kernels_avx512.h"

// 16 rows of one column as floats.
GK_AVX512_INLINE __m512 floats_avx512(const gk_type type, const uint8_t *source) {
    if (type == GK_F32) return _mm512_loadu_ps(source);
    if (type == GK_F16) return gk_load16_f16(source);
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)source));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

GK_AVX512_INLINE float value_at(const gk_tile *tile, const int token, size_t column) {
    return ((const float *)((const uint8_t *)tile->x + (size_t)token * tile->x_stride))[column];
}

GK_AVX512_INLINE void multiply_floats(const gk_type type, const int tokens, const gk_tile *tile) {
    const size_t size = type == GK_F32 ? 4 : 2;
    __m512 acc[GK_TILE_TOKENS][2];
    GK_UNROLL for (int t = 0; t < tokens; t++) acc[t][0] = acc[t][1] = _mm512_setzero_ps();
    const uint8_t *quants = tile->quants;
    for (size_t column = 0; column < tile->columns; column++, quants += GK_STRIPE * size) {
        gk_prefetch_tile(tile, quants);
        __m512 w0 = floats_avx512(type, quants), w1 = floats_avx512(type, quants + GK_LANES * size);
        GK_UNROLL for (int t = 0; t < tokens; t++) {
            __m512 x = _mm512_set1_ps(value_at(tile, t, column));
            acc[t][0] = _mm512_fmadd_ps(w0, x, acc[t][0]);
            acc[t][1] = _mm512_fmadd_ps(w1, x, acc[t][1]);
        }
    }
    gk_store_tile(tile, tokens, acc);
}

GK_AVX512_INLINE void multiply(const gk_type type, const gk_tile *tile) {
    switch (tile->tokens) {
        case 1: multiply_floats(type, 1, tile); return;
        case 2: multiply_floats(type, 2, tile); return;
        case 3: multiply_floats(type, 3, tile); return;
        case 4: multiply_floats(type, 4, tile); return;
        case 5: multiply_floats(type, 5, tile); return;
        default: multiply_floats(type, 6, tile); return;
    }
}

GK_AVX512 void gk_multiply_f32_avx512(const gk_tile *tile) { multiply(GK_F32, tile); }
GK_AVX512 void gk_multiply_f16_avx512(const gk_tile *tile) { multiply(GK_F16, tile); }
GK_AVX512 void gk_multiply_bf16_avx512(const gk_tile *tile) { multiply(GK_BF16, tile); }
#endif
