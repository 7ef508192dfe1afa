import JSON
import NIOCore
import OpenAI
import Routing
import Testing
import WebTestSupport
import WorkerAPI

@Suite(.timeLimit(.minutes(10))) struct LoadTests {
    private static let long = [ModelCard(id: "demo", created: 1, contextLength: 4096)]

    private static func busy(_ running: Int) -> WorkerLoad {
        WorkerLoad(models: [
            ModelLoad(
                model: "demo", running: running, waiting: 1, kvUsage: 0.5, pendingPrefillTokens: 7, contextTokens: 8,
                steps: 9)
        ])
    }

    /// Moves the clock by one interval once the board waits for it.
    private static func tick(_ clock: ManualClock, _ count: Int = 1) async {
        for _ in 0..<count {
            await clock.waitForSleeper(.milliseconds(50))
            clock.advance(by: .milliseconds(50))
        }
        await clock.waitForSleeper(.milliseconds(50))
    }

    @Test func theFirstEventIsTheWholePicture() async throws {
        let worker = FakeWorker(.byHand)
        worker.setLoad(Self.busy(2))
        try await TestWorkerServer.running(worker, clock: ManualClock()) { server in
            try await server.connected { client in
                try await client.get("/gleaner/load")
                #expect(try await client.read(through: "\r\n\r\n").contains("text/event-stream"))
                let expected = #"""
                    data: {"sequence":1,"draining":false,"models":[{"id":"demo","running":2,"waiting":1,\#
                    "kv_usage":0.5,"prefill_tokens_pending":7,"context_tokens_running":8,"steps":9,\#
                    "prefixes":{"reset":true,"added":[],"removed":[]}}]}
                    """#
                #expect(try await client.chunk() == expected + "\n\n")
            }
        }
    }

    /// A change is told within an interval, and without one an event comes within 250 ms.
    @Test func changesAndHeartbeats() async throws {
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        worker.setLoad(Self.busy(0))
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await client.get("/gleaner/load")
                #expect(try await client.event()["sequence"] == 1)
                worker.setLoad(Self.busy(1))
                worker.setLoad(Self.busy(2))
                await Self.tick(clock)
                let change = try await client.event()
                #expect(change["sequence"] == 2 && change["models"]?.array?.first?["running"] == 2)
                #expect(change["models"]?.array?.first?["prefixes"] == ["reset": false, "added": [], "removed": []])
                await Self.tick(clock, 5)
                let heartbeat = try await client.event()
                #expect(heartbeat["sequence"] == 3)
                #expect(heartbeat["models"] == change["models"])
                worker.setLoad(Self.busy(3))
                await Self.tick(clock)
                let next = try await client.event()
                #expect(next["sequence"] == 4 && next["models"]?.array?.first?["running"] == 3, "one heartbeat")
            }
        }
    }

    /// Draining is told before the answer to who asked for it.
    @Test func drainingIsTold() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand), clock: ManualClock()) { server in
            try await server.connected { client in
                try await client.get("/gleaner/load")
                #expect(try await client.event()["draining"] == false)
                #expect(try await server.post("/drain", "").status == 202)
                let event = try await client.event()
                #expect(event["draining"] == true && event["sequence"] == 2)
            }
        }
    }

    /// The picture that a follower has after all events.
    private struct Picture {
        var digests: Set<String> = []
        var sequence: Int?

        mutating func take(_ event: JSON) throws {
            let number = try #require(event["sequence"]?.int)
            if let sequence { #expect(number == sequence + 1) }
            sequence = number
            let prefixes = try #require(event["models"]?.array?.first?["prefixes"])
            if prefixes["reset"] == true { digests = [] }
            digests.formUnion((prefixes["added"]?.array ?? []).compactMap(\.string))
            digests.subtract((prefixes["removed"]?.array ?? []).compactMap(\.string))
        }
    }

    private static func hex(_ digests: [UInt64]) -> Set<String> {
        Set(
            digests.map { digest in
                let digits = String(digest, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            })
    }

    /// Prompts are told when they are computed, and with their answers at the end; a second follower, which comes in
    /// the middle, ends up with the same picture.
    @Test func prefixesAreTold() async throws {
        let (worker, clock) = (FakeWorker(.byHand, models: Self.long), ManualClock())
        worker.setLoad(Self.busy(0))
        let (prompt, answer) = ((0..<130).map { Int32($0) }, (0..<70).map { Int32(1000 + $0) })
        let chain = PrefixChain(salt: "acme")
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { first in
                var one = Picture()
                try await first.get("/gleaner/load")
                try one.take(try await first.event())
                try await server.connected { client in
                    try await client.post(
                        "/v1/completions", TestWorkerServer.body(#","cache_salt":"acme""#, prompt: prompt))
                    #expect(await worker.happening() == .started(model: "demo"))
                    let generation = worker.generations[0]
                    generation.yield(.started(promptTokens: 130, cachedTokens: 0))
                    _ = try await client.read(through: #""prompt_tokens":130"#)
                    while one.digests.isEmpty {
                        await Self.tick(clock, 4)
                        try one.take(try await first.event())
                    }
                    #expect(one.digests == Self.hex(chain.digests(of: prompt)))
                    try await server.connected { [one] second in
                        var (one, two) = (one, Picture())
                        try await second.get("/gleaner/load")
                        try two.take(try await second.event())
                        #expect(two.digests == one.digests)
                        generation.yield(.delta(choice: 0, text: "", completionTokens: 0, tokenIDs: answer))
                        generation.yield(.finished(choice: 0, reason: .length, completionTokens: 70))
                        generation.finish()
                        _ = try await client.read(through: "[DONE]")
                        let all = Self.hex(chain.digests(of: prompt + answer.dropLast()))
                        while two.digests != all {
                            await Self.tick(clock, 4)
                            try two.take(try await second.event())
                        }
                        #expect(all.count == 3)
                    }
                }
            }
        }
    }

    /// A follower that takes nothing is dropped when too much waits, and only then.
    @Test func aSlowFollowerIsDropped() async throws {
        let dropped = Inbox<Int>()
        let subscription = LoadSubscription { dropped.put(1) }
        for _ in 0..<LoadSubscription.maximumEvents { #expect(subscription.put(ByteBuffer(string: "x"))) }
        #expect(!subscription.put(ByteBuffer(string: "x")))
        #expect(await dropped.next() == 1)
        #expect(await subscription.next() == nil)
        let large = LoadSubscription { dropped.put(2) }
        let half = ByteBuffer(repeating: 0, count: LoadSubscription.maximumBytes / 2 + 1)
        #expect(large.put(ByteBuffer(repeating: 0, count: LoadSubscription.maximumBytes * 2)), "a snapshot always fits")
        #expect(await large.next()?.readableBytes == LoadSubscription.maximumBytes * 2)
        #expect(large.put(half) && !large.put(half))
        #expect(await dropped.next() == 2)
    }

    /// What waits is taken at once, also after the end.
    @Test func waitingEventsAreJoined() async throws {
        let subscription = LoadSubscription {}
        for text in ["a", "b"] { #expect(subscription.put(ByteBuffer(string: text))) }
        subscription.end()
        #expect(await subscription.next() == ByteBuffer(string: "ab"))
        #expect(await subscription.next() == nil)
        #expect(!subscription.put(ByteBuffer(string: "c")))
    }
}
