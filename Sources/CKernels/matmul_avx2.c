// The quantized products in AVX2. 8 rows (an octet) × up to 6 tokens at a time: the exact sums of an octet's block
// stay in registers, the float sums of the tile in the first-level cache.
//
// maddubs multiplies unsigned by signed bytes and adds pairs in 16 bits, with saturation. It is exact here: small
// weights are used as they are, and 8-bit weights with their sign moved to the activation, which is never -128.
#include "avx2.h"

#if defined(__x86_64__)
#include "kernels_avx2.h"

// Products of how many vectors fit in 16 bits: 15·127·2 · 8, 31·127·2 · 4, 63·127·2 · 2, 128·127·2 · 1.
GK_AVX2_INLINE int depth_of(const gk_type type) {
    return type == GK_Q8_0 ? 1 : 8 >> gk_high_bits(type);
}

// Rows of octet `o` of vector v, 4 columns each: unsigned bytes, signed for Q8_0. Layout: layout.h.
GK_AVX2_INLINE __m256i vector_avx2(const gk_type type, const uint8_t *quants, const int v, int o) {
    if (type == GK_Q8_0) {
        __m256i biased = _mm256_loadu_si256((const void *)(quants + v * 128 + o * 32));
        return _mm256_xor_si256(biased, _mm256_set1_epi8(-128));
    }
    __m256i pair = _mm256_loadu_si256((const void *)(quants + v / 2 * 128 + o * 32));
    __m256i low = _mm256_and_si256(v % 2 ? _mm256_srli_epi16(pair, 4) : pair, _mm256_set1_epi8(15));
    const int bits = gk_high_bits(type), per_plane = bits == 2 ? 4 : 8;
    if (bits == 0) return low;
    const uint8_t *place = quants + 512 + (o / 2 * bits + v / per_plane) * 64 + o % 2 * 32;
    __m256i plane = _mm256_loadu_si256((const void *)place);
    const int shift = 4 - v % per_plane * bits;  // brings the vector's bits to bit 4
    plane = shift >= 0 ? _mm256_slli_epi16(plane, shift) : _mm256_srli_epi16(plane, -shift);
    return _mm256_or_si256(low, _mm256_and_si256(plane, _mm256_set1_epi8(bits == 2 ? 0x30 : 0x10)));
}

GK_AVX2_INLINE const gk_block8 *x_block(const gk_tile *tile, const int token, size_t block) {
    return (const gk_block8 *)((const uint8_t *)tile->x + (size_t)token * tile->x_stride) + block;
}

// The start of a dot: minus offset · Σ q. Q8_0 needs none, its bytes are signed again.
GK_AVX2_INLINE __m256i dot_start(const gk_type type, const gk_block8 *x, const int half) {
    if (type == GK_Q8_0 || gk_offset(type) == 0) return _mm256_setzero_si256();
    int32_t sum = x->negative_sum;
    if (type == GK_Q6_K) sum = half == 0 ? x->negative_low : sum - x->negative_low;
    return _mm256_set1_epi32(gk_offset(type) * sum);
}

// 8 bytes times 8 floats.
GK_AVX2_INLINE __m256 scaled(__m256 d, const uint8_t *bytes, const bool is_signed) {
    __m128i narrow = _mm_loadl_epi64((const void *)bytes);
    __m256i factor = is_signed ? _mm256_cvtepi8_epi32(narrow) : _mm256_cvtepu8_epi32(narrow);
    return _mm256_mul_ps(d, _mm256_cvtepi32_ps(factor));
}

// The scale of each row of octet `o` for a block (or half of it), and the min where the type has one.
GK_AVX2_INLINE __m256 row_scale(const gk_type type, const uint8_t *scales, size_t block, const int half, int o,
                                __m256 *least) {
    const uint8_t *halves = scales + gk_halves_at(type, block), *bytes = NULL;
    if (gk_is_super(type)) bytes = scales + gk_bytes_at(type, block) + o * GK_OCTET;
    __m256 d = gk_load8_f16(halves + o * GK_OCTET * 2);
    if (gk_has_min(type)) {
        *least = gk_load8_f16(halves + (GK_STRIPE + o * GK_OCTET) * 2);
        if (gk_is_super(type)) *least = scaled(*least, bytes + GK_STRIPE, false);
    }
    return gk_is_super(type) ? scaled(d, bytes + half * GK_STRIPE, type == GK_Q6_K) : d;
}

// One vector of weights times 4 activations of a token, pairs added.
GK_AVX2_INLINE __m256i pair_products(const gk_type type, __m256i w, const int8_t *q) {
    int32_t four;
    memcpy(&four, q, sizeof four);
    __m256i x = _mm256_set1_epi32(four);
    if (type != GK_Q8_0) return _mm256_maddubs_epi16(w, x);
    return _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
}

// Exact dots of an octet with each token over vectors `first` ..< `end`.
GK_AVX2_INLINE void dots_avx2(const gk_type type, const int tokens, const gk_tile *tile, const uint8_t *quants,
                              size_t block, int o, const int first, const int end, __m256i dot[GK_TILE_TOKENS]) {
    const int most = depth_of(type), depth = most < end - first ? most : end - first;
    GK_UNROLL for (int start = first; start < end; start += depth) {
        __m256i sums[GK_TILE_TOKENS];
        GK_UNROLL for (int v = start; v < start + depth; v++) {
            __m256i w = vector_avx2(type, quants, v, o);
            GK_UNROLL for (int t = 0; t < tokens; t++) {
                __m256i products = pair_products(type, w, x_block(tile, t, block)->q + 4 * v);
                sums[t] = v == start ? products : _mm256_add_epi16(sums[t], products);
            }
        }
        GK_UNROLL for (int t = 0; t < tokens; t++) {
            dot[t] = _mm256_add_epi32(dot[t], _mm256_madd_epi16(sums[t], _mm256_set1_epi16(1)));
        }
    }
}

// The order of the sums is that of gk_tile in kernels.h.
GK_AVX2_INLINE void multiply_tokens(const gk_type type, const size_t block_bytes, const int tokens,
                                    const gk_tile *tile) {
    const int halves = type == GK_Q6_K ? 2 : 1, vectors = 8 / halves;
    __m256 acc[GK_OCTETS][GK_TILE_TOKENS];
    memset(acc, 0, sizeof acc);
    const uint8_t *quants = tile->quants;
    for (size_t block = 0; block < tile->columns / GK_BLOCK; block++, quants += block_bytes) {
        gk_prefetch_tile_avx2(tile, quants);
        _Pragma("clang loop unroll(disable)") for (int o = 0; o < GK_OCTETS; o++) {
            GK_UNROLL for (int half = 0; half < halves; half++) {
                __m256i dot[GK_TILE_TOKENS];
                GK_UNROLL for (int t = 0; t < tokens; t++) dot[t] = dot_start(type, x_block(tile, t, block), half);
                dots_avx2(type, tokens, tile, quants, block, o, half * vectors, (half + 1) * vectors, dot);
                __m256 least = _mm256_setzero_ps(), scale = row_scale(type, tile->scales, block, half, o, &least);
                GK_UNROLL for (int t = 0; t < tokens; t++) {
                    const gk_block8 *x = x_block(tile, t, block);
                    __m256 product = _mm256_mul_ps(scale, _mm256_set1_ps(x->scale));
                    acc[o][t] = _mm256_fmadd_ps(product, _mm256_cvtepi32_ps(dot[t]), acc[o][t]);
                    if (!gk_has_min(type)) continue;
                    acc[o][t] = _mm256_fnmadd_ps(least, _mm256_set1_ps(x->scaled_sum), acc[o][t]);
                }
            }
        }
    }
    gk_store_tile_avx2(tile, tokens, acc);
}

GK_AVX2_INLINE void multiply(const gk_type type, const size_t block_bytes, const gk_tile *tile) {
    switch (tile->tokens) {
        case 1: multiply_tokens(type, block_bytes, 1, tile); return;
        case 2: multiply_tokens(type, block_bytes, 2, tile); return;
        case 3: multiply_tokens(type, block_bytes, 3, tile); return;
        case 4: multiply_tokens(type, block_bytes, 4, tile); return;
        case 5: multiply_tokens(type, block_bytes, 5, tile); return;
        default: multiply_tokens(type, block_bytes, 6, tile); return;
    }
}

GK_AVX2 void gk_multiply_q8_0_avx2(const gk_tile *tile) { multiply(GK_Q8_0, 1024, tile); }
GK_AVX2 void gk_multiply_q4_0_avx2(const gk_tile *tile) { multiply(GK_Q4_0, 512, tile); }
GK_AVX2 void gk_multiply_q5_0_avx2(const gk_tile *tile) { multiply(GK_Q5_0, 640, tile); }
GK_AVX2 void gk_multiply_q5_1_avx2(const gk_tile *tile) { multiply(GK_Q5_1, 640, tile); }
GK_AVX2 void gk_multiply_q4_k_avx2(const gk_tile *tile) { multiply(GK_Q4_K, 512, tile); }
GK_AVX2 void gk_multiply_q5_k_avx2(const gk_tile *tile) { multiply(GK_Q5_K, 640, tile); }
GK_AVX2 void gk_multiply_q6_k_avx2(const gk_tile *tile) { multiply(GK_Q6_K, 768, tile); }
#endif
