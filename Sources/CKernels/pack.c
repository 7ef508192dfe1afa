// Packs GGUF rows into stripes (layout.h).
#include <string.h>

#include "blocks.h"
#include "kernels.h"
#include "numeric.h"

typedef struct {
    gk_type type;
    size_t rows, columns;
    const uint8_t *source;
    uint8_t *packed;
    gk_layout layout;
    size_t row_bytes;
} packing;

enum { VECTOR = 64, VECTORS = 16 };  // of one block of a stripe: (v, g) is number 2v + g

// Two vectors of nibbles in one: (2j, g) low, (2j + 1, g) high.
static void write_nibbles(const uint8_t quants[VECTORS * VECTOR], uint8_t *target) {
    for (int j = 0; j < 4; j++) {
        for (int i = 0; i < 2 * VECTOR; i++) {
            uint8_t low = quants[4 * j * VECTOR + i] & 15, high = quants[(4 * j + 2) * VECTOR + i] & 15;
            target[2 * j * VECTOR + i] = (uint8_t)(low | high << 4);
        }
    }
}

// `bits` bits above the nibble of each byte. A 64-byte plane holds those of 8 / bits vectors of one group.
static void write_planes(const uint8_t quants[VECTORS * VECTOR], int bits, uint8_t *target) {
    int per_plane = 8 / bits, planes = 8 / per_plane;
    memset(target, 0, (size_t)(2 * planes * VECTOR));
    for (int v = 0; v < 8; v++) {
        for (int g = 0; g < 2; g++) {
            uint8_t *plane = target + (g * planes + v / per_plane) * VECTOR;
            for (int i = 0; i < VECTOR; i++) {
                plane[i] |= (uint8_t)((quants[(2 * v + g) * VECTOR + i] >> 4) << (v % per_plane * bits));
            }
        }
    }
}

static void write_quants(gk_type type, const uint8_t quants[VECTORS * VECTOR], uint8_t *target) {
    if (type == GK_Q8_0) {
        memcpy(target, quants, VECTORS * VECTOR);
        return;
    }
    write_nibbles(quants, target);
    if (gk_high_bits(type) != 0) write_planes(quants, gk_high_bits(type), target + VECTORS * VECTOR / 2);
}

// One row's scales of block `index`, among those of its stripe.
static void write_scales(gk_type type, const gk_row_block *block, size_t index, size_t row, uint8_t *scales) {
    uint8_t *halves = scales + gk_halves_at(type, index);
    memcpy(halves + row * 2, &block->d, 2);
    if (gk_has_min(type)) memcpy(halves + (GK_STRIPE + row) * 2, &block->dmin, 2);
    if (!gk_is_super(type)) return;
    uint8_t *bytes = scales + gk_bytes_at(type, index);
    bytes[row] = (uint8_t)block->scale[0];
    bytes[GK_STRIPE + row] = gk_has_min(type) ? block->min : (uint8_t)block->scale[1];
}

static void pack_quantized(const packing *job, size_t stripe) {
    uint8_t *target = job->packed + stripe * job->layout.stripe_bytes;
    uint8_t *scales = job->packed + job->layout.scales_offset + stripe * job->layout.scale_bytes;
    size_t first = stripe * GK_STRIPE, rows = job->rows - first < GK_STRIPE ? job->rows - first : GK_STRIPE;
    memset(scales, 0, job->layout.scale_bytes);
    for (size_t b = 0; b < job->columns / GK_BLOCK; b++) {
        uint8_t quants[VECTORS * VECTOR] = {0};
        for (size_t r = 0; r < rows; r++) {
            gk_row_block block;
            gk_row_block_read(job->type, job->source + (first + r) * job->row_bytes, b, &block);
            for (size_t v = 0; v < 8; v++) {
                memcpy(quants + (2 * v + r / GK_LANES) * VECTOR + r % GK_LANES * 4, block.q + 4 * v, 4);
            }
            write_scales(job->type, &block, b, r, scales);
        }
        write_quants(job->type, quants, target + b * job->layout.block_bytes);
    }
}

static void pack_floats(const packing *job, size_t stripe) {
    uint8_t *target = job->packed + stripe * job->layout.stripe_bytes;
    size_t first = stripe * GK_STRIPE, size = gk_block_bytes(job->type);
    for (size_t r = 0; r < GK_STRIPE; r++) {
        const uint8_t *row = first + r < job->rows ? job->source + (first + r) * job->row_bytes : NULL;
        for (size_t c = 0; c < job->columns; c++) {
            uint8_t *place = target + (c * GK_STRIPE + r) * size;
            if (row) memcpy(place, row + c * size, size);
            else memset(place, 0, size);
        }
    }
}

static void pack_stripe(void *context, size_t stripe, size_t thread) {
    (void)thread;
    const packing *job = context;
    if (gk_is_quantized(job->type)) pack_quantized(job, stripe);
    else pack_floats(job, stripe);
}

void gk_pack(gk_pool *pool, gk_type type, size_t rows, size_t columns, const void *source, void *packed) {
    packing job = {type, rows, columns, source, packed, gk_layout_of(type, rows, columns), 0};
    gk_require(job.layout.total_bytes != 0 || rows == 0 || columns == 0);
    if (job.layout.total_bytes == 0) return;
    job.row_bytes = columns / gk_block_weights(type) * gk_block_bytes(type);
    gk_pool_run(pool, job.layout.stripes, pack_stripe, &job);
}
