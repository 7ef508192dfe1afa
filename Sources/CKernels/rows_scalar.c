// The reference of the row operations, for every processor.
#include "rows_scalar.h"

#include "numeric.h"
#include "reduce.h"

// Largest magnitude as bits, which order like the magnitudes, with infinities and NaNs on top.
static uint32_t largest_magnitude(const float *x) {
    uint32_t largest = 0;
    for (int i = 0; i < GK_BLOCK; i++) {
        uint32_t magnitude = gk_bits(x[i]) & 0x7fffffffu;
        if (magnitude > largest) largest = magnitude;
    }
    return largest;
}

static void quantize_block(const float *x, gk_block8 *target) {
    uint32_t largest = largest_magnitude(x);
    float inverse = 127.0f / gk_float(largest);
    *target = (gk_block8){.scale = gk_float(largest) / 127.0f};
    if (largest >= GK_QUANTIZE_INFINITE) target->scale = gk_float(GK_QUANTIZE_NAN);
    if (largest < GK_QUANTIZE_LEAST) target->scale = 0;
    if (largest < GK_QUANTIZE_INFINITE && largest >= GK_QUANTIZE_LEAST) {
        for (int i = 0; i < GK_BLOCK; i++) {
            // The low byte of x + 1.5 · 2^23 is x rounded to nearest even.
            target->q[i] = (int8_t)(uint8_t)gk_bits(x[i] * inverse + GK_EXP_MAGIC);
        }
    }
    for (int i = 0; i < GK_BLOCK; i++) {
        target->negative_sum -= target->q[i];
        if (i < 16) target->negative_low -= target->q[i];
    }
    target->scaled_sum = target->scale * (float)-target->negative_sum;
}

void gk_quantize_scalar(const float *x, size_t blocks, gk_block8 *target) {
    for (size_t b = 0; b < blocks; b++) quantize_block(x + b * GK_BLOCK, target + b);
}

void gk_rms_norm_scalar(const float *x, const float *weight, float epsilon, size_t width, float *out) {
    float squares[GK_LANES] = {0};
    for (size_t i = 0; i < width; i++) squares[i % GK_LANES] = fmaf(x[i], x[i], squares[i % GK_LANES]);
    float factor = gk_rms_factor(gk_fold(squares), width, epsilon);
    for (size_t i = 0; i < width; i++) out[i] = x[i] * factor * weight[i];
}

void gk_swiglu_scalar(const float *gate, const float *up, size_t count, float *out) {
    for (size_t i = 0; i < count; i++) out[i] = gate[i] / (1.0f + gk_expf(-gate[i])) * up[i];
}

void gk_add_scalar(float *x, const float *y, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] += y[i];
}

void gk_scale_scalar(float *x, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] *= factor;
}

void gk_to_f16_scalar(const float *x, size_t count, uint16_t *target) {
    for (size_t i = 0; i < count; i++) target[i] = gk_to_f16(x[i]);
}

void gk_rope_scalar(float *x, const float *cosine, const float *sine, gk_rope_layout layout, size_t pairs) {
    size_t step = layout == GK_ROPE_PAIRS ? 2 : 1, apart = layout == GK_ROPE_PAIRS ? 1 : pairs;
    for (size_t i = 0; i < pairs; i++) {
        float first = x[i * step], second = x[i * step + apart];
        x[i * step] = fmaf(first, cosine[i], -(second * sine[i]));
        x[i * step + apart] = fmaf(second, cosine[i], first * sine[i]);
    }
}
