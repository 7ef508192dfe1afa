// The reference products, one for each type.
#ifndef GLEANER_MATMUL_SCALAR_H
#define GLEANER_MATMUL_SCALAR_H

#include "kernels.h"

void gk_multiply_q8_0_scalar(const gk_tile *tile);
void gk_multiply_q4_0_scalar(const gk_tile *tile);
void gk_multiply_q5_0_scalar(const gk_tile *tile);
void gk_multiply_q5_1_scalar(const gk_tile *tile);
void gk_multiply_q4_k_scalar(const gk_tile *tile);
void gk_multiply_q5_k_scalar(const gk_tile *tile);
void gk_multiply_q6_k_scalar(const gk_tile *tile);
void gk_multiply_f32_scalar(const gk_tile *tile);
void gk_multiply_f16_scalar(const gk_tile *tile);
void gk_multiply_bf16_scalar(const gk_tile *tile);

#endif
