// Quantizes activations once for all products that share them.
#include "kernels.h"
#include "split.h"

typedef struct {
    const gk_kernels *kernels;
    const float *x;
    gk_block8 *target;
    size_t blocks, chunks;
} preparation;

static void prepare_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const preparation *job = context;
    gk_span span = gk_span_of(job->blocks, job->chunks, chunk);
    job->kernels->quantize(job->x + span.first * GK_BLOCK, span.end - span.first, job->target + span.first);
}

size_t gk_activations_bytes(gk_type weight_type, size_t tokens, size_t columns) {
    size_t blocks, bytes;
    if (!gk_is_quantized(weight_type) || columns % GK_BLOCK != 0) return 0;
    if (__builtin_mul_overflow(tokens, columns / GK_BLOCK, &blocks)) return 0;
    return __builtin_mul_overflow(blocks, sizeof(gk_block8), &bytes) ? 0 : bytes;
}

gk_activations gk_activations_prepare(const gk_kernels *kernels, gk_pool *pool, gk_type weight_type,
                                      const float *x, size_t tokens, size_t columns, void *scratch) {
    gk_activations result = {.values = x, .tokens = tokens, .columns = columns};
    if (!gk_is_quantized(weight_type)) return result;
    gk_require(columns % GK_BLOCK == 0);
    result.scratch = scratch;
    result.quantized = true;
    size_t blocks = tokens * (columns / GK_BLOCK), chunks = gk_chunk_count(pool, blocks, 2 * GK_BLOCK);
    preparation job = {kernels, x, scratch, blocks, chunks};
    gk_pool_run(pool, chunks, prepare_chunk, &job);
    return result;
}
