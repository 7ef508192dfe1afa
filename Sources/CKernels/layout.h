// The packed weight layout and the quantized activations: what packing writes and every product reads.
//
// A matrix is cut into STRIPES of 32 rows; the last one is padded with zero rows. A stripe is two GROUPS of 16
// rows, because 16 int32 or float lanes fill the widest vector. Along the columns a stripe is cut into BLOCKS.
//
// Quantized types, blocks of 32 columns. Vector (v, g) holds the quants of columns 4v ... 4v+3 of group g, byte
// 4·row + column%4, as UNSIGNED bytes (weight = scale · (byte - offset) - min); its number is 2v + g:
//   Q8_0        16 vectors of 64 bytes, byte = quant + 128
//   Q4_0, Q4_K  vectors (2j, g) and (2j+1, g) share 64 bytes, as low and high nibbles; byte = quant
//   Q5_K        the same, then for each group 64 bytes whose bit v is bit 4 of vector v
//   Q6_K        the same, then for each group 2 × 64 bytes: bits 2(v%4), +1 of plane v/4 are bits 4, 5 of vector v
// F32, F16 and BF16: blocks of one column, 32 values.
//
// Scales lie in an array of their own: in front of the quants they would push every 64-byte load across a line.
//   Q8_0, Q4_0  each block: scale f16[32]
//   Q4_K, Q5_K  each 8 blocks: d f16[32], dmin f16[32], then for each block scale u8[32], min u8[32]
//   Q6_K        each 8 blocks: d f16[32], then for each block scale i8[2 halves of 16 columns][32]
#ifndef GLEANER_LAYOUT_H
#define GLEANER_LAYOUT_H

#include "CKernels.h"

enum {
    GK_STRIPE = 32,       // rows in a stripe
    GK_LANES = 16,        // rows in a group, keys in a tile, virtual lanes of a reduction
    GK_BLOCK = 32,        // columns that share one activation scale
    GK_SUPER = 256,       // columns of a k-quant block
    GK_SUPER_BLOCKS = 8,  // blocks in a k-quant block
};

// 32 activations of one token as int8: x ≈ scale · q.
typedef struct gk_block8 {
    int8_t q[GK_BLOCK];
    float scale;           // amax / 127; NaN when an input was NaN or infinite, so that the product shows it
    float scaled_sum;      // scale · Σ q, the factor of a k-quant's min
    int32_t negative_sum;  // -Σ q, times a type's offset the start of its dot
    int32_t negative_low;  // -Σ q over the first 16, for types with a scale for each 16 columns
} gk_block8;

typedef struct gk_layout {
    size_t stripes;
    size_t block_bytes;    // quants of one block of a stripe
    size_t stripe_bytes;   // quants of a stripe
    size_t scale_bytes;    // scales of a stripe
    size_t scales_offset;  // where the scales begin
    size_t total_bytes;
} gk_layout;

// Is it one of the types with integer quants, for which activations are quantized too?
bool gk_is_quantized(gk_type type);
// The layout of [rows × columns]; total_bytes is 0 when the sizes are not valid or overflow.
gk_layout gk_layout_of(gk_type type, size_t rows, size_t columns);

#endif
