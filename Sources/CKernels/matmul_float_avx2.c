// The float products in AVX2: 16 rows × up to 6 tokens at a time, one fused multiply-add for each column in order.
#include "avx2.h"

#if defined(__x86_64__)
#include "kernels_avx2.h"

// 8 rows of one column as floats.
GK_AVX2_INLINE __m256 floats_avx2(const gk_type type, const uint8_t *source) {
    if (type == GK_F32) return _mm256_loadu_ps((const float *)source);
    if (type == GK_F16) return gk_load8_f16(source);
    __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)source));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

// Rows 16g ..< 16g + 16 of the stripe.
GK_AVX2_INLINE void multiply_group(const gk_type type, const int tokens, const gk_tile *tile, const int g,
                                   __m256 sums[GK_OCTETS][GK_TILE_TOKENS]) {
    const size_t size = type == GK_F32 ? 4 : 2;
    __m256 acc[2][GK_TILE_TOKENS];
    GK_UNROLL for (int t = 0; t < tokens; t++) acc[0][t] = acc[1][t] = _mm256_setzero_ps();
    const uint8_t *quants = tile->quants + (size_t)g * GK_LANES * size;
    for (size_t column = 0; column < tile->columns; column++, quants += GK_STRIPE * size) {
        if (g == 0) gk_prefetch_tile_avx2(tile, quants);
        __m256 w0 = floats_avx2(type, quants), w1 = floats_avx2(type, quants + GK_OCTET * size);
        GK_UNROLL for (int t = 0; t < tokens; t++) {
            const float *values = (const float *)((const uint8_t *)tile->x + (size_t)t * tile->x_stride);
            __m256 x = _mm256_broadcast_ss(values + column);
            acc[0][t] = _mm256_fmadd_ps(w0, x, acc[0][t]);
            acc[1][t] = _mm256_fmadd_ps(w1, x, acc[1][t]);
        }
    }
    GK_UNROLL for (int t = 0; t < tokens; t++) {
        sums[2 * g][t] = acc[0][t];
        sums[2 * g + 1][t] = acc[1][t];
    }
}

GK_AVX2_INLINE void multiply_tokens(const gk_type type, const int tokens, const gk_tile *tile) {
    __m256 sums[GK_OCTETS][GK_TILE_TOKENS];
    multiply_group(type, tokens, tile, 0, sums);
    multiply_group(type, tokens, tile, 1, sums);
    gk_store_tile_avx2(tile, tokens, sums);
}

GK_AVX2_INLINE void multiply(const gk_type type, const gk_tile *tile) {
    switch (tile->tokens) {
        case 1: multiply_tokens(type, 1, tile); return;
        case 2: multiply_tokens(type, 2, tile); return;
        case 3: multiply_tokens(type, 3, tile); return;
        case 4: multiply_tokens(type, 4, tile); return;
        case 5: multiply_tokens(type, 5, tile); return;
        default: multiply_tokens(type, 6, tile); return;
    }
}

GK_AVX2 void gk_multiply_f32_avx2(const gk_tile *tile) { multiply(GK_F32, tile); }
GK_AVX2 void gk_multiply_f16_avx2(const gk_tile *tile) { multiply(GK_F16, tile); }
GK_AVX2 void gk_multiply_bf16_avx2(const gk_tile *tile) { multiply(GK_BF16, tile); }
#endif
