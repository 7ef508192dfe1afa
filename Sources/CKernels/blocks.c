// Reads GGUF's blocks. Layouts: the GGUF specification's Q4_0, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K.
#include "blocks.h"

#include <string.h>

#include "kernels.h"
#include "numeric.h"

// {f16 d; i8 q[32]}
static void read_q8_0(const uint8_t *block, gk_row_block *target) {
    target->d = gk_load16(block);
    target->offset = 128;
    for (int i = 0; i < 32; i++) target->q[i] = block[2 + i] ^ 0x80;
}

// {f16 d; u8 q[16]}: low nibbles are columns 0 ... 15, high nibbles 16 ... 31.
static void read_q4_0(const uint8_t *block, gk_row_block *target) {
    target->d = gk_load16(block);
    target->offset = 8;
    for (int i = 0; i < 16; i++) {
        target->q[i] = block[2 + i] & 15;
        target->q[i + 16] = block[2 + i] >> 4;
    }
}

// Five bits: 16 bytes of nibbles as in Q4_0, bit 4 of column i is bit i of `high`.
static void read_five_bits(const uint8_t high[4], const uint8_t nibbles[16], gk_row_block *target) {
    for (int i = 0; i < 32; i++) {
        int nibble = i < 16 ? nibbles[i] & 15 : nibbles[i - 16] >> 4;
        target->q[i] = (uint8_t)(nibble | ((high[i / 8] >> i % 8) & 1) << 4);
    }
}

// {f16 d; u8 high[4]; u8 q[16]}
static void read_q5_0(const uint8_t *block, gk_row_block *target) {
    target->d = gk_load16(block);
    target->offset = 16;
    read_five_bits(block + 2, block + 6, target);
}

// {f16 d, m; u8 high[4]; u8 q[16]}: weight = d · q + m, so -m is the min.
static void read_q5_1(const uint8_t *block, gk_row_block *target) {
    target->d = gk_load16(block);
    target->dmin = gk_load16(block + 2) ^ 0x8000u;
    target->min = 1;
    read_five_bits(block + 4, block + 8, target);
}

// Eight pairs of 6-bit (scale, min) in 12 bytes: the first four whole, the others split over spare high bits.
static void read_scale_and_min(const uint8_t packed[12], size_t part, gk_row_block *target) {
    if (part < 4) {
        target->scale[0] = packed[part] & 63;
        target->min = packed[part + 4] & 63;
    } else {
        target->scale[0] = (int8_t)((packed[part + 4] & 15) | (packed[part - 4] >> 6) << 4);
        target->min = (uint8_t)(packed[part + 4] >> 4 | (packed[part] >> 6) << 4);
    }
    target->scale[1] = target->scale[0];
}

// {f16 d, dmin; u8 scales[12]; u8 q[128]}: 32 bytes hold parts 2j (low nibbles) and 2j+1 (high).
static void read_q4_k(const uint8_t *block, size_t part, gk_row_block *target) {
    target->d = gk_load16(block);
    target->dmin = gk_load16(block + 2);
    read_scale_and_min(block + 4, part, target);
    const uint8_t *nibbles = block + 16 + part / 2 * 32;
    for (int i = 0; i < 32; i++) target->q[i] = part % 2 ? nibbles[i] >> 4 : nibbles[i] & 15;
}

// {f16 d, dmin; u8 scales[12]; u8 high[32]; u8 q[128]}: bit `part` of high[i] is bit 4.
static void read_q5_k(const uint8_t *block, size_t part, gk_row_block *target) {
    target->d = gk_load16(block);
    target->dmin = gk_load16(block + 2);
    read_scale_and_min(block + 4, part, target);
    const uint8_t *high = block + 16, *nibbles = block + 48 + part / 2 * 32;
    for (int i = 0; i < 32; i++) {
        int low = part % 2 ? nibbles[i] >> 4 : nibbles[i] & 15;
        target->q[i] = (uint8_t)(low | ((high[i] >> part) & 1) << 4);
    }
}

// {u8 low[128]; u8 high[64]; i8 scales[16]; f16 d}: in each half of 128, part i has nibble i/2 of low bytes
// 32·(i%2) ... and bits 2i, 2i+1 of the high bytes.
static void read_q6_k(const uint8_t *block, size_t part, gk_row_block *target) {
    size_t half = part / 4, i = part % 4;
    const uint8_t *low = block + half * 64 + i % 2 * 32, *high = block + 128 + half * 32;
    const uint8_t *scales = block + 192 + half * 8 + i * 2;
    target->d = gk_load16(block + 208);
    target->offset = 32;
    memcpy(target->scale, scales, 2);
    for (int c = 0; c < 32; c++) {
        int nibble = i / 2 ? low[c] >> 4 : low[c] & 15;
        target->q[c] = (uint8_t)(nibble | ((high[c] >> (2 * i)) & 3) << 4);
    }
}

void gk_row_block_read(gk_type type, const uint8_t *row, size_t index, gk_row_block *target) {
    size_t bytes = gk_block_bytes(type), part = index % GK_SUPER_BLOCKS;
    const uint8_t *super = row + index / GK_SUPER_BLOCKS * bytes;
    *target = (gk_row_block){.scale = {1, 1}};
    switch (type) {
        case GK_Q8_0: read_q8_0(row + index * bytes, target); return;
        case GK_Q4_0: read_q4_0(row + index * bytes, target); return;
        case GK_Q5_0: read_q5_0(row + index * bytes, target); return;
        case GK_Q5_1: read_q5_1(row + index * bytes, target); return;
        case GK_Q4_K: read_q4_k(super, part, target); return;
        case GK_Q5_K: read_q5_k(super, part, target); return;
        case GK_Q6_K: read_q6_k(super, part, target); return;
        case GK_F32: case GK_F16: case GK_BF16: break;
    }
    gk_contract_broken(__func__, "a quantized type");
}
