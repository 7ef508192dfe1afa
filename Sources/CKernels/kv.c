// Writes keys and values into the paged cache.
#include <string.h>

#include "kernels.h"
#include "split.h"

typedef struct {
    const gk_kernels *kernels;
    const gk_kv_layer *layer;
    const gk_kv_row *rows;
    size_t tokens, chunks;
    const float *keys, *values;
} kv_job;

// Stores one head's vector with a stride between its values: keys lie transposed.
static void scatter(const kv_job *job, const float *x, uint8_t *target) {
    size_t width = job->layer->head_width;
    for (size_t d = 0; d < width; d += GK_LANES) {
        if (job->layer->type == GK_F32) {
            float *place = (float *)target + d * GK_KV_BLOCK_TOKENS;
            for (size_t i = 0; i < GK_LANES; i++) place[i * GK_KV_BLOCK_TOKENS] = x[d + i];
        } else {
            uint16_t half[GK_LANES], *place = (uint16_t *)target + d * GK_KV_BLOCK_TOKENS;
            job->kernels->to_f16(x + d, GK_LANES, half);
            for (size_t i = 0; i < GK_LANES; i++) place[i * GK_KV_BLOCK_TOKENS] = half[i];
        }
    }
}

static void write_token(const kv_job *job, size_t token) {
    const gk_kv_layer *layer = job->layer;
    gk_kv_row row = job->rows[token];
    gk_require(row.position >= 0);
    size_t position = (size_t)row.position, slot = position % GK_KV_BLOCK_TOKENS, width = layer->head_width;
    size_t block = (size_t)row.blocks[position / GK_KV_BLOCK_TOKENS], size = layer->type == GK_F32 ? 4 : 2;
    uint8_t *base = (uint8_t *)layer->base + block * layer->block_stride;
    for (size_t head = 0; head < layer->kv_heads; head++) {
        const float *key = job->keys + (token * layer->kv_heads + head) * width;
        const float *value = job->values + (token * layer->kv_heads + head) * width;
        size_t start = head * width * GK_KV_BLOCK_TOKENS * size;
        scatter(job, key, base + layer->key_offset + start + slot * size);
        uint8_t *target = base + layer->value_offset + start + slot * width * size;
        if (layer->type == GK_F32) memcpy(target, value, width * size);
        else job->kernels->to_f16(value, width, (uint16_t *)target);
    }
}

static void write_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const kv_job *job = context;
    gk_span span = gk_span_of(job->tokens, job->chunks, chunk);
    for (size_t token = span.first; token < span.end; token++) write_token(job, token);
}

void gk_kv_write(const gk_kernels *kernels, gk_pool *pool, const gk_kv_layer *layer,
                 const gk_kv_row *rows, size_t tokens, const float *keys, const float *values) {
    gk_require(layer->type == GK_F32 || layer->type == GK_F16);
    gk_require(layer->head_width % GK_LANES == 0);
    size_t chunks = gk_chunk_count(pool, tokens, layer->kv_heads * layer->head_width * 2);
    kv_job job = {kernels, layer, rows, tokens, chunks, keys, values};
    gk_pool_run(pool, chunks, write_chunk, &job);
}
