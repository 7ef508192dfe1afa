// The reference of attention, for every processor.
#include "attention_scalar.h"

#include "numeric.h"
#include "reduce.h"

static float element(gk_type type, const uint8_t *base, size_t index) {
    float value;
    if (type == GK_F16) return gk_from_f16(gk_load16(base + 2 * index));
    memcpy(&value, base + 4 * index, sizeof value);
    return value;
}

static const uint8_t *block_of(const gk_attend *job, const uint8_t *base, size_t tile) {
    return base + (size_t)job->blocks[tile] * job->block_stride;
}

void gk_score_scalar(const gk_attend *job) {
    for (size_t tile = job->first_tile; tile < job->end_tile; tile++) {
        const uint8_t *keys = block_of(job, job->keys, tile);
        for (size_t m = 0; m < job->queries; m++) {
            float *scores = job->scores + m * job->score_stride + (tile - job->first_tile) * GK_LANES;
            float acc[GK_LANES] = {0};
            for (size_t d = 0; d < job->width; d++) {
                for (size_t key = 0; key < GK_LANES; key++) {
                    acc[key] = fmaf(job->q[m][d], element(job->type, keys, d * GK_LANES + key), acc[key]);
                }
            }
            for (size_t key = 0; key < GK_LANES; key++) scores[key] = acc[key] * job->scale;
        }
    }
}

float gk_softmax_scalar(float *scores, size_t tiles, size_t first, size_t last) {
    float largest = -INFINITY, sums[GK_LANES] = {0};
    for (size_t i = first; i <= last; i++) largest = scores[i] > largest ? scores[i] : largest;
    for (size_t i = 0; i < tiles * GK_LANES; i++) {
        scores[i] = i < first || i > last ? 0 : gk_expf(scores[i] - largest);
        sums[i % GK_LANES] += scores[i];
    }
    return 1.0f / gk_fold(sums);
}

void gk_accumulate_scalar(const gk_attend *job, size_t first, size_t end) {
    for (size_t position = first; position < end; position++) {
        const uint8_t *values = block_of(job, job->values, position / GK_LANES);
        size_t at = position % GK_LANES * job->width;
        for (size_t m = 0; m < job->queries; m++) {
            float p = job->scores[m * job->score_stride + position - job->first_tile * GK_LANES];
            for (size_t d = 0; d < job->width; d++) {
                job->out[m][d] = fmaf(p, element(job->type, values, at + d), job->out[m][d]);
            }
        }
    }
}
