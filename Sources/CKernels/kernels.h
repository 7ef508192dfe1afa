// The table of kernels and the jobs they are given. Kernels know nothing of threads: the files without an
// instruction set in their name cut the work and call these.
#ifndef GLEANER_KERNELS_H
#define GLEANER_KERNELS_H

#include "CKernels.h"
#include "layout.h"

enum {
    GK_TYPES = 10,         // kinds of matrix, numbered by gk_type_index
    GK_TILE_TOKENS = 6,    // most tokens in one product tile
    GK_ATTEND_QUERIES = 8  // most queries that share one pass over keys and values
};

// One stripe of a matrix times a few tokens. Lanes are rows; for output (t, r) the sum runs over the blocks in
// ascending order, whatever the tile:
//   Q8_0, Q4_0, Q5_0  acc = fma(d·x.scale, dot, acc)
//   Q5_1              acc = fma(d·x.scale, dot, acc); acc = fma(-dmin, x.scaled_sum, acc)
//   Q4_K, Q5_K        acc = fma((d·scale)·x.scale, dot, acc); acc = fma(-(dmin·min), x.scaled_sum, acc)
//   Q6_K              for both halves: acc = fma((d·scale)·x.scale, dot of the half, acc)
//   floats            acc = fma(w, x, acc) for each column
// then the bias is added. dot = Σ (byte - offset) q is exact. (d·scale and dmin·min are exact too.)
typedef struct gk_tile {
    const uint8_t *quants;  // the stripe's
    const uint8_t *scales;  // the stripe's, NULL for floats
    size_t columns;
    const void *x;          // first token: gk_block8[columns / 32] or float[columns]
    size_t x_stride;        // bytes from token to token
    size_t tokens;          // 1 ... GK_TILE_TOKENS
    const float *bias;      // of the stripe's rows, or NULL
    float *y;               // [first token][first row]
    size_t y_stride;        // floats from token to token
    size_t rows;            // 1 ... 32 rows to store
    // Lines to prefetch while block b is worked on: those at quants + ahead + b·block_bytes whose number within the
    // block is in prefetch_first ..< prefetch_end. So a pass over the tokens loads a share of the next stripe.
    size_t prefetch_ahead;
    size_t prefetch_first;
    size_t prefetch_end;
} gk_tile;

// Up to 8 queries (heads of one token, or of neighbouring tokens of a sequence) that read the same KV head.
typedef struct gk_attend {
    const uint8_t *keys;    // block 0 of this KV head
    const uint8_t *values;  // block 0 of this KV head
    size_t block_stride;    // bytes
    gk_type type;           // GK_F32 or GK_F16
    const int32_t *blocks;
    size_t width;           // of a head, a multiple of 16
    size_t queries;         // 1 ... 8
    const float *q[GK_ATTEND_QUERIES];
    float *out[GK_ATTEND_QUERIES];
    float *scores;          // [queries][score_stride], starting at tile `first_tile`
    size_t score_stride;    // floats, a multiple of 16
    size_t first_tile;      // tile = position / 16
    size_t end_tile;
    float scale;
} gk_attend;

struct gk_kernels {
    gk_isa isa;
    void (*quantize)(const float *x, size_t blocks, gk_block8 *target);
    void (*multiply[GK_TYPES])(const gk_tile *tile);
    void (*rms_norm)(const float *x, const float *weight, float epsilon, size_t width, float *out);
    void (*swiglu)(const float *gate, const float *up, size_t count, float *out);
    void (*add)(float *x, const float *y, size_t count);
    // One head; `pairs` = rotary / 2.
    void (*rope)(float *x, const float *cosine, const float *sine, gk_rope_layout layout, size_t pairs);
    void (*to_f16)(const float *x, size_t count, uint16_t *target);
    // scores[m][key] = scale · (q[m] · key), summed over the width in order, for all keys of the tiles.
    void (*score)(const gk_attend *job);
    // In place p = e^(s - max) for keys first ... last of the row, 0 for the others of `tiles` tiles; returns 1 / Σ p.
    // Lane l sums the keys ≡ l mod 16 in order; lanes fold as l + 8, l + 4, l + 2, l + 1.
    float (*softmax)(float *scores, size_t tiles, size_t first, size_t last);
    // out[m] = fma(p, value, out[m]) for keys first ..< end (positions) in order.
    void (*accumulate)(const gk_attend *job, size_t first, size_t end);
    // x *= factor
    void (*scale)(float *x, float factor, size_t count);
};

extern const gk_kernels gk_kernels_scalar;
#if defined(__x86_64__)
extern const gk_kernels gk_kernels_avx2;
extern const gk_kernels gk_kernels_avx512;
#endif

// 0 ..< GK_TYPES. The type must be a known one.
size_t gk_type_index(gk_type type);

// Stops the program when a caller inside it broke the contract; going on would read or write out of bounds.
#define gk_require(condition) \
    do { \
        if (__builtin_expect(!(condition), 0)) gk_contract_broken(__func__, #condition); \
    } while (0)
_Noreturn void gk_contract_broken(const char *function, const char *condition);

#endif
