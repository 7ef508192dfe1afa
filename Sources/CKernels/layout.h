// The packed weight layout and the quantized activations: what packing writes and every product reads.
//
// A matrix is cut into STRIPES of 32 rows; the last one is padded with zero rows. A stripe is two GROUPS of 16
// rows, because 16 int32 or float lanes fill the widest vector. Along the columns a stripe is cut into BLOCKS.
//
// Quantized types, blocks of 32 columns. Vector (v, g) holds the quants of columns 4v ... 4v+3 of group g, byte
// 4·row + column % 4, as UNSIGNED bytes (weight = scale · (byte - offset) - min); its number is 2v + g:
//   Q8_0              16 vectors of 64 bytes, byte = quant + 128
//   Q4_0, Q4_K        vectors (2j, g) and (2j+1, g) share 64 bytes, as low and high nibbles; byte = quant
//   Q5_0, Q5_1, Q5_K  the same, then for each group 64 bytes whose bit v is bit 4 of vector v
//   Q6_K              the same, then for each group 2 × 64 bytes; bits 2(v%4) on of plane v/4 are bits 4, 5 of v
// F32, F16 and BF16: blocks of one column, 32 values.
//
// Scales lie in an array of their own: in front of the quants they would push every 64-byte load across a line.
//   Q8_0, Q4_0, Q5_0  each block: d f16[32]
//   Q5_1              each block: d f16[32], dmin f16[32]
//   Q4_K, Q5_K        each 8 blocks: d f16[32], dmin f16[32], then for each block scale u8[32], min u8[32]
//   Q6_K              each 8 blocks: d f16[32], then for each block scale i8[2 halves of 16 columns][32]
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

// What the kernels ask of a type. They know it at compile time, so these must vanish into them.
#define GK_TRAIT static inline __attribute__((always_inline))

// Bits of a quant above its nibble, in planes.
GK_TRAIT int gk_high_bits(gk_type type) {
    return type == GK_Q6_K ? 2 : type == GK_Q5_0 || type == GK_Q5_1 || type == GK_Q5_K ? 1 : 0;
}

// What is subtracted from the unsigned byte; a power of 2, or 0.
GK_TRAIT int gk_offset(gk_type type) {
    return type == GK_Q8_0 ? 128 : type == GK_Q4_0 ? 8 : type == GK_Q5_0 ? 16 : type == GK_Q6_K ? 32 : 0;
}

// Is a min subtracted from scale · quant?
GK_TRAIT bool gk_has_min(gk_type type) { return type == GK_Q5_1 || type == GK_Q4_K || type == GK_Q5_K; }

// Does d apply to 256 columns, with a byte of scale for each block?
GK_TRAIT bool gk_is_super(gk_type type) { return type == GK_Q4_K || type == GK_Q5_K || type == GK_Q6_K; }

// Half floats for each row in front of its bytes of scale: d, and dmin where there is a min.
GK_TRAIT size_t gk_halves(gk_type type) { return gk_has_min(type) ? 2 : 1; }

// Where the half floats that apply to block `index` begin in the scales of a stripe.
GK_TRAIT size_t gk_halves_at(gk_type type, size_t index) {
    if (!gk_is_super(type)) return index * (GK_STRIPE * 2 * gk_halves(type));
    return index / GK_SUPER_BLOCKS * (GK_STRIPE * 2 * (gk_halves(type) + GK_SUPER_BLOCKS));
}

// Where the bytes of block `index` begin, for a type that has them.
GK_TRAIT size_t gk_bytes_at(gk_type type, size_t index) {
    return gk_halves_at(type, index) + GK_STRIPE * 2 * (gk_halves(type) + index % GK_SUPER_BLOCKS);
}

// Is it one of the types with integer quants, for which activations are quantized too?
bool gk_is_quantized(gk_type type);
// The layout of [rows × columns]; total_bytes is 0 when the sizes are not valid or overflow.
gk_layout gk_layout_of(gk_type type, size_t rows, size_t columns);

#endif
