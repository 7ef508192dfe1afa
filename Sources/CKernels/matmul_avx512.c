// The quantized products in AVX-512 VNNI.
#include "matmul_avx512.h"

#if defined(__x86_64__)
#include "kernels_avx512.h"

GK_AVX512_INLINE void multiply(const gk_type type, const size_t block_bytes, const gk_tile *tile) {
    switch (tile->tokens) {
        case 1: gk_multiply_avx512(type, block_bytes, 1, tile); return;
        case 2: gk_multiply_avx512(type, block_bytes, 2, tile); return;
        case 3: gk_multiply_avx512(type, block_bytes, 3, tile); return;
        case 4: gk_multiply_avx512(type, block_bytes, 4, tile); return;
        case 5: gk_multiply_avx512(type, block_bytes, 5, tile); return;
        default: gk_multiply_avx512(type, block_bytes, 6, tile); return;
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
