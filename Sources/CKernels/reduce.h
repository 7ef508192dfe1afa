// The fixed ends of reductions, shared by all instruction sets.
#ifndef GLEANER_REDUCE_H
#define GLEANER_REDUCE_H

#include <math.h>
#include <stddef.h>

#include "layout.h"

// Sum of 16 lanes, folded as l + 8, l + 4, l + 2, l + 1.
static inline float gk_fold(const float lanes[GK_LANES]) {
    float sums[GK_LANES / 2];
    for (int i = 0; i < 8; i++) sums[i] = lanes[i] + lanes[i + 8];
    for (int i = 0; i < 4; i++) sums[i] += sums[i + 4];
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

// 1 / sqrt(mean(x²) + epsilon), from the sum of squares.
static inline float gk_rms_factor(float squares, size_t width, float epsilon) {
    return 1.0f / sqrtf(squares / (float)width + epsilon);
}

// Limits of activation quantization, as bits of the largest magnitude of a block.
#define GK_QUANTIZE_INFINITE 0x7f800000u  // and above: the block holds an infinity or a NaN
#define GK_QUANTIZE_LEAST 0x0da24260u     // 1e-30; below, 127 / amax could overflow: the block is zero
#define GK_QUANTIZE_NAN 0x7fc00000u       // the scale of a block that is not finite

#endif
