// Sizes of the types, and the packed layout's sizes.
#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

size_t gk_block_weights(gk_type type) {
    switch (type) {
        case GK_F32: case GK_F16: case GK_BF16: return 1;
        case GK_Q4_0: case GK_Q5_0: case GK_Q5_1: case GK_Q8_0: return GK_BLOCK;
        case GK_Q4_K: case GK_Q5_K: case GK_Q6_K: return GK_SUPER;
    }
    return 0;
}

size_t gk_block_bytes(gk_type type) {
    switch (type) {
        case GK_F32: return 4;
        case GK_F16: case GK_BF16: return 2;
        case GK_Q4_0: return 2 + 16;
        case GK_Q5_0: return 2 + 4 + 16;
        case GK_Q5_1: return 4 + 4 + 16;
        case GK_Q8_0: return 2 + 32;
        case GK_Q4_K: return 4 + 12 + 128;
        case GK_Q5_K: return 4 + 12 + 32 + 128;
        case GK_Q6_K: return 128 + 64 + 16 + 2;
    }
    return 0;
}

size_t gk_type_index(gk_type type) {
    switch (type) {
        case GK_F32: return 0;
        case GK_F16: return 1;
        case GK_BF16: return 2;
        case GK_Q4_0: return 3;
        case GK_Q8_0: return 4;
        case GK_Q4_K: return 5;
        case GK_Q5_K: return 6;
        case GK_Q6_K: return 7;
        case GK_Q5_0: return 8;
        case GK_Q5_1: return 9;
    }
    gk_contract_broken(__func__, "a known type");
}

bool gk_is_quantized(gk_type type) { return gk_block_weights(type) > 1; }

// Bytes of quants in one block of a stripe.
static size_t stripe_block_bytes(gk_type type) {
    if (!gk_is_quantized(type)) return GK_STRIPE * gk_block_bytes(type);
    if (type == GK_Q8_0) return GK_STRIPE * GK_BLOCK;
    return GK_STRIPE * GK_BLOCK * (size_t)(4 + gk_high_bits(type)) / 8;
}

// Bytes of scales in one block of the type (32 or 256 columns) of a stripe.
static size_t stripe_scale_bytes(gk_type type) {
    if (!gk_is_quantized(type)) return 0;
    return GK_STRIPE * 2 * (gk_halves(type) + (gk_is_super(type) ? GK_SUPER_BLOCKS : 0));
}

gk_layout gk_layout_of(gk_type type, size_t rows, size_t columns) {
    gk_layout layout = {0};
    size_t weights = gk_block_weights(type), quants, scales;
    if (weights == 0 || columns % weights != 0 || rows > SIZE_MAX - GK_STRIPE) return layout;
    layout.stripes = (rows + GK_STRIPE - 1) / GK_STRIPE;
    layout.block_bytes = stripe_block_bytes(type);
    size_t blocks = gk_is_quantized(type) ? columns / GK_BLOCK : columns;
    if (__builtin_mul_overflow(blocks, layout.block_bytes, &layout.stripe_bytes)) return layout;
    if (__builtin_mul_overflow(columns / weights, stripe_scale_bytes(type), &layout.scale_bytes)) return layout;
    if (__builtin_mul_overflow(layout.stripes, layout.stripe_bytes, &quants)) return layout;
    if (__builtin_mul_overflow(layout.stripes, layout.scale_bytes, &scales)) return layout;
    size_t total;
    if (__builtin_add_overflow(quants, scales, &total)) return layout;
    layout.scales_offset = quants;
    layout.total_bytes = total;
    return layout;
}

size_t gk_packed_bytes(gk_type type, size_t rows, size_t columns) {
    return gk_layout_of(type, rows, columns).total_bytes;
}

void gk_contract_broken(const char *function, const char *condition) {
    fprintf(stderr, "%s: the caller broke the contract: %s\n", function, condition);
    abort();
}
