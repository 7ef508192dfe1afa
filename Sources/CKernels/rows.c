// Splits the row operations over the pool.
#include "kernels.h"
#include "split.h"

typedef struct {
    const gk_kernels *kernels;
    const float *x, *weight;
    float *out;
    float epsilon;
    size_t items, width, chunks;
} row_job;

static void norm_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const row_job *job = context;
    gk_span span = gk_span_of(job->items, job->chunks, chunk);
    for (size_t row = span.first; row < span.end; row++) {
        size_t at = row * job->width;
        job->kernels->rms_norm(job->x + at, job->weight, job->epsilon, job->width, job->out + at);
    }
}

void gk_rms_norm(const gk_kernels *kernels, gk_pool *pool, const float *x, const float *weight,
                 float epsilon, size_t rows, size_t width, float *out) {
    row_job job = {kernels, x, weight, out, epsilon, rows, width, gk_chunk_count(pool, rows, width)};
    gk_pool_run(pool, job.chunks, norm_chunk, &job);
}

// Elements are cut in runs of 1024, so that no two chunks share a cache line's worth of vector.
enum { RUN = 1024 };

static gk_span elements_of(const row_job *job, size_t chunk) {
    gk_span runs = gk_span_of((job->items + RUN - 1) / RUN, job->chunks, chunk);
    size_t end = runs.end * RUN;
    return (gk_span){runs.first * RUN, end < job->items ? end : job->items};
}

static void swiglu_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const row_job *job = context;
    gk_span span = elements_of(job, chunk);
    size_t first = span.first;
    job->kernels->swiglu(job->x + first, job->weight + first, span.end - first, job->out + first);
}

void gk_swiglu(const gk_kernels *kernels, gk_pool *pool, const float *gate, const float *up,
               size_t count, float *out) {
    size_t chunks = gk_chunk_count(pool, (count + RUN - 1) / RUN, 2 * RUN);
    row_job job = {.kernels = kernels, .x = gate, .weight = up, .out = out, .items = count, .chunks = chunks};
    gk_pool_run(pool, chunks, swiglu_chunk, &job);
}

static void add_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const row_job *job = context;
    gk_span span = elements_of(job, chunk);
    job->kernels->add(job->out + span.first, job->x + span.first, span.end - span.first);
}

void gk_add(const gk_kernels *kernels, gk_pool *pool, float *x, const float *y, size_t count) {
    size_t chunks = gk_chunk_count(pool, (count + RUN - 1) / RUN, RUN / 2);
    row_job job = {.kernels = kernels, .x = y, .out = x, .items = count, .chunks = chunks};
    gk_pool_run(pool, chunks, add_chunk, &job);
}

typedef struct {
    const gk_kernels *kernels;
    float *x;
    const float *cosine, *sine;
    gk_rope_layout layout;
    size_t tokens, heads, width, pairs, chunks;
} rope_job;

static void rope_chunk(void *context, size_t chunk, size_t thread) {
    (void)thread;
    const rope_job *job = context;
    gk_span span = gk_span_of(job->tokens, job->chunks, chunk);
    for (size_t token = span.first; token < span.end; token++) {
        const float *cosine = job->cosine + token * job->pairs, *sine = job->sine + token * job->pairs;
        for (size_t head = 0; head < job->heads; head++) {
            float *x = job->x + (token * job->heads + head) * job->width;
            job->kernels->rope(x, cosine, sine, job->layout, job->pairs);
        }
    }
}

void gk_rope(const gk_kernels *kernels, gk_pool *pool, float *x, const float *cosine, const float *sine,
             gk_rope_layout layout, size_t tokens, size_t heads, size_t head_width, size_t rotary) {
    gk_require(rotary <= head_width && rotary % 2 == 0);
    size_t chunks = gk_chunk_count(pool, tokens, heads * rotary);
    rope_job job = {kernels, x, cosine, sine, layout, tokens, heads, head_width, rotary / 2, chunks};
    gk_pool_run(pool, chunks, rope_chunk, &job);
}
