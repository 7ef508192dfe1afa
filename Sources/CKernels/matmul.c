// Cuts a product into tiles for the kernels.
//
// Tokens are cut into ranges whose activations stay in the L2 cache beside a stripe of weights; stripes are cut
// into chunks for the pool. Within a chunk a stripe meets all tokens of the range before the next one, so a batch
// of up to one range reads the weights from memory once, and while it is worked on the next stripe is prefetched.
#include "kernels.h"
#include "split.h"

enum {
    RANGE_BYTES = 384 << 10,  // activations of a token range
    AHEAD_BYTES = 8192,       // prefetch distance of a single pass
    LINE = 64,
};

typedef struct {
    const gk_matrix *weights;
    gk_layout layout;
    const uint8_t *x;
    size_t x_stride;  // bytes
    size_t tokens;
    const float *bias;
    float *y;
    size_t y_stride;  // floats
    void (*multiply)(const gk_tile *tile);
    size_t row_chunks, token_chunks;
} product;

static void multiply_stripe(const product *job, size_t stripe, gk_span tokens) {
    const uint8_t *data = job->weights->data;
    size_t row = stripe * GK_STRIPE, rows = job->weights->rows - row, count = tokens.end - tokens.first;
    size_t passes = (count + GK_TILE_TOKENS - 1) / GK_TILE_TOKENS;
    size_t lines = job->layout.block_bytes / LINE;
    gk_tile tile = {
        .quants = data + stripe * job->layout.stripe_bytes,
        .scales = data + job->layout.scales_offset + stripe * job->layout.scale_bytes,
        .columns = job->weights->columns,
        .x_stride = job->x_stride,
        .bias = job->bias ? job->bias + row : NULL,
        .y_stride = job->y_stride,
        .rows = rows < GK_STRIPE ? rows : GK_STRIPE,
        .prefetch_ahead = passes == 1 ? AHEAD_BYTES : job->layout.stripe_bytes,
    };
    for (size_t pass = 0; pass < passes; pass++) {
        gk_span span = gk_span_of(count, passes, pass), share = gk_span_of(lines, passes, pass);
        size_t token = tokens.first + span.first;
        tile.x = job->x + token * job->x_stride;
        tile.tokens = span.end - span.first;
        tile.y = job->y + token * job->y_stride + row;
        tile.prefetch_first = share.first;
        tile.prefetch_end = share.end;
        job->multiply(&tile);
    }
}

static void multiply_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const product *job = context;
    gk_span tokens = gk_span_of(job->tokens, job->token_chunks, chunk / job->row_chunks);
    gk_span stripes = gk_span_of(job->layout.stripes, job->row_chunks, chunk % job->row_chunks);
    for (size_t stripe = stripes.first; stripe < stripes.end; stripe++) multiply_stripe(job, stripe, tokens);
}

// Ranges of tokens: few enough activations for the cache, and more ranges when the rows alone cannot feed the pool.
static size_t token_chunk_count(const product *job, size_t threads) {
    size_t tile = GK_TILE_TOKENS, most = (job->tokens + tile - 1) / tile;
    size_t range = RANGE_BYTES / (job->x_stride + 1) / tile * tile;
    size_t chunks = range < tile ? most : (job->tokens + range - 1) / range;
    size_t wanted = (2 * threads + job->row_chunks - 1) / job->row_chunks;
    if (threads > 1 && chunks < wanted) chunks = wanted;
    return chunks < most ? chunks : most;
}

void gk_matmul(const gk_kernels *kernels, gk_pool *pool, const gk_matrix *weights,
               const gk_activations *x, const float *bias, float *y, size_t y_stride) {
    bool quantized = gk_is_quantized(weights->type);
    gk_require(x->columns == weights->columns && y_stride >= weights->rows && x->quantized >= quantized);
    if (x->tokens == 0 || weights->rows == 0) return;
    product job = {
        .weights = weights,
        .layout = gk_layout_of(weights->type, weights->rows, weights->columns),
        .x = quantized ? x->scratch : (const void *)x->values,
        .x_stride = quantized ? x->columns / GK_BLOCK * sizeof(gk_block8) : x->columns * sizeof(float),
        .tokens = x->tokens,
        .bias = bias,
        .y = y,
        .y_stride = y_stride,
        .multiply = kernels->multiply[gk_type_index(weights->type)],
    };
    // A quarter of a nanosecond moves about 5 bytes from memory or makes 40 multiply-adds, on one thread.
    size_t work = (job.layout.stripe_bytes + job.layout.scale_bytes) / 5;
    work += weights->columns * GK_STRIPE / 40 * x->tokens;
    job.row_chunks = gk_chunk_count(pool, job.layout.stripes, work);
    bool shared = job.row_chunks > 1 || work >= 2 * GK_GRAIN;
    job.token_chunks = token_chunk_count(&job, shared ? gk_pool_threads(pool) : 1);
    gk_pool_run(pool, job.row_chunks * job.token_chunks, multiply_chunk, &job);
}
