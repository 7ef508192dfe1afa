// 16 lanes of floats, for the kernels whose vector form is written once and compiled for each instruction set. The
// including file defines first:
//   GK_TARGET        the function attribute that names the instruction set
//   GK_FORM(name)    the name of this form of a kernel
//   gk_f16_lanes     converts 16 half floats in memory to lanes
// 16 lanes are one register of AVX-512, two of AVX2.
#ifndef GLEANER_LANES_H
#define GLEANER_LANES_H

#include <stdint.h>
#include <string.h>

#include "kernels.h"
#include "numeric.h"
#include "reduce.h"

// Lanes travel only between functions that are inlined into each other, so no calling convention applies to them.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float gk_lanes __attribute__((ext_vector_type(16)));
typedef int32_t gk_int_lanes __attribute__((ext_vector_type(16)));
typedef uint32_t gk_bit_lanes __attribute__((ext_vector_type(16)));
typedef int8_t gk_byte_lanes __attribute__((ext_vector_type(16)));

// For helpers that must vanish into their caller: there loops over registers unroll and types are constants.
#define GK_INLINE static inline __attribute__((always_inline)) GK_TARGET
#define GK_UNROLL _Pragma("clang loop unroll(full)")

GK_INLINE gk_lanes gk_load(const float *source) {
    gk_lanes lanes;
    memcpy(&lanes, source, sizeof lanes);
    return lanes;
}

GK_INLINE void gk_store(float *target, gk_lanes lanes) { memcpy(target, &lanes, sizeof lanes); }

// Values 0 ..< count, and zeros.
GK_INLINE gk_lanes gk_load_some(const float *source, size_t count) {
    float padded[GK_LANES] = {0};
    memcpy(padded, source, count * sizeof(float));
    return gk_load(padded);
}

GK_INLINE void gk_store_some(float *target, gk_lanes lanes, size_t count) {
    memcpy(target, &lanes, count * sizeof(float));
}

GK_INLINE gk_lanes gk_fma(gk_lanes a, gk_lanes b, gk_lanes c) { return __builtin_elementwise_fma(a, b, c); }

GK_INLINE float gk_fold_lanes(gk_lanes lanes) {
    float values[GK_LANES];
    gk_store(values, lanes);
    return gk_fold(values);
}

// gk_expf of numeric.h, lane by lane.
GK_INLINE gk_lanes gk_exp_lanes(gk_lanes input) {
    gk_lanes high = GK_EXP_HIGH, magic = GK_EXP_MAGIC, one = 1;
    gk_lanes x = high < input ? high : input;
    gk_lanes shifted = gk_fma(x, GK_EXP_LOG2E, magic), n = shifted - magic;
    gk_lanes r = gk_fma(-n, GK_EXP_LN2_LOW, gk_fma(-n, GK_EXP_LN2_HIGH, x));
    gk_lanes p = gk_fma(GK_EXP_C6, r, GK_EXP_C5);
    p = gk_fma(p, r, GK_EXP_C4);
    p = gk_fma(p, r, GK_EXP_C3);
    p = gk_fma(p, r, GK_EXP_C2);
    p = gk_fma(p, r, one);
    p = gk_fma(p, r, one);
    gk_bit_lanes power = ((gk_bit_lanes)shifted - gk_bits(GK_EXP_MAGIC) + 126) << 23;
    gk_lanes result = (p + p) * (gk_lanes)power;
    return x < (gk_lanes)GK_EXP_LOW ? (gk_lanes)0 : result;
}

#endif
