// Decoding and encoding of weights in GGUF's formats. Not on the hot path: embeddings, tests and tools.
#include <math.h>

#include "blocks.h"
#include "kernels.h"
#include "numeric.h"

static void dequantize_block(const gk_row_block *block, float *target) {
    float d = gk_from_f16(block->d), least = gk_from_f16(block->dmin) * (float)block->min;
    for (int i = 0; i < GK_BLOCK; i++) {
        float scale = d * (float)block->scale[i / 16];
        target[i] = scale * (float)(block->q[i] - block->offset) - least;
    }
}

void gk_dequantize(gk_type type, const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    gk_require(gk_block_weights(type) != 0 && count % gk_block_weights(type) == 0);
    switch (type) {
        case GK_F32: memcpy(target, source, count * sizeof(float)); return;
        case GK_F16:
            for (size_t i = 0; i < count; i++) target[i] = gk_from_f16(gk_load16(bytes + 2 * i));
            return;
        case GK_BF16:
            for (size_t i = 0; i < count; i++) target[i] = gk_from_bf16(gk_load16(bytes + 2 * i));
            return;
        default: break;
    }
    for (size_t i = 0; i < count / GK_BLOCK; i++) {
        gk_row_block block;
        gk_row_block_read(type, bytes, i, &block);
        dequantize_block(&block, target + i * GK_BLOCK);
    }
}

// The value whose magnitude is largest (the first of equals), or NaN when a value is not finite.
static float extreme(const float *x) {
    float found = 0;
    for (int i = 0; i < GK_BLOCK; i++) {
        if (!isfinite(x[i])) return NAN;
        if (fabsf(x[i]) > fabsf(found)) found = x[i];
    }
    return found;
}

// x clamped to [low, high] before it becomes an integer: outside the range of int the conversion is undefined.
static int clamped(float x, float low, float high) {
    if (!(x > low)) return (int)low;  // and NaN
    return (int)(x < high ? x : high);
}

static void quantize_q8_0(const float *x, uint8_t *target) {
    float d = fabsf(extreme(x)) / 127.0f, inverse = d > 0 ? 1.0f / d : 0.0f;
    uint16_t half = gk_to_f16(d);
    memcpy(target, &half, 2);
    for (int i = 0; i < GK_BLOCK; i++) {
        target[2 + i] = isfinite(x[i]) ? (uint8_t)clamped(roundf(x[i] * inverse), -127, 127) : 0;
    }
}

static void quantize_q4_0(const float *x, uint8_t *target) {
    float d = extreme(x) / -8.0f, inverse = d != 0 && !isnan(d) ? 1.0f / d : 0.0f;
    uint16_t half = gk_to_f16(d);
    memcpy(target, &half, 2);
    for (int i = 0; i < 16; i++) {
        int low = isfinite(x[i]) ? clamped(x[i] * inverse + 8.5f, 0, 15) : 8;
        int high = isfinite(x[i + 16]) ? clamped(x[i + 16] * inverse + 8.5f, 0, 15) : 8;
        target[2 + i] = (uint8_t)(low | high << 4);
    }
}

bool gk_quantize(gk_type type, const float *source, void *target, size_t count) {
    uint8_t *bytes = target;
    switch (type) {
        case GK_F32: memcpy(target, source, count * sizeof(float)); return true;
        case GK_F16: case GK_BF16:
            for (size_t i = 0; i < count; i++) {
                uint16_t half = type == GK_F16 ? gk_to_f16(source[i]) : gk_to_bf16(source[i]);
                memcpy(bytes + 2 * i, &half, 2);
            }
            return true;
        case GK_Q8_0: case GK_Q4_0: break;
        case GK_Q5_0: case GK_Q5_1: case GK_Q4_K: case GK_Q5_K: case GK_Q6_K: return false;
    }
    gk_require(count % GK_BLOCK == 0);
    for (size_t i = 0; i < count / GK_BLOCK; i++) {
        const float *x = source + i * GK_BLOCK;
        if (type == GK_Q8_0) quantize_q8_0(x, bytes + i * 34);
        else quantize_q4_0(x, bytes + i * 18);
    }
    return true;
}
