// The reference of the row operations. The vector forms also call these for what is left of a row.
#ifndef GLEANER_ROWS_SCALAR_H
#define GLEANER_ROWS_SCALAR_H

#include "kernels.h"

void gk_quantize_scalar(const float *x, size_t blocks, gk_block8 *target);
void gk_rms_norm_scalar(const float *x, const float *weight, float epsilon, size_t width, float *out);
void gk_swiglu_scalar(const float *gate, const float *up, size_t count, float *out);
void gk_add_scalar(float *x, const float *y, size_t count);
void gk_scale_scalar(float *x, float factor, size_t count);
void gk_to_f16_scalar(const float *x, size_t count, uint16_t *target);
void gk_rope_scalar(float *x, const float *cosine, const float *sine, gk_rope_layout layout, size_t pairs);

#endif
