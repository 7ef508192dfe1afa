import Ledger
import TestSupport
import Testing

@Suite struct RateBucketTests {
    /// In any minute no more than twice the limit gets through: a full bucket and what refills meanwhile.
    @Test(arguments: UInt64(1)...50) func neverMoreThanTheLimitRefillsInAMinute(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...2000, using: &random)
        var bucket = RateBucket()
        var taken: [(ms: Int64, count: Int)] = []
        var nowMs: Int64 = 1_000_000
        for _ in 0..<500 {
            nowMs += Int64.random(in: 0...2000, using: &random)
            let count = Int.random(in: 1...max(1, limit / 3), using: &random)
            if bucket.take(count, limit: limit, nowMs: nowMs) == nil { taken.append((nowMs, count)) }
        }
        for (place, first) in taken.enumerated() {
            let window = taken[place...].prefix { $0.ms < first.ms + 60_000 }
            let spanMs = (window.last?.ms ?? first.ms) - first.ms
            let sum = window.reduce(0) { $0 + $1.count }
            #expect(Int64(sum) * 60_000 <= Int64(limit) * 60_000 + spanMs * Int64(limit))
        }
    }

    /// The wait that is named is true: a millisecond earlier it is still too early, and then it is not.
    @Test(arguments: UInt64(1)...50) func theWaitIsTrue(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...100_000, using: &random)
        var bucket = RateBucket()
        var nowMs: Int64 = 5_000
        for _ in 0..<200 {
            let count = Int.random(in: 1...limit, using: &random)
            nowMs += Int64.random(in: 0...100, using: &random)
            guard let wait = bucket.take(count, limit: limit, nowMs: nowMs) else { continue }
            var (early, late) = (bucket, bucket)
            #expect(wait > 0)
            #expect(early.take(count, limit: limit, nowMs: nowMs + wait - 1) != nil)
            #expect(late.take(count, limit: limit, nowMs: nowMs + wait) == nil)
        }
    }

    @Test func whatIsGivenBackCanBeTakenAgain() {
        var bucket = RateBucket()
        #expect(bucket.take(100, limit: 100, nowMs: 0) == nil)
        #expect(bucket.take(1, limit: 100, nowMs: 0) == 600)
        bucket.giveBack(40)
        #expect(bucket.level(limit: 100, nowMs: 0) == .init(limit: 100, remaining: 40, resetMs: 36_000))
        #expect(bucket.take(40, limit: 100, nowMs: 0) == nil)
        bucket.giveBack(1_000_000)
        #expect(bucket == RateBucket(debt: 0, updatedMs: 0))
    }

    @Test func moreThanTheLimitNeverFits() {
        var bucket = RateBucket()
        #expect(bucket.take(101, limit: 100, nowMs: 0) == .max)
        #expect(bucket.level(limit: 100, nowMs: 0).remaining == 100)
    }

    @Test func aClockThatGoesBackRefillsNothing() {
        var bucket = RateBucket()
        #expect(bucket.take(60, limit: 60, nowMs: 100_000) == nil)
        #expect(bucket.take(1, limit: 60, nowMs: 0) == 1000)
        #expect(bucket.take(1, limit: 60, nowMs: 100_999) != nil)
        #expect(bucket.take(1, limit: 60, nowMs: 101_000) == nil)
    }
}
