// GGUF's blocks of weights, taken apart 32 columns at a time.
#ifndef GLEANER_BLOCKS_H
#define GLEANER_BLOCKS_H

#include "CKernels.h"
#include "layout.h"

// 32 weights of one row: weight = d · scale[column / 16] · (q - offset) - dmin · min.
typedef struct gk_row_block {
    uint8_t q[GK_BLOCK];
    int offset;
    uint16_t d;     // f16 bits
    uint16_t dmin;  // f16 bits
    int8_t scale[2];
    uint8_t min;
} gk_row_block;

// Takes block `index` (32 columns each) out of a row of a quantized type.
void gk_row_block_read(gk_type type, const uint8_t *row, size_t index, gk_row_block *target);

#endif
