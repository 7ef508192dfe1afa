// The thread pool of a step. Work is announced in one 64-bit TICKET (run number, chunks not yet taken); a thread takes
// a chunk by compare-and-swap on it. So a worker that wakes late, when its run is over and even when the next has
// begun, either takes a chunk of the run whose job it has read or none, and nobody waits for a worker that has
// taken nothing. Both sides spin briefly and then sleep on a futex: a long spin would burn the core that another
// process needs.
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "CKernels.h"
#include "futex.h"

enum { SPINS = 1000, MOST_THREADS = 1024, LINE = 64, NICENESS = 5 };

struct gk_pool {
    _Alignas(LINE) _Atomic uint64_t ticket;      // run << 32 | chunks not yet taken
    _Atomic(gk_task) task;                       // the job, written while no chunk is left to take
    _Atomic(void *) context;
    _Atomic uint32_t chunks;
    _Alignas(LINE) _Atomic uint32_t done;        // chunks finished in this run; the owner sleeps on it
    _Atomic uint32_t owner_sleeps;
    _Alignas(LINE) _Atomic uint32_t generation;  // changes with every run; workers sleep on it
    _Atomic uint32_t sleepers;
    _Atomic bool stopping;
    gk_watch watch;                              // with its context and what it said, the owner's thread's alone
    void *watch_context;
    bool stopped;
    size_t threads;
    size_t started;
    struct worker {
        gk_pool *pool;
        size_t index;
        pthread_t thread;
    } workers[];
};

// Takes and runs one chunk. False when none is left.
static bool run_chunk(gk_pool *pool, size_t thread) {
    uint64_t ticket = atomic_load(&pool->ticket);
    while ((uint32_t)ticket != 0) {
        // The job may be rewritten only once the ticket has no chunk left; then the swap below fails.
        gk_task task = atomic_load(&pool->task);
        void *context = atomic_load(&pool->context);
        uint32_t chunks = atomic_load(&pool->chunks);
        if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket - 1)) continue;
        task(context, chunks - (uint32_t)ticket, thread);
        if (atomic_fetch_add(&pool->done, 1) + 1 == chunks && atomic_load(&pool->owner_sleeps)) {
            gk_futex_wake(&pool->done, 1);
        }
        return true;
    }
    return false;
}

static bool has_work(gk_pool *pool) {
    return (uint32_t)atomic_load(&pool->ticket) != 0 || atomic_load(&pool->stopping);
}

static void await_work(gk_pool *pool) {
    for (int i = 0; i < SPINS; i++) {
        if (has_work(pool)) return;
        gk_pause();
    }
    uint32_t generation = atomic_load(&pool->generation);
    // Announce the sleep before the last look: the owner publishes before it looks for sleepers.
    atomic_fetch_add(&pool->sleepers, 1);
    if (!has_work(pool)) gk_futex_wait(&pool->generation, generation);
    atomic_fetch_sub(&pool->sleepers, 1);
}

// On Linux niceness belongs to a thread. A machine that refuses leaves it as it was, which is no fault.
void gk_thread_yields(void) {
    if (nice(NICENESS) == -1) return;
}

void gk_memory_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

static void *work(void *context) {
    struct worker *self = context;
    gk_thread_yields();
    while (!atomic_load(&self->pool->stopping)) {
        if (!run_chunk(self->pool, self->index)) await_work(self->pool);
    }
    return NULL;
}

static void await_done(gk_pool *pool, uint32_t chunks) {
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->done) == chunks) return;
        gk_pause();
    }
    atomic_store(&pool->owner_sleeps, 1);
    for (uint32_t done; (done = atomic_load(&pool->done)) != chunks;) gk_futex_wait(&pool->done, done);
    atomic_store(&pool->owner_sleeps, 0);
}

static void wake_workers(gk_pool *pool, int count) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) != 0) gk_futex_wake(&pool->generation, count);
}

static bool is_stopped(gk_pool *pool) {
    if (!pool->stopped && pool->watch != NULL) pool->stopped = pool->watch(pool->watch_context);
    return pool->stopped;
}

// Takes all that is left of a run, and does none of it.
static void drop_chunks(gk_pool *pool) {
    uint64_t ticket = atomic_load(&pool->ticket);
    while ((uint32_t)ticket != 0) {
        uint32_t left = (uint32_t)ticket;
        if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket - left)) continue;
        atomic_fetch_add(&pool->done, left);
        return;
    }
}

static void run_shared(gk_pool *pool, uint32_t chunks, gk_task task, void *context) {
    uint64_t run = atomic_load(&pool->ticket) >> 32;
    atomic_store(&pool->done, 0);
    atomic_store(&pool->task, task);
    atomic_store(&pool->context, context);
    atomic_store(&pool->chunks, chunks);
    atomic_store(&pool->ticket, (run + 1) << 32 | chunks);
    wake_workers(pool, (int)(chunks - 1 < pool->threads - 1 ? chunks - 1 : pool->threads - 1));
    while (!is_stopped(pool) && run_chunk(pool, 0)) {
    }
    drop_chunks(pool);
    await_done(pool, chunks);
}

void gk_pool_run(gk_pool *pool, size_t chunks, gk_task task, void *context) {
    if (pool == NULL || pool->threads == 1 || chunks <= 1 || chunks > UINT32_MAX) {
        for (size_t chunk = 0; chunk < chunks && !(pool && is_stopped(pool)); chunk++) task(context, chunk, 0);
        return;
    }
    if (is_stopped(pool)) return;
    run_shared(pool, (uint32_t)chunks, task, context);
}

// Signals belong to the program's own threads.
static bool start(struct worker *worker) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

gk_pool *gk_pool_create(size_t threads) {
    if (threads == 0 || threads > MOST_THREADS) return NULL;
    size_t bytes = sizeof(gk_pool) + (threads - 1) * sizeof(struct worker);
    gk_pool *pool = aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
    if (pool == NULL) return NULL;
    *pool = (gk_pool){.threads = threads};
    for (; pool->started < threads - 1; pool->started++) {
        struct worker *worker = &pool->workers[pool->started];
        worker->pool = pool;
        worker->index = pool->started + 1;
        if (!start(worker)) {
            gk_pool_destroy(pool);
            return NULL;
        }
    }
    return pool;
}

void gk_pool_destroy(gk_pool *pool) {
    if (pool == NULL) return;
    atomic_store(&pool->stopping, true);
    wake_workers(pool, (int)pool->threads);
    for (size_t i = 0; i < pool->started; i++) pthread_join(pool->workers[i].thread, NULL);
    free(pool);
}

size_t gk_pool_threads(const gk_pool *pool) { return pool == NULL ? 1 : pool->threads; }

void gk_pool_watch(gk_pool *pool, gk_watch watch, void *context) {
    pool->watch = watch;
    pool->watch_context = context;
    pool->stopped = false;
}

bool gk_pool_is_stopped(const gk_pool *pool) { return pool->stopped; }
