// Cuts attention into items: a few neighbouring rows of the batch times a few query heads that share a KV head.
//
// Every query's numbers depend on its own positions alone; what is shared is only the loading of keys and values.
// Scores of an item are kept whole (two passes over them), so that the maximum is known before the first value
// is added and sums run in the order of the positions.
#include <string.h>

#include "kernels.h"
#include "split.h"

typedef struct {
    const gk_kernels *kernels;
    const gk_kv_layer *layer;
    const gk_kv_row *rows;
    size_t tokens, heads, window;
    const float *q;
    float *out, *scratch;
    float scale;
    size_t score_stride;  // floats for one query's scores
    size_t item_rows;     // rows of an item
    size_t head_items;    // items for the heads of one row
} attention_job;

static size_t first_position(const attention_job *job, size_t row) {
    size_t position = (size_t)job->rows[row].position;
    return job->window == 0 || position < job->window ? 0 : position - job->window + 1;
}

// The widest range of positions that rows need, and the range all of them need (which may be empty).
typedef struct {
    size_t first, last, common_first, common_end;
} reach;

static reach reach_of(const attention_job *job, gk_span rows) {
    reach all = {SIZE_MAX, 0, 0, SIZE_MAX};
    for (size_t row = rows.first; row < rows.end; row++) {
        size_t first = first_position(job, row), last = (size_t)job->rows[row].position;
        if (first < all.first) all.first = first;
        if (last > all.last) all.last = last;
        if (first > all.common_first) all.common_first = first;
        if (last + 1 < all.common_end) all.common_end = last + 1;
    }
    if (all.common_end < all.common_first) all.common_end = all.common_first;
    return all;
}

// Adds the values of positions first ..< end for one query.
static void add_alone(const attention_job *job, const gk_attend *all, size_t query, size_t first, size_t end) {
    if (first >= end) return;
    gk_attend one = *all;
    one.queries = 1;
    one.q[0] = all->q[query];
    one.out[0] = all->out[query];
    one.scores = all->scores + query * all->score_stride;
    job->kernels->accumulate(&one, first, end);
}

// out = Σ p · value: the common range for all queries at once, what comes before and after it one by one. A key
// outside a query's own range is never touched, not even with weight 0: its slot may hold anything.
static void add_values(const attention_job *job, const gk_attend *all, const size_t *row_of, reach range) {
    for (size_t m = 0; m < all->queries; m++) {
        size_t end = (size_t)job->rows[row_of[m]].position + 1;
        memset(all->out[m], 0, all->width * sizeof(float));
        add_alone(job, all, m, first_position(job, row_of[m]), end < range.common_first ? end : range.common_first);
    }
    if (range.common_first < range.common_end) {
        job->kernels->accumulate(all, range.common_first, range.common_end);
    }
    // No query begins behind the common range: it ends behind the last beginning, or there when it is empty.
    for (size_t m = 0; m < all->queries; m++) {
        add_alone(job, all, m, range.common_end, (size_t)job->rows[row_of[m]].position + 1);
    }
}

// What rows of one sequence and query heads `heads` ask of one KV head; row_of[m] is the row of query m.
static gk_attend queries_of(const attention_job *job, gk_span rows, size_t kv_head, gk_span heads, size_t *row_of) {
    const gk_kv_layer *layer = job->layer;
    size_t size = layer->type == GK_F32 ? 4 : 2, width = layer->head_width;
    size_t start = kv_head * width * GK_KV_BLOCK_TOKENS * size;
    gk_attend all = {
        .keys = (const uint8_t *)layer->base + layer->key_offset + start,
        .values = (const uint8_t *)layer->base + layer->value_offset + start,
        .block_stride = layer->block_stride, .type = layer->type,
        .blocks = job->rows[rows.first].blocks, .width = width,
        .score_stride = job->score_stride, .scale = job->scale,
    };
    for (size_t row = rows.first; row < rows.end; row++) {
        for (size_t head = heads.first; head < heads.end; head++, all.queries++) {
            row_of[all.queries] = row;
            all.q[all.queries] = job->q + (row * job->heads + head) * width;
            all.out[all.queries] = job->out + (row * job->heads + head) * width;
        }
    }
    return all;
}

// Scores, softmax, values.
static void attend(const attention_job *job, gk_span rows, size_t kv_head, gk_span heads, float *scores) {
    size_t row_of[GK_ATTEND_QUERIES];
    float inverse[GK_ATTEND_QUERIES];
    reach range = reach_of(job, rows);
    gk_attend all = queries_of(job, rows, kv_head, heads, row_of);
    all.scores = scores;
    all.first_tile = range.first / GK_LANES;
    all.end_tile = range.last / GK_LANES + 1;
    job->kernels->score(&all);
    size_t base = all.first_tile * GK_LANES, tiles = all.end_tile - all.first_tile;
    for (size_t m = 0; m < all.queries; m++) {
        size_t first = first_position(job, row_of[m]) - base, last = (size_t)job->rows[row_of[m]].position - base;
        inverse[m] = job->kernels->softmax(scores + m * all.score_stride, tiles, first, last);
    }
    add_values(job, &all, row_of, range);
    for (size_t m = 0; m < all.queries; m++) job->kernels->scale(all.out[m], inverse[m], all.width);
}

// Item = (rows, KV head, part of its query heads). Rows of different sequences in it are attended one by one.
static void attend_item(void *context, size_t item, size_t thread) {
    const attention_job *job = context;
    size_t group = job->heads / job->layer->kv_heads, parts = job->head_items / job->layer->kv_heads;
    size_t row = item / job->head_items * job->item_rows, end = row + job->item_rows;
    size_t kv_head = item % job->head_items / parts, part = item % parts;
    gk_span share = gk_span_of(group, parts, part);
    gk_span heads = {kv_head * group + share.first, kv_head * group + share.end};
    float *scores = job->scratch + thread * GK_ATTEND_QUERIES * job->score_stride;
    if (end > job->tokens) end = job->tokens;
    while (row < end) {
        size_t next = row + 1;
        while (next < end && job->rows[next].blocks == job->rows[row].blocks) next++;
        attend(job, (gk_span){row, next}, kv_head, heads, scores);
        row = next;
    }
}

static size_t score_stride(size_t max_position) { return (max_position / GK_LANES + 1) * GK_LANES; }

size_t gk_attention_scratch_bytes(const gk_pool *pool, size_t heads, size_t kv_heads, size_t max_position) {
    (void)heads, (void)kv_heads;
    return gk_pool_threads(pool) * GK_ATTEND_QUERIES * score_stride(max_position) * sizeof(float);
}

// Heads of an item: as many as share loads, but with few rows no more than leaves an item for each thread.
static void plan(attention_job *job, size_t threads) {
    size_t kv_heads = job->layer->kv_heads, group = job->heads / kv_heads, parts;
    job->item_rows = group < GK_ATTEND_QUERIES ? GK_ATTEND_QUERIES / group : 1;
    while (job->item_rows > 1 && job->tokens / job->item_rows * kv_heads < 4 * threads) job->item_rows /= 2;
    size_t row_items = (job->tokens + job->item_rows - 1) / job->item_rows;
    parts = (group + GK_ATTEND_QUERIES - 1) / GK_ATTEND_QUERIES;
    while (parts < group && row_items * kv_heads * parts < threads) parts++;
    job->head_items = kv_heads * parts;
}

void gk_attention(const gk_kernels *kernels, gk_pool *pool, const gk_kv_layer *layer,
                  const gk_kv_row *rows, size_t tokens, const float *q, size_t heads, float scale,
                  size_t window, float *out, void *scratch) {
    gk_require(layer->kv_heads > 0 && heads % layer->kv_heads == 0 && layer->head_width % GK_LANES == 0);
    gk_require(layer->type == GK_F32 || layer->type == GK_F16);
    if (tokens == 0 || heads == 0) return;
    attention_job job = {.kernels = kernels, .layer = layer, .rows = rows, .tokens = tokens, .heads = heads,
                         .window = window, .q = q, .out = out, .scratch = scratch, .scale = scale};
    size_t positions = 0, most = 0;
    for (size_t row = 0; row < tokens; row++) {
        gk_require(rows[row].position >= 0);
        size_t position = (size_t)rows[row].position;
        positions += position + 1;
        if (position > most) most = position;
    }
    job.score_stride = score_stride(most);
    // Two multiply-adds for each position, head and width; inline when all of it is not worth a wake.
    bool shared = positions * heads * layer->head_width / 8 >= 2 * GK_GRAIN;
    plan(&job, shared ? gk_pool_threads(pool) : 1);
    size_t items = (tokens + job.item_rows - 1) / job.item_rows * job.head_items;
    gk_pool_run(shared ? pool : NULL, items, attend_item, &job);
}
