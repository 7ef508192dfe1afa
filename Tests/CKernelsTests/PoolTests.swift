import CKernels
import Foundation
import Synchronization
import Testing

@Suite("Thread pool")
struct PoolTests {
    /// What the chunks of a run leave behind.
    private final class Tally: Sendable {
        let counts: [Atomic64]
        let strangeThreads = Atomic64()
        let threads: Int

        init(chunks: Int, threads: Int) {
            counts = (0..<chunks).map { _ in Atomic64() }
            self.threads = threads
        }
    }

    private final class Atomic64: Sendable {
        let value = Atomic<Int>(0)
    }

    private static let count: gk_task = { context, chunk, thread in
        guard let context else { return }
        let tally = Unmanaged<Tally>.fromOpaque(context).takeUnretainedValue()
        tally.counts[chunk].value.wrappingAdd(1, ordering: .relaxed)
        if thread >= tally.threads { tally.strangeThreads.value.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Like `count`, but the first chunk takes long enough for the other threads to go to sleep.
    private static let uneven: gk_task = { context, chunk, thread in
        var noise = UInt64(chunk)
        for _ in 0..<(chunk == 0 ? 300_000 : 10) { noise = noise &* 6_364_136_223_846_793_005 &+ 1 }
        if noise != 1 { PoolTests.count(context, chunk, thread) }
    }

    @Test("Every chunk runs exactly once", arguments: [1, 2, 3, 8])
    func exactlyOnce(threads: Int) {
        let pool = Pool(threads: threads)
        #expect(gk_pool_threads(pool.pointer) == threads)
        for chunks in [0, 1, 2, 3, 7, 64, 1000] {
            for task in [PoolTests.count, PoolTests.uneven] {
                let tally = Tally(chunks: chunks, threads: threads)
                gk_pool_run(pool.pointer, chunks, task, Unmanaged.passUnretained(tally).toOpaque())
                #expect(tally.counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
                #expect(tally.strangeThreads.value.load(ordering: .relaxed) == 0)
            }
        }
    }

    @Test("Runs in quick succession do not mix, though workers wake late", arguments: [2, 4])
    func succession(threads: Int) {
        let pool = Pool(threads: threads)
        let tallies = (0..<64).map { _ in Tally(chunks: 5, threads: threads) }
        for run in 0..<20_000 {
            let tally = tallies[run % 64], chunks = 2 + run % 4
            gk_pool_run(pool.pointer, chunks, PoolTests.count, Unmanaged.passUnretained(tally).toOpaque())
            // All of this run's chunks are done when it returns.
            guard run % 64 == 63 else { continue }
            let total = tallies.reduce(0) { sum, tally in
                sum + tally.counts.reduce(0) { $0 + $1.value.load(ordering: .relaxed) }
            }
            let expected = (0...run).reduce(0) { $0 + 2 + $1 % 4 }
            #expect(total == expected)
        }
    }

    /// Counts how often it is asked, and says true once it was asked `limit` times.
    private final class Watch {
        var asked = 0
        var limit = Int.max
        static let ask: gk_watch = { context in
            guard let context else { return false }
            let watch = Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
            watch.asked += 1
            return watch.asked >= watch.limit
        }
    }

    @Test("A watched pool stops within a run, stays stopped, and starts again", arguments: [1, 2, 4])
    func stopping(threads: Int) {
        let pool = Pool(threads: threads), watch = Watch()
        for limit in 1...60 {
            (watch.asked, watch.limit) = (0, limit)
            gk_pool_watch(pool.pointer, Watch.ask, Unmanaged.passUnretained(watch).toOpaque())
            #expect(!gk_pool_is_stopped(pool.pointer))
            var begun = 0
            while !gk_pool_is_stopped(pool.pointer) {
                let tally = Tally(chunks: 40, threads: threads)
                gk_pool_run(pool.pointer, 40, PoolTests.count, Unmanaged.passUnretained(tally).toOpaque())
                let counts = tally.counts.map { $0.value.load(ordering: .relaxed) }
                #expect(counts.allSatisfy { $0 <= 1 }, "no chunk twice")
                #expect(gk_pool_is_stopped(pool.pointer) || counts.allSatisfy { $0 == 1 })
                begun += counts.reduce(0, +)
            }
            if limit == 1 || threads == 1 { #expect(begun == limit - 1) }
            #expect(watch.asked == limit, "it is not asked again")
            let tally = Tally(chunks: 40, threads: threads)
            gk_pool_run(pool.pointer, 40, PoolTests.count, Unmanaged.passUnretained(tally).toOpaque())
            #expect(tally.counts.allSatisfy { $0.value.load(ordering: .relaxed) == 0 }, "and nothing runs")
            gk_pool_watch(pool.pointer, nil, nil)
            gk_pool_run(pool.pointer, 40, PoolTests.count, Unmanaged.passUnretained(tally).toOpaque())
            #expect(tally.counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
        }
        withExtendedLifetime(watch) {}
    }

    /// The niceness of the thread that ran each chunk, and how many chunks have begun.
    private final class Nicenesses: Sendable {
        let begun = Atomic<Int>(0)
        let caller = Atomic<Int>(.min)
        let worker = Atomic<Int>(.min)
    }

    /// The calling thread's.
    private static func niceness() -> Int { Int(getpriority(Int32(PRIO_PROCESS.rawValue), 0)) }

    @Test("The pool's own threads give way to the program's others")
    func yielding() {
        let pool = Pool(threads: 2)
        let found = Nicenesses()
        // Neither chunk ends before the other has begun, so that each thread has one.
        let note: gk_task = { context, _, thread in
            guard let context else { return }
            let found = Unmanaged<Nicenesses>.fromOpaque(context).takeUnretainedValue()
            let niceness = PoolTests.niceness()
            if thread == 0 { found.caller.store(niceness, ordering: .relaxed) }
            if thread != 0 { found.worker.store(niceness, ordering: .relaxed) }
            found.begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
            while found.begun.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        }
        let before = PoolTests.niceness()
        gk_pool_run(pool.pointer, 2, note, Unmanaged.passUnretained(found).toOpaque())
        #expect(found.caller.load(ordering: .relaxed) == before, "the caller decides for itself")
        #expect(found.worker.load(ordering: .relaxed) == min(before + 5, 19))
    }

    @Test("Without a pool the calling thread does the work")
    func noPool() {
        let tally = Tally(chunks: 9, threads: 1)
        gk_pool_run(nil, 9, PoolTests.count, Unmanaged.passUnretained(tally).toOpaque())
        #expect(tally.counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
        #expect(gk_pool_threads(nil) == 1)
    }

    @Test("Pools come and go, and impossible ones are refused")
    func lifetimes() {
        for _ in 0..<200 { _ = Pool(threads: 3) }
        #expect(gk_pool_create(0) == nil)
        #expect(gk_pool_create(.max) == nil)
        gk_pool_destroy(nil)
    }
}
