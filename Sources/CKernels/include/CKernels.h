// The kernels of a step: quantized matrix products, attention over a paged KV cache, norms, rotary
// embedding and the thread pool that runs them.
//
// Every kernel exists in a scalar form, which is the reference, and in forms for the instruction sets
// named by `gk_isa`. All forms of a kernel give the SAME BITS: sums run in an order fixed by the model
// and the position alone (never by the number of rows in the batch, the number of threads or the vector
// width), products are fused with `fmaf` wherever the reference says so, and integer dots are exact.
// Batch invariance and token-exact resume on another machine rest on this. (Of a NaN only that it is one is
// the same everywhere, not its payload.)
//
// Arguments are the program's own: what comes from outside is checked by the rooms above. A call whose sizes
// contradict each other stops the program, because going on would read or write out of bounds.
#ifndef GLEANER_CKERNELS_H
#define GLEANER_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---------------------------------------------------------------------------------------------------
// Instruction sets

typedef enum gk_isa {
    GK_ISA_SCALAR = 0,
    GK_ISA_AVX2 = 1,         // AVX2 + FMA + F16C
    GK_ISA_AVX512_VNNI = 2,  // AVX-512 F/BW/VL/DQ + VNNI
    GK_ISA_NEON = 3,         // ARMv8 with dot product: no kernels yet, such processors run the scalar ones
} gk_isa;

// A table of kernels for one instruction set; opaque to callers.
typedef struct gk_kernels gk_kernels;

// The fastest table this processor can run.
const gk_kernels *gk_kernels_best(void);
// The table for `isa`, or NULL when this processor (or this build) cannot run it.
const gk_kernels *gk_kernels_for(gk_isa isa);
gk_isa gk_kernels_isa(const gk_kernels *kernels);
// "scalar", "avx2", "avx512-vnni", "neon".
const char *gk_isa_name(gk_isa isa);

// ---------------------------------------------------------------------------------------------------
// Thread pool. One pool is owned by one engine thread; only that thread calls `gk_pool_run`.

typedef struct gk_pool gk_pool;
typedef void (*gk_task)(void *context, size_t chunk, size_t thread);

// `threads` counts the calling thread. Returns NULL when it is 0 or above 1024, or when a thread could not be
// started.
gk_pool *gk_pool_create(size_t threads);
void gk_pool_destroy(gk_pool *pool);
size_t gk_pool_threads(const gk_pool *pool);
// Runs task(context, 0 ..< chunks, thread) over the pool and returns when all chunks are done. `thread` is below
// gk_pool_threads. Without a pool (NULL, here and in every kernel) the calling thread does all of it.
// Chunks are taken from an atomic counter, so a thread that lost its core delays only its own chunk.
void gk_pool_run(gk_pool *pool, size_t chunks, gk_task task, void *context);
// From now on the owner's thread asks `watch` before each chunk that it takes. Once it has said true the pool is
// stopped: no chunk begins any more, in this run or a later one, so that runs return at once and what they were to
// compute is undefined. Setting a watch, or none (NULL), starts the pool again. Not during a run.
typedef bool (*gk_watch)(void *context);
void gk_pool_watch(gk_pool *pool, gk_watch watch, void *context);
bool gk_pool_is_stopped(const gk_pool *pool);
// Lets the calling thread give way (5 steps of niceness) to the threads that answer clients, and to the owner's
// other programs: a step that waits a millisecond is not noticed, an event loop that waits for a whole step is.
// The pool's threads do it by themselves; an engine's thread calls it once. There is no way back without
// privileges, and a thread started by one that yields yields too.
void gk_thread_yields(void);
// Gives what is free inside the C library's heap back to the system.
void gk_memory_trim(void);

// ---------------------------------------------------------------------------------------------------
// Types. The numbers are GGUF's.

typedef enum gk_type {
    GK_F32 = 0,
    GK_F16 = 1,
    GK_Q4_0 = 2,
    GK_Q5_0 = 6,  // k-quant files hold it (and Q5_1) where the columns are no multiple of 256
    GK_Q5_1 = 7,
    GK_Q8_0 = 8,
    GK_Q4_K = 12,
    GK_Q5_K = 13,
    GK_Q6_K = 14,
    GK_BF16 = 30,
} gk_type;

// Weights in one block of `type` (1, 32 or 256) and bytes of that block.
size_t gk_block_weights(gk_type type);
size_t gk_block_bytes(gk_type type);

// Decodes `count` weights (a multiple of the block) stored at `source`, which needs no alignment.
void gk_dequantize(gk_type type, const void *source, float *target, size_t count);
// Encodes to F32, F16, BF16, Q8_0 or Q4_0 with the rounding of the GGUF reference. False for other types. A block
// with a NaN or an infinity gets the scale NaN.
bool gk_quantize(gk_type type, const float *source, void *target, size_t count);

// ---------------------------------------------------------------------------------------------------
// Matrix product y = x Wᵀ (+ bias): W is [rows × columns], x [tokens × columns], y [tokens × rows].

// A weight matrix in this library's packed layout (stripes of 32 interleaved rows: layout.h). `data` is 64-byte
// aligned and owned by the caller. The layout is the same for every instruction set.
typedef struct gk_matrix {
    gk_type type;  // type of the source
    size_t rows;
    size_t columns;
    const void *data;
} gk_matrix;

// Bytes of the packed form of a [rows × columns] matrix, padding included. 0 when `columns` is not a
// multiple of the type's block or a size overflows.
size_t gk_packed_bytes(gk_type type, size_t rows, size_t columns);
// Packs GGUF-layout rows (row-major, blocks along columns) into `packed`. The pool splits by rows.
void gk_pack(gk_pool *pool, gk_type type, size_t rows, size_t columns, const void *source, void *packed);

// How activations enter a product: for F32, F16 and BF16 weights as they are; for quantized weights as int8
// with a float scale (amax / 127, rounded to nearest even) and sums for each 32 columns. 32 activations of which
// one is NaN or infinite make every output of their token NaN.
// Bytes of scratch that `gk_activations_prepare` needs (64-byte aligned); 0 for float weights, when `columns` is
// not a multiple of 32, or when the size overflows.
size_t gk_activations_bytes(gk_type weight_type, size_t tokens, size_t columns);
typedef struct gk_activations {
    const float *values;  // [tokens × columns], as given
    const void *scratch;  // quantized form, NULL for float weights
    size_t tokens;
    size_t columns;
    bool quantized;
} gk_activations;
// Quantizes `x` once for every product that shares it. `scratch` must outlive the result. Products with
// weights of any quantized type may share one preparation made for any other quantized type.
gk_activations gk_activations_prepare(const gk_kernels *kernels, gk_pool *pool, gk_type weight_type,
                                      const float *x, size_t tokens, size_t columns, void *scratch);

// y[t × y_stride + r] = Σ_c W[r,c] x[t,c] + (bias ? bias[r] : 0). y must not overlap x. Only r < rows is written.
void gk_matmul(const gk_kernels *kernels, gk_pool *pool, const gk_matrix *weights,
               const gk_activations *x, const float *bias, float *y, size_t y_stride);

// ---------------------------------------------------------------------------------------------------
// Row operations, split over the pool by rows. In-place (out == x) is allowed.

// out = x / sqrt(mean(x²) + epsilon) * weight, over rows of `width`. Source: Zhang & Sennrich 2019.
void gk_rms_norm(const gk_kernels *kernels, gk_pool *pool, const float *x, const float *weight,
                 float epsilon, size_t rows, size_t width, float *out);
// out[i] = silu(gate[i]) * up[i].
void gk_swiglu(const gk_kernels *kernels, gk_pool *pool, const float *gate, const float *up,
               size_t count, float *out);
// x[i] += y[i].
void gk_add(const gk_kernels *kernels, gk_pool *pool, float *x, const float *y, size_t count);

typedef enum gk_rope_layout {
    GK_ROPE_HALVES = 0,  // pairs (i, i + rotary/2): GPT-NeoX, Hugging Face
    GK_ROPE_PAIRS = 1,   // pairs (2i, 2i + 1): GPT-J, GGUF Llama
} gk_rope_layout;
// Rotates the first `rotary` values of each head in place. x is [tokens × heads × head_width];
// cosine and sine are [tokens × rotary/2].
void gk_rope(const gk_kernels *kernels, gk_pool *pool, float *x, const float *cosine, const float *sine,
             gk_rope_layout layout, size_t tokens, size_t heads, size_t head_width, size_t rotary);

// ---------------------------------------------------------------------------------------------------
// Attention over a paged KV cache.

// Tokens in a KV block. Keys of a block are stored transposed, so that one vector holds 16 keys.
#define GK_KV_BLOCK_TOKENS 16

// One layer's view of the cache. In block b, at `base + b × block_stride`:
//   keys   at key_offset:   [kv_heads][head_width][16 tokens]
//   values at value_offset: [kv_heads][16 tokens][head_width]
typedef struct gk_kv_layer {
    void *base;            // 64-byte aligned
    size_t block_stride;   // bytes, a multiple of 64
    size_t key_offset;     // bytes, a multiple of 64
    size_t value_offset;   // bytes, a multiple of 64
    gk_type type;          // GK_F32 or GK_F16
    size_t kv_heads;
    size_t head_width;     // a multiple of 16
} gk_kv_layer;

// One row of the batch: the token at `position` of the sequence whose blocks are listed in `blocks`
// (blocks[p / 16] holds position p).
typedef struct gk_kv_row {
    const int32_t *blocks;
    int32_t position;
} gk_kv_row;

// Stores keys and values [tokens × kv_heads × head_width] at the rows' positions.
void gk_kv_write(const gk_kernels *kernels, gk_pool *pool, const gk_kv_layer *layer,
                 const gk_kv_row *rows, size_t tokens, const float *keys, const float *values);

// Causal attention, after the step's keys and values are written: row t attends to positions
// max(0, position - window + 1) ... position of its own sequence (window 0: all), and no other slot of the cache
// is read into a result. q and out are [tokens × heads × head_width], heads a multiple of kv_heads. Neighbouring
// rows with the same `blocks` pointer share the loading of keys and values.
// Softmax(scale · q·k) in fp32; keys are summed in absolute order, 16 at a time.
// Bytes of scratch for rows up to `max_position`.
size_t gk_attention_scratch_bytes(const gk_pool *pool, size_t heads, size_t kv_heads, size_t max_position);
void gk_attention(const gk_kernels *kernels, gk_pool *pool, const gk_kv_layer *layer,
                  const gk_kv_row *rows, size_t tokens, const float *q, size_t heads, float scale,
                  size_t window, float *out, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
