// Scalar arithmetic that the vector kernels repeat bit for bit: half floats and the exponential.
#ifndef GLEANER_NUMERIC_H
#define GLEANER_NUMERIC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t gk_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float gk_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint16_t gk_load16(const void *source) {
    uint16_t value;
    memcpy(&value, source, sizeof value);
    return value;
}

// Exact, as the hardware does it: a signalling NaN becomes quiet.
static inline float gk_from_f16(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t exponent = (half >> 10) & 31, mantissa = half & 1023u;
    if (exponent == 31) {
        return gk_float(sign | 0x7f800000u | mantissa << 13 | (mantissa ? 0x400000u : 0));
    }
    if (exponent == 0) {  // zero or subnormal: mantissa · 2^-24, which a float holds exactly
        float magnitude = (float)mantissa * 0x1p-24f;
        return gk_float(sign | gk_bits(magnitude));
    }
    return gk_float(sign | (exponent + 112) << 23 | mantissa << 13);
}

// Rounds to nearest even, as the hardware does it.
static inline uint16_t gk_to_f16(float value) {
    uint32_t bits = gk_bits(value), magnitude = bits & 0x7fffffffu;
    uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
    if (magnitude > 0x7f800000u) {
        return (uint16_t)(sign | 0x7e00u | ((magnitude >> 13) & 0x1ffu));
    }
    if (magnitude >= 0x477ff000u) {  // 65520 and more round to infinity
        return sign | 0x7c00u;
    }
    if (magnitude < 0x38800000u) {  // below 2^-14: adding 0.5 lets the float unit round at 2^-24
        float shifted = gk_float(magnitude) + 0.5f;
        return (uint16_t)(sign | (gk_bits(shifted) - 0x3f000000u));
    }
    uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1);
    return (uint16_t)(sign | ((rounded - 0x38000000u) >> 13));
}

static inline float gk_from_bf16(uint16_t half) { return gk_float((uint32_t)half << 16); }

static inline uint16_t gk_to_bf16(float value) {
    uint32_t bits = gk_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)(bits >> 16 | 64);  // quiet, and never rounded into an infinity
    }
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

// e^x = 2^n · e^r with |r| <= ln 2 / 2. The polynomial is our own minimax fit of (e^r - 1 - r) / r², relative error
// 3e-9; with rounding the result is within 2 ulp. Results below 2^-125 are zero, which spares subnormals.
#define GK_EXP_HIGH 89.0f   // e^89 is infinite
#define GK_EXP_LOW -86.6f   // 2^-125
#define GK_EXP_LOG2E 0x1.715476p+0f
#define GK_EXP_LN2_HIGH 0x1.63p-1f  // 9 bits: n times it is exact
#define GK_EXP_LN2_LOW -0x1.bd0106p-13f
#define GK_EXP_MAGIC 0x1.8p+23f  // adding it rounds to an integer, in the low bits
#define GK_EXP_C2 0x1.fffffcp-2f
#define GK_EXP_C3 0x1.555492p-3f
#define GK_EXP_C4 0x1.5558f2p-5f
#define GK_EXP_C5 0x1.1239e2p-7f
#define GK_EXP_C6 0x1.6a242ep-10f

static inline float gk_expf(float input) {
    float x = GK_EXP_HIGH < input ? GK_EXP_HIGH : input;  // keeps a NaN
    float shifted = fmaf(x, GK_EXP_LOG2E, GK_EXP_MAGIC);
    float n = shifted - GK_EXP_MAGIC;
    float r = fmaf(-n, GK_EXP_LN2_LOW, fmaf(-n, GK_EXP_LN2_HIGH, x));
    float p = fmaf(GK_EXP_C6, r, GK_EXP_C5);
    p = fmaf(p, r, GK_EXP_C4);
    p = fmaf(p, r, GK_EXP_C3);
    p = fmaf(p, r, GK_EXP_C2);
    p = fmaf(p, r, 1.0f);
    p = fmaf(p, r, 1.0f);
    // 2p · 2^(n-1), because 2^128 is no float. The exponent bits of 2^(n-1) are n + 126.
    uint32_t power = (gk_bits(shifted) - gk_bits(GK_EXP_MAGIC) + 126u) << 23;
    float result = (p + p) * gk_float(power);
    return x < GK_EXP_LOW ? 0.0f : result;
}

#endif
