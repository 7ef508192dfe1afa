// The quantized products in AVX-512 VNNI: 32 rows (two vectors of lanes) × up to 6 tokens at a time. The sums stay in
// 12 registers over all columns; 12 more hold the exact dots of the block.
#include "avx512.h"

#if defined(__x86_64__)
#include "kernels_avx512.h"

enum { VECTOR = 64 };

// Vector (v, g) of a block as unsigned bytes. Layout: layout.h.
GK_AVX512_INLINE __m512i vector_avx512(const gk_type type, const uint8_t *quants, const int v, const int g) {
    if (type == GK_Q8_0) return _mm512_loadu_si512(quants + (2 * v + g) * VECTOR);
    __m512i pair = _mm512_loadu_si512(quants + (v / 2 * 2 + g) * VECTOR);
    __m512i low = _mm512_and_si512(v % 2 ? _mm512_srli_epi16(pair, 4) : pair, _mm512_set1_epi8(15));
    const uint8_t *planes = quants + 8 * VECTOR;
    const int bits = gk_high_bits(type), per_plane = bits == 2 ? 4 : 8;
    if (bits == 0) return low;
    __m512i plane = _mm512_loadu_si512(planes + (g * bits + v / per_plane) * VECTOR);
    const int shift = 4 - v % per_plane * bits;  // brings the vector's bits to bit 4
    plane = shift >= 0 ? _mm512_slli_epi16(plane, (unsigned)shift) : _mm512_srli_epi16(plane, (unsigned)-shift);
    __m512i mask = _mm512_set1_epi8(bits == 2 ? 0x30 : 0x10);
    return _mm512_ternarylogic_epi32(low, plane, mask, 0xf8);  // low | (plane & mask)
}

GK_AVX512_INLINE const gk_block8 *x_block(const gk_tile *tile, const int token, size_t block) {
    return (const gk_block8 *)((const uint8_t *)tile->x + (size_t)token * tile->x_stride) + block;
}

// The start of a dot: minus offset · Σ q, which makes unsigned bytes signed.
GK_AVX512_INLINE __m512i dot_start(const gk_type type, const gk_block8 *x, const int half) {
    if (gk_offset(type) == 0) return _mm512_setzero_si512();
    __m512i sum = _mm512_set1_epi32(x->negative_sum);
    if (type == GK_Q6_K) {
        __m512i low = _mm512_set1_epi32(x->negative_low);
        sum = half == 0 ? low : _mm512_sub_epi32(sum, low);
    }
    return _mm512_slli_epi32(sum, (unsigned)__builtin_ctz((unsigned)gk_offset(type)));
}

// 16 bytes times 16 floats.
GK_AVX512_INLINE __m512 scaled(__m512 d, const uint8_t *bytes, const bool is_signed) {
    __m128i narrow = _mm_loadu_si128((const void *)bytes);
    __m512i factor = is_signed ? _mm512_cvtepi8_epi32(narrow) : _mm512_cvtepu8_epi32(narrow);
    return _mm512_mul_ps(d, _mm512_cvtepi32_ps(factor));
}

// The scale of each row of group g for a block (or half of it), and the min where the type has one.
GK_AVX512_INLINE __m512 row_scale(const gk_type type, const uint8_t *scales, size_t block, const int half,
                                  const int g, __m512 *least) {
    const uint8_t *halves = scales + gk_halves_at(type, block), *bytes = NULL;
    if (gk_is_super(type)) bytes = scales + gk_bytes_at(type, block) + g * GK_LANES;
    __m512 d = gk_load16_f16(halves + g * GK_LANES * 2);
    if (gk_has_min(type)) {
        *least = gk_load16_f16(halves + (GK_STRIPE + g * GK_LANES) * 2);
        if (gk_is_super(type)) *least = scaled(*least, bytes + GK_STRIPE, false);
    }
    return gk_is_super(type) ? scaled(d, bytes + half * GK_STRIPE, type == GK_Q6_K) : d;
}

// acc += scale · dot (- min · Σ) for one half of a block, or all of it.
GK_AVX512_INLINE void step(const gk_type type, const int tokens, const gk_tile *tile, size_t block, const int half,
                           __m512i dot[GK_TILE_TOKENS][2], __m512 acc[GK_TILE_TOKENS][2]) {
    GK_UNROLL for (int g = 0; g < 2; g++) {
        __m512 least = _mm512_setzero_ps();
        __m512 scale = row_scale(type, tile->scales, block, half, g, &least);
        GK_UNROLL for (int t = 0; t < tokens; t++) {
            const gk_block8 *x = x_block(tile, t, block);
            __m512 product = _mm512_mul_ps(scale, _mm512_set1_ps(x->scale));
            acc[t][g] = _mm512_fmadd_ps(product, _mm512_cvtepi32_ps(dot[t][g]), acc[t][g]);
            if (gk_has_min(type)) {
                acc[t][g] = _mm512_fnmadd_ps(least, _mm512_set1_ps(x->scaled_sum), acc[t][g]);
            }
        }
    }
}

// The order of the sums is that of gk_tile in kernels.h.
GK_AVX512_INLINE void multiply_tokens(const gk_type type, const size_t block_bytes, const int tokens,
                                      const gk_tile *tile) {
    const int halves = type == GK_Q6_K ? 2 : 1, vectors = 8 / halves;
    __m512 acc[GK_TILE_TOKENS][2];
    GK_UNROLL for (int t = 0; t < tokens; t++) acc[t][0] = acc[t][1] = _mm512_setzero_ps();
    const uint8_t *quants = tile->quants;
    for (size_t block = 0; block < tile->columns / GK_BLOCK; block++, quants += block_bytes) {
        gk_prefetch_tile(tile, quants);
        GK_UNROLL for (int half = 0; half < halves; half++) {
            __m512i dot[GK_TILE_TOKENS][2];
            GK_UNROLL for (int t = 0; t < tokens; t++) {
                dot[t][0] = dot[t][1] = dot_start(type, x_block(tile, t, block), half);
            }
            GK_UNROLL for (int v = half * vectors; v < (half + 1) * vectors; v++) {
                __m512i w0 = vector_avx512(type, quants, v, 0), w1 = vector_avx512(type, quants, v, 1);
                GK_UNROLL for (int t = 0; t < tokens; t++) {
                    __m512i x = gk_broadcast4(x_block(tile, t, block)->q + 4 * v);
                    dot[t][0] = _mm512_dpbusd_epi32(dot[t][0], w0, x);
                    dot[t][1] = _mm512_dpbusd_epi32(dot[t][1], w1, x);
                }
            }
            step(type, tokens, tile, block, half, dot, acc);
        }
    }
    gk_store_tile(tile, tokens, acc);
}

GK_AVX512_INLINE void multiply(const gk_type type, const size_t block_bytes, const gk_tile *tile) {
    switch (tile->tokens) {
        case 1: multiply_tokens(type, block_bytes, 1, tile); return;
        case 2: multiply_tokens(type, block_bytes, 2, tile); return;
        case 3: multiply_tokens(type, block_bytes, 3, tile); return;
        case 4: multiply_tokens(type, block_bytes, 4, tile); return;
        case 5: multiply_tokens(type, block_bytes, 5, tile); return;
        default: multiply_tokens(type, block_bytes, 6, tile); return;
    }
}

GK_AVX512 void gk_multiply_q8_0_avx512(const gk_tile *tile) { multiply(GK_Q8_0, 1024, tile); }
GK_AVX512 void gk_multiply_q4_0_avx512(const gk_tile *tile) { multiply(GK_Q4_0, 512, tile); }
GK_AVX512 void gk_multiply_q5_0_avx512(const gk_tile *tile) { multiply(GK_Q5_0, 640, tile); }
GK_AVX512 void gk_multiply_q5_1_avx512(const gk_tile *tile) { multiply(GK_Q5_1, 640, tile); }
GK_AVX512 void gk_multiply_q4_k_avx512(const gk_tile *tile) { multiply(GK_Q4_K, 512, tile); }
GK_AVX512 void gk_multiply_q5_k_avx512(const gk_tile *tile) { multiply(GK_Q5_K, 640, tile); }
GK_AVX512 void gk_multiply_q6_k_avx512(const gk_tile *tile) { multiply(GK_Q6_K, 768, tile); }
#endif
