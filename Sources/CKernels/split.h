// How much work is worth a chunk, and which items a chunk holds. Chunks never change a result, only its time.
#ifndef GLEANER_SPLIT_H
#define GLEANER_SPLIT_H

#include "CKernels.h"

enum {
    GK_GRAIN = 1 << 14,         // least work in a chunk, in units of roughly a quarter nanosecond: about 4 µs
    GK_MOST = 1 << 24,          // most work in a chunk that can be cut: about 4 ms, so that a pool stops soon
    GK_CHUNKS_PER_THREAD = 8,   // enough that a thread which lost its core holds up little
};

typedef struct gk_span {
    size_t first, end;
} gk_span;

// Chunks for `items` of `work` each: 1 when all of it is not worth a thread's wake.
static inline size_t gk_chunk_count(const gk_pool *pool, size_t items, size_t work) {
    size_t least = work >= GK_GRAIN ? 1 : (GK_GRAIN + work) / (work + 1);  // items in a chunk
    size_t threads = gk_pool_threads(pool), most = threads == 1 ? 1 : threads * GK_CHUNKS_PER_THREAD;
    size_t chunks = items / least, coarse = work >= GK_MOST ? 1 : GK_MOST / (work + 1);
    if (most < items / coarse) most = items / coarse;
    if (most == 1 || chunks <= 1) return items != 0;
    return chunks < most ? chunks : most;
}

// Items of chunk `chunk` of `chunks`, as even as can be.
static inline gk_span gk_span_of(size_t items, size_t chunks, size_t chunk) {
    size_t each = items / chunks, extra = items % chunks;
    size_t first = chunk * each + (chunk < extra ? chunk : extra);
    return (gk_span){first, first + each + (chunk < extra)};
}

#endif
