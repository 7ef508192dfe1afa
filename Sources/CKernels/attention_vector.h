// Attention on 16 lanes, in the order of attention_scalar.c. Included once for each instruction set (lanes.h), which
// also defines, so that the sums stay in registers:
//   GK_AT_ONCE   most queries in one pass over keys or values
//   GK_VECTORS   vectors of keys or values beside each other in one pass, 1 or 2
#include "lanes.h"

GK_INLINE gk_lanes element_lanes(const gk_type type, const uint8_t *base, size_t index) {
    gk_lanes lanes;
    if (type == GK_F16) return gk_f16_lanes(base + 2 * index);
    memcpy(&lanes, base + 4 * index, sizeof lanes);
    return lanes;
}

GK_INLINE const uint8_t *block_of(const gk_attend *job, const uint8_t *base, size_t tile) {
    return base + (size_t)job->blocks[tile] * job->block_stride;
}

// Scores of queries m ..< m + `queries` against `tiles` (1 or 2) tiles of 16 keys; lanes are keys.
GK_INLINE void score_tiles(const gk_type type, const int queries, const int tiles, const gk_attend *job, size_t m,
                           size_t tile) {
    size_t end = tile + (size_t)tiles;
    const uint8_t *keys[2] = {block_of(job, job->keys, tile), block_of(job, job->keys, end - 1)};
    const uint8_t *next = block_of(job, job->keys, end < job->end_tile ? end : tile);
    gk_lanes acc[GK_AT_ONCE][2];
    GK_UNROLL for (int i = 0; i < queries; i++) acc[i][0] = acc[i][1] = 0;
    for (size_t d = 0; d < job->width; d++) {
        gk_lanes key[2];
        __builtin_prefetch(next + d * GK_LANES * (type == GK_F32 ? 4 : 2), 0, 3);
        GK_UNROLL for (int j = 0; j < tiles; j++) key[j] = element_lanes(type, keys[j], d * GK_LANES);
        GK_UNROLL for (int i = 0; i < queries; i++) {
            gk_lanes q = job->q[m + (size_t)i][d];
            GK_UNROLL for (int j = 0; j < tiles; j++) acc[i][j] = gk_fma(q, key[j], acc[i][j]);
        }
    }
    GK_UNROLL for (int i = 0; i < queries; i++) {
        float *scores = job->scores + (m + (size_t)i) * job->score_stride + (tile - job->first_tile) * GK_LANES;
        GK_UNROLL for (int j = 0; j < tiles; j++) gk_store(scores + j * GK_LANES, acc[i][j] * job->scale);
    }
}

GK_INLINE void score(const gk_type type, const int queries, const gk_attend *job, size_t m) {
    size_t tile = job->first_tile;
    for (; tile + GK_VECTORS <= job->end_tile; tile += GK_VECTORS) {
        score_tiles(type, queries, GK_VECTORS, job, m, tile);
    }
    if (tile < job->end_tile) score_tiles(type, queries, 1, job, m, tile);
}

// out += p · value over positions first ..< end, for 16 · `vectors` values of the width from `d`; lanes are values.
GK_INLINE void accumulate_slice(const gk_type type, const int queries, const int vectors, const gk_attend *job,
                                size_t m, size_t d, size_t first, size_t end) {
    gk_lanes acc[GK_AT_ONCE][2];
    GK_UNROLL for (int i = 0; i < queries; i++) {
        GK_UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = gk_load(job->out[m + (size_t)i] + d + j * GK_LANES);
    }
    size_t origin = job->first_tile * GK_LANES;
    for (size_t position = first; position < end;) {
        const uint8_t *values = block_of(job, job->values, position / GK_LANES);
        size_t stop = (position / GK_LANES + 1) * GK_LANES;
        for (stop = stop < end ? stop : end; position < stop; position++) {
            size_t at = position % GK_LANES * job->width + d;
            gk_lanes value[2];
            GK_UNROLL for (int j = 0; j < vectors; j++) {
                value[j] = element_lanes(type, values, at + (size_t)j * GK_LANES);
            }
            GK_UNROLL for (int i = 0; i < queries; i++) {
                gk_lanes p = job->scores[(m + (size_t)i) * job->score_stride + position - origin];
                GK_UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = gk_fma(p, value[j], acc[i][j]);
            }
        }
    }
    GK_UNROLL for (int i = 0; i < queries; i++) {
        GK_UNROLL for (int j = 0; j < vectors; j++) gk_store(job->out[m + (size_t)i] + d + j * GK_LANES, acc[i][j]);
    }
}

GK_INLINE void accumulate(const gk_type type, const int queries, const gk_attend *job, size_t m, size_t first,
                          size_t end) {
    size_t d = 0, slice = GK_VECTORS * GK_LANES;
    for (; d + slice <= job->width; d += slice) accumulate_slice(type, queries, GK_VECTORS, job, m, d, first, end);
    if (d < job->width) accumulate_slice(type, queries, 1, job, m, d, first, end);
}

// Runs `body` over all queries with their number as a constant.
#define WITH_QUERIES(type, body, ...) \
    for (size_t m = 0; m < job->queries; m += GK_AT_ONCE) { \
        size_t left = job->queries - m; \
        switch (left < GK_AT_ONCE ? left : GK_AT_ONCE) { \
            case 1: body(type, 1, job, m __VA_OPT__(,) __VA_ARGS__); break; \
            case 2: body(type, 2, job, m __VA_OPT__(,) __VA_ARGS__); break; \
            case 3: body(type, 3, job, m __VA_OPT__(,) __VA_ARGS__); break; \
            case 4: body(type, 4, job, m __VA_OPT__(,) __VA_ARGS__); break; \
            MORE_QUERIES(type, body __VA_OPT__(,) __VA_ARGS__) \
        } \
    }
#if GK_AT_ONCE == 8
#define MORE_QUERIES(type, body, ...) \
    case 5: body(type, 5, job, m __VA_OPT__(,) __VA_ARGS__); break; \
    case 6: body(type, 6, job, m __VA_OPT__(,) __VA_ARGS__); break; \
    case 7: body(type, 7, job, m __VA_OPT__(,) __VA_ARGS__); break; \
    case 8: body(type, 8, job, m __VA_OPT__(,) __VA_ARGS__); break;
#else
#define MORE_QUERIES(type, body, ...)
#endif

GK_TARGET void GK_FORM(gk_score)(const gk_attend *job) {
    if (job->type == GK_F32) {
        WITH_QUERIES(GK_F32, score)
    } else {
        WITH_QUERIES(GK_F16, score)
    }
}

GK_TARGET void GK_FORM(gk_accumulate)(const gk_attend *job, size_t first, size_t end) {
    if (job->type == GK_F32) {
        WITH_QUERIES(GK_F32, accumulate, first, end)
    } else {
        WITH_QUERIES(GK_F16, accumulate, first, end)
    }
}

// Positions of a tile's lanes, to be compared with the range of a query.
GK_INLINE gk_bit_lanes positions_of(size_t tile) {
    gk_bit_lanes lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lanes + (uint32_t)(tile * GK_LANES);
}

GK_TARGET float GK_FORM(gk_softmax)(float *scores, size_t tiles, size_t first, size_t last) {
    gk_lanes least = -INFINITY, largest = least, sums = 0;
    gk_bit_lanes from = (uint32_t)first, to = (uint32_t)last;
    for (size_t tile = 0; tile < tiles; tile++) {
        gk_bit_lanes at = positions_of(tile);
        gk_lanes score = ((at >= from) & (at <= to)) ? gk_load(scores + tile * GK_LANES) : least;
        largest = score > largest ? score : largest;
    }
    gk_lanes most = __builtin_reduce_max(largest);
    for (size_t tile = 0; tile < tiles; tile++) {
        gk_bit_lanes at = positions_of(tile);
        gk_lanes p = gk_exp_lanes(gk_load(scores + tile * GK_LANES) - most);
        p = ((at >= from) & (at <= to)) ? p : (gk_lanes)0;
        gk_store(scores + tile * GK_LANES, p);
        sums += p;
    }
    return 1.0f / gk_fold_lanes(sums);
}
