import Harvest
import JSON
import TestSupport
import Testing

/// Records that outlive the process that made them.
@Suite struct ReclaimRecordTests {
    private static let signals: [ReclaimSignal] = [
        .request("team/job"), .preemption, .eviction, .taint("k"), .cordon, .autoscaler("a"), .windowEnd, .poolRemoved,
        .poolRefused, .poolSuspended("why"), .observeOnly, .nodeNotLent, .modelRemoved, .limit("limit"), .deleted,
        .terminated,
    ]

    private static func record(_ number: Int, _ random: inout SeededGenerator) -> ReclaimRecord {
        let signal = signals.randomElement(using: &random) ?? .deleted
        let atMs = 1_800_000_000_000 + Int64(number) * 1000
        var record = ReclaimRecord(
            .worker("w\(number)", gpus: Int.random(in: 1...8, using: &random), on: "n"),
            WorkerIdentity(pool: "p", model: "m"), moment: SignalMoment(signal, atMs: atMs))
        func some() -> Int64? { Bool.random(using: &random) ? atMs + Int64.random(in: 0...5000, using: &random) : nil }
        record.podEndedMs = atMs + Int64.random(in: 0...900, using: &random)
        (record.deletionAskedMs, record.drainedMs, record.goneMs) = (some(), some(), some())
        (record.ownerBoundMs, record.ownerRunningMs) = (some(), some())
        record.owners = (0..<Int.random(in: 0...3, using: &random)).map { ObjectID("team", "job-\($0)") }
        record.numStreamsMoved = Int.random(in: 0...50, using: &random)
        record.numStreamsReported = Int.random(in: 0...record.numStreamsMoved, using: &random)
        record.numTokensReplayed = Int.random(in: 0...100_000, using: &random)
        record.longestPauseMs = Bool.random(using: &random) ? Int64.random(in: 0...9000, using: &random) : nil
        return record
    }

    /// A log of so many reclaims that are over.
    private static func log(_ numbers: Range<Int>, seed: UInt64) -> (ReclaimLog, [ReclaimRecord]) {
        var random = SeededGenerator(seed: seed)
        let records = numbers.map { record($0, &random) }
        var log = ReclaimLog()
        log.recall(records, count: records.count)
        return (log, records)
    }

    private static func status(_ log: ReclaimLog) -> JSON {
        StatusDocument.pool(
            PoolReport(name: "p"), log, generation: 1, before: nil, now: "2026-11-21T00:00:00Z")
    }

    /// What is written is read back.
    @Test(arguments: 0..<100 as Range<UInt64>) func recordsAreReadBack(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let record = Self.record(3, &random)
        let text = record.json.serialized()
        #expect(ReclaimRecord(pool: "p", try JSON.parse(text)) == record, "\(text)")
    }

    /// Whoever begins with a pool's status knows the same times as whoever wrote it, and writes the same.
    @Test(arguments: 0..<20 as Range<UInt64>) func aRestartForgetsNoTimes(_ seed: UInt64) {
        let (log, _) = Self.log(0..<Int(seed * 17), seed: seed)
        let status = Self.status(log)
        let (records, count) = StatusDocument.reclaims(of: "p", status)
        var next = ReclaimLog()
        next.recall(records, count: count)
        #expect(next.reclaimTimes == log.reclaimTimes && next.ownerWaits == log.ownerWaits)
        #expect(next.numEver == log.numEver && Self.status(next) == status)
        // Its own words tell it nothing new.
        next.recall(records, count: count)
        #expect(next.numEver == log.numEver && next.finished == Array(log.kept))
    }

    /// However many ended at one moment, what is read again and again is counted once.
    @Test(arguments: 0..<20 as Range<UInt64>) func whoReadsItsOwnWordsCountsNothingTwice(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let records = (0..<Int.random(in: 90...300, using: &random)).map { number in
            var record = Self.record(number, &random)
            record.podEndedMs = 1_800_001_000_000 + Int64.random(in: 0...1, using: &random)
            return record
        }
        var log = ReclaimLog()
        for record in records.shuffled(using: &random) {
            log.recall([record], count: 0)
            let (told, count) = StatusDocument.reclaims(of: "p", Self.status(log))
            log.recall(told, count: count)
        }
        #expect(log.numEver == records.count && log.finished.count == records.count)
    }

    /// Two that saw different parts of what happened come to know all of it, each reclaim once.
    @Test(arguments: 0..<40 as Range<UInt64>) func whoSawAPartLearnsTheRest(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (_, all) = Self.log(0..<Int.random(in: 1...80, using: &random), seed: seed)
        var logs = [ReclaimLog(), ReclaimLog()]
        for record in all {
            let seenBy = Int.random(in: 0...2, using: &random)
            for place in 0...1 where seenBy == 2 || seenBy == place { logs[place].recall([record], count: 0) }
        }
        for turn in 0..<4 {
            let (records, count) = StatusDocument.reclaims(of: "p", Self.status(logs[turn % 2]))
            logs[1 - turn % 2].recall(records, count: count)
        }
        for log in logs {
            #expect(log.numEver == all.count && Set(log.finished.map(\.uid)) == Set(all.map(\.uid)))
            #expect(log.finished.map { $0.podEndedMs ?? 0 } == log.finished.map { $0.podEndedMs ?? 0 }.sorted())
        }
    }

    /// A status that somebody has tampered with is read as far as it can be.
    @Test(arguments: 0..<200 as Range<UInt64>) func hostileStatusesAreHarmless(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (log, _) = Self.log(0..<5, seed: seed)
        var text = Array(Self.status(log).serialized().utf8)
        let ends = ["9223372036854775807", "-9223372036854775808", "1e308", "null", "\"\"", "[]", "{}"]
        for _ in 0..<4 {
            let digits = text.indices.filter { (0x30...0x39).contains(text[$0]) }
            guard let place = digits.randomElement(using: &random) else { break }
            let end = text[place...].firstIndex { !(0x30...0x39).contains($0) } ?? text.endIndex
            text.replaceSubrange(place..<end, with: Array((ends.randomElement(using: &random) ?? "").utf8))
        }
        guard let status = try? JSON.parse(text) else { return }
        let (records, count) = StatusDocument.reclaims(of: "p", status)
        var next = ReclaimLog()
        next.recall(records, count: count)
        next.recall(records, count: .max)
        #expect(next.numEver >= 0 && next.finished.count <= 5)
        _ = Self.status(next)
    }

    /// A worker that nobody wants gone any more, and that never was told to go, broke no promise.
    @Test func aWishThatIsGoneIsNoReclaim() throws {
        let worker = PodState.worker("w", gpus: 1, on: "a")
        var leaving = PodState.worker("v", gpus: 1, on: "a")
        leaving.deletionAskedMs = 5
        let cluster = ClusterState([.lent("a", gpus: 2)], [worker, leaving])
        var log = ReclaimLog()
        for pod in [worker, leaving] {
            log.begin(ReclaimRecord(pod, try #require(pod.worker), moment: SignalMoment(.cordon, atMs: 0)))
        }
        log.withdraw(cluster) { _ in false }
        #expect(log.current.count == 2)
        log.withdraw(cluster) { _ in true }
        #expect(log.current.keys.map(\.name) == ["v"])
    }

    /// The owner's pods of a gang, and the pod that pushes a worker off, are those that it went for.
    @Test func whoItWentForIsFound() {
        var gang = (0..<20).map { PodState.owner("g\($0)", gpus: 1) }
        for place in gang.indices { gang[place].gang = "team/gang" }
        var pusher = PodState.owner("pusher", gpus: 1)
        pusher.nominatedNode = "a"
        let cluster = ClusterState([.lent("a", gpus: 2)], gang + [pusher, .owner("job", gpus: 1)])
        var owners = WaitingOwners(cluster)
        #expect(owners.owners(.request("team/job"), node: "a") == [ObjectID("team", "job")])
        #expect(owners.owners(.request("team/gang"), node: "a").count == ReclaimRecord.mostOwners)
        #expect(owners.owners(.preemption, node: "a") == [ObjectID("team", "pusher")])
        #expect(owners.owners(.preemption, node: "b").isEmpty && owners.owners(.cordon, node: "a").isEmpty)
    }
}
