// The reference of the products, for every processor.
#include "matmul_scalar.h"

#include <math.h>

#include "numeric.h"

enum { VECTOR = 64 };

static uint8_t nibble(const uint8_t *quants, size_t v, size_t i) {
    uint8_t pair = quants[v / 2 * 2 * VECTOR + i];
    return v % 2 ? pair >> 4 : pair & 15;
}

// Byte i (0 ..< 128, both groups) of vector v.
static uint8_t quant(gk_type type, const uint8_t *quants, size_t v, size_t i) {
    if (type == GK_Q8_0) return quants[v * 2 * VECTOR + i];
    size_t bits = (size_t)gk_high_bits(type), per_plane = bits == 0 ? 8 : 8 / bits;
    if (bits == 0) return nibble(quants, v, i);
    const uint8_t *planes = quants + 8 * VECTOR + i / VECTOR * bits * VECTOR;
    uint8_t high = planes[v / per_plane * VECTOR + i % VECTOR] >> (v % per_plane * bits);
    return (uint8_t)(nibble(quants, v, i) | (high & ((1 << bits) - 1)) << 4);
}

// The bytes of one block, [v][row][4 columns].
static void unpack(gk_type type, const uint8_t *quants, uint8_t bytes[8][GK_STRIPE][4]) {
    uint8_t *target = &bytes[0][0][0];
    for (size_t v = 0; v < 8; v++) {
        for (size_t i = 0; i < 2 * VECTOR; i++) target[v * 2 * VECTOR + i] = quant(type, quants, v, i);
    }
}

// Σ byte · q over columns 4·first ..< 4·end of the block.
static int32_t dot(uint8_t bytes[8][GK_STRIPE][4], const gk_block8 *x, size_t row, size_t first, size_t end) {
    int32_t sum = 0;
    for (size_t v = first; v < end; v++) {
        for (size_t i = 0; i < 4; i++) sum += bytes[v][row][i] * x->q[4 * v + i];
    }
    return sum;
}

static float f16_at(const uint8_t *base, size_t index) { return gk_from_f16(gk_load16(base + 2 * index)); }

static float step_simple(gk_type type, uint8_t bytes[8][GK_STRIPE][4], const uint8_t *scales, size_t block,
                         const gk_block8 *x, size_t row, float acc) {
    const uint8_t *halves = scales + gk_halves_at(type, block);
    int32_t exact = dot(bytes, x, row, 0, 8) + gk_offset(type) * x->negative_sum;
    acc = fmaf(f16_at(halves, row) * x->scale, (float)exact, acc);
    return gk_has_min(type) ? fmaf(-f16_at(halves, GK_STRIPE + row), x->scaled_sum, acc) : acc;
}

static float step_super(gk_type type, uint8_t bytes[8][GK_STRIPE][4], const uint8_t *scales, size_t block,
                        const gk_block8 *x, size_t row, float acc) {
    const uint8_t *halves = scales + gk_halves_at(type, block), *pairs = scales + gk_bytes_at(type, block);
    float scale = f16_at(halves, row) * (float)pairs[row];
    float least = f16_at(halves, GK_STRIPE + row) * (float)pairs[GK_STRIPE + row];
    acc = fmaf(scale * x->scale, (float)dot(bytes, x, row, 0, 8), acc);
    return fmaf(-least, x->scaled_sum, acc);
}

static float step_halves(uint8_t bytes[8][GK_STRIPE][4], const uint8_t *scales, size_t block,
                         const gk_block8 *x, size_t row, float acc) {
    const uint8_t *pair = scales + gk_bytes_at(GK_Q6_K, block);
    float d = f16_at(scales + gk_halves_at(GK_Q6_K, block), row);
    int32_t low = dot(bytes, x, row, 0, 4) + 32 * x->negative_low;
    int32_t high = dot(bytes, x, row, 4, 8) + 32 * (x->negative_sum - x->negative_low);
    acc = fmaf(d * (float)(int8_t)pair[row] * x->scale, (float)low, acc);
    return fmaf(d * (float)(int8_t)pair[GK_STRIPE + row] * x->scale, (float)high, acc);
}

static float step(gk_type type, uint8_t bytes[8][GK_STRIPE][4], const uint8_t *scales, size_t block,
                  const gk_block8 *x, size_t row, float acc) {
    if (type == GK_Q6_K) return step_halves(bytes, scales, block, x, row, acc);
    if (gk_is_super(type)) return step_super(type, bytes, scales, block, x, row, acc);
    return step_simple(type, bytes, scales, block, x, row, acc);
}

static void store(const gk_tile *tile, size_t token, const float acc[GK_STRIPE]) {
    float *y = tile->y + token * tile->y_stride;
    for (size_t r = 0; r < tile->rows; r++) y[r] = tile->bias ? acc[r] + tile->bias[r] : acc[r];
}

static void multiply_quantized(gk_type type, size_t block_bytes, const gk_tile *tile) {
    float acc[GK_TILE_TOKENS][GK_STRIPE] = {0};
    for (size_t b = 0; b < tile->columns / GK_BLOCK; b++) {
        uint8_t bytes[8][GK_STRIPE][4];
        unpack(type, tile->quants + b * block_bytes, bytes);
        for (size_t t = 0; t < tile->tokens; t++) {
            const gk_block8 *x = (const gk_block8 *)((const uint8_t *)tile->x + t * tile->x_stride) + b;
            for (size_t r = 0; r < GK_STRIPE; r++) {
                acc[t][r] = step(type, bytes, tile->scales, b, x, r, acc[t][r]);
            }
        }
    }
    for (size_t t = 0; t < tile->tokens; t++) store(tile, t, acc[t]);
}

void gk_multiply_q8_0_scalar(const gk_tile *tile) { multiply_quantized(GK_Q8_0, 1024, tile); }
void gk_multiply_q4_0_scalar(const gk_tile *tile) { multiply_quantized(GK_Q4_0, 512, tile); }
void gk_multiply_q5_0_scalar(const gk_tile *tile) { multiply_quantized(GK_Q5_0, 640, tile); }
void gk_multiply_q5_1_scalar(const gk_tile *tile) { multiply_quantized(GK_Q5_1, 640, tile); }
void gk_multiply_q4_k_scalar(const gk_tile *tile) { multiply_quantized(GK_Q4_K, 512, tile); }
void gk_multiply_q5_k_scalar(const gk_tile *tile) { multiply_quantized(GK_Q5_K, 640, tile); }
void gk_multiply_q6_k_scalar(const gk_tile *tile) { multiply_quantized(GK_Q6_K, 768, tile); }

static float value(gk_type type, const uint8_t *quants, size_t index) {
    float result;
    switch (type) {
        case GK_F16: return gk_from_f16(gk_load16(quants + 2 * index));
        case GK_BF16: return gk_from_bf16(gk_load16(quants + 2 * index));
        default: memcpy(&result, quants + 4 * index, sizeof result); return result;
    }
}

static void multiply_floats(gk_type type, const gk_tile *tile) {
    float acc[GK_TILE_TOKENS][GK_STRIPE] = {0};
    for (size_t c = 0; c < tile->columns; c++) {
        float w[GK_STRIPE];
        for (size_t r = 0; r < GK_STRIPE; r++) w[r] = value(type, tile->quants, c * GK_STRIPE + r);
        for (size_t t = 0; t < tile->tokens; t++) {
            float x = ((const float *)((const uint8_t *)tile->x + t * tile->x_stride))[c];
            for (size_t r = 0; r < GK_STRIPE; r++) acc[t][r] = fmaf(w[r], x, acc[t][r]);
        }
    }
    for (size_t t = 0; t < tile->tokens; t++) store(tile, t, acc[t]);
}

void gk_multiply_f32_scalar(const gk_tile *tile) { multiply_floats(GK_F32, tile); }
void gk_multiply_f16_scalar(const gk_tile *tile) { multiply_floats(GK_F16, tile); }
void gk_multiply_bf16_scalar(const gk_tile *tile) { multiply_floats(GK_BF16, tile); }
