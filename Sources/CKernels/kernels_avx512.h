// The AVX-512 forms, for dispatch.c.
#ifndef GLEANER_KERNELS_AVX512_H
#define GLEANER_KERNELS_AVX512_H

#include "kernels.h"

void gk_multiply_q8_0_avx512(const gk_tile *tile);
void gk_multiply_q4_0_avx512(const gk_tile *tile);
void gk_multiply_q5_0_avx512(const gk_tile *tile);
void gk_multiply_q5_1_avx512(const gk_tile *tile);
void gk_multiply_q4_k_avx512(const gk_tile *tile);
void gk_multiply_q5_k_avx512(const gk_tile *tile);
void gk_multiply_q6_k_avx512(const gk_tile *tile);
void gk_multiply_f32_avx512(const gk_tile *tile);
void gk_multiply_f16_avx512(const gk_tile *tile);
void gk_multiply_bf16_avx512(const gk_tile *tile);
void gk_quantize_avx512(const float *x, size_t blocks, gk_block8 *target);
void gk_rms_norm_avx512(const float *x, const float *weight, float epsilon, size_t width, float *out);
void gk_swiglu_avx512(const float *gate, const float *up, size_t count, float *out);
void gk_add_avx512(float *x, const float *y, size_t count);
void gk_scale_avx512(float *x, float factor, size_t count);
void gk_to_f16_avx512(const float *x, size_t count, uint16_t *target);
void gk_rope_avx512(float *x, const float *cosine, const float *sine, gk_rope_layout layout, size_t pairs);
void gk_score_avx512(const gk_attend *job);
float gk_softmax_avx512(float *scores, size_t tiles, size_t first, size_t last);
void gk_accumulate_avx512(const gk_attend *job, size_t first, size_t end);

#endif
