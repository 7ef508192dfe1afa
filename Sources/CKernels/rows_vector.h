// Row operations on 16 lanes, in the order of rows_scalar.c. Included once for each instruction set (lanes.h).
#include "lanes.h"

static GK_TARGET void quantize_block(const float *x, gk_block8 *target) {
    gk_lanes low = gk_load(x), high = gk_load(x + GK_LANES);
    gk_bit_lanes a = (gk_bit_lanes)low & 0x7fffffffu;
    gk_bit_lanes b = (gk_bit_lanes)high & 0x7fffffffu;
    uint32_t largest = __builtin_reduce_max(__builtin_elementwise_max(a, b));
    if (largest >= GK_QUANTIZE_INFINITE || largest < GK_QUANTIZE_LEAST) {
        float scale = largest < GK_QUANTIZE_LEAST ? 0 : gk_float(GK_QUANTIZE_NAN);
        *target = (gk_block8){.scale = scale, .scaled_sum = scale};
        return;
    }
    gk_lanes inverse = 127.0f / gk_float(largest), magic = GK_EXP_MAGIC;
    gk_int_lanes q0 = (gk_int_lanes)(low * inverse + magic) - (int32_t)gk_bits(GK_EXP_MAGIC);
    gk_int_lanes q1 = (gk_int_lanes)(high * inverse + magic) - (int32_t)gk_bits(GK_EXP_MAGIC);
    gk_byte_lanes bytes[2] = {__builtin_convertvector(q0, gk_byte_lanes), __builtin_convertvector(q1, gk_byte_lanes)};
    int32_t sum0 = __builtin_reduce_add(q0), sum1 = __builtin_reduce_add(q1);
    memcpy(target->q, bytes, GK_BLOCK);
    target->scale = gk_float(largest) / 127.0f;
    target->scaled_sum = target->scale * (float)(sum0 + sum1);
    target->negative_sum = -(sum0 + sum1);
    target->negative_low = -sum0;
}

GK_TARGET void GK_FORM(gk_quantize)(const float *x, size_t blocks, gk_block8 *target) {
    for (size_t b = 0; b < blocks; b++) quantize_block(x + b * GK_BLOCK, target + b);
}

GK_TARGET void GK_FORM(gk_rms_norm)(const float *x, const float *weight, float epsilon, size_t width, float *out) {
    size_t whole = width / GK_LANES * GK_LANES, rest = width - whole;
    gk_lanes squares = 0;
    for (size_t i = 0; i < whole; i += GK_LANES) {
        gk_lanes value = gk_load(x + i);
        squares = gk_fma(value, value, squares);
    }
    if (rest != 0) {
        gk_lanes value = gk_load_some(x + whole, rest);
        squares = gk_fma(value, value, squares);
    }
    float factor = gk_rms_factor(gk_fold_lanes(squares), width, epsilon);
    for (size_t i = 0; i < width; i++) out[i] = x[i] * factor * weight[i];
}

GK_INLINE gk_lanes swiglu_lanes(gk_lanes gate, gk_lanes up) { return gate / (1 + gk_exp_lanes(-gate)) * up; }

GK_TARGET void GK_FORM(gk_swiglu)(const float *gate, const float *up, size_t count, float *out) {
    size_t whole = count / GK_LANES * GK_LANES, rest = count - whole;
    for (size_t i = 0; i < whole; i += GK_LANES) gk_store(out + i, swiglu_lanes(gk_load(gate + i), gk_load(up + i)));
    if (rest == 0) return;
    gk_lanes last = swiglu_lanes(gk_load_some(gate + whole, rest), gk_load_some(up + whole, rest));
    gk_store_some(out + whole, last, rest);
}

GK_TARGET void GK_FORM(gk_add)(float *x, const float *y, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] += y[i];
}

GK_TARGET void GK_FORM(gk_scale)(float *x, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] *= factor;
}

GK_TARGET void GK_FORM(gk_rope)(float *x, const float *cosine, const float *sine, gk_rope_layout layout, size_t pairs) {
    if (layout == GK_ROPE_HALVES) {
        float *restrict low = x, *restrict high = x + pairs;
        for (size_t i = 0; i < pairs; i++) {
            float first = low[i], second = high[i];
            low[i] = fmaf(first, cosine[i], -(second * sine[i]));
            high[i] = fmaf(second, cosine[i], first * sine[i]);
        }
        return;
    }
    for (size_t i = 0; i < pairs; i++) {
        float first = x[2 * i], second = x[2 * i + 1];
        x[2 * i] = fmaf(first, cosine[i], -(second * sine[i]));
        x[2 * i + 1] = fmaf(second, cosine[i], first * sine[i]);
    }
}
