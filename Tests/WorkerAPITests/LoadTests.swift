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
            let follower = Follower(server)
            let first = try await follower.next()
            #expect(first["sequence"] == 1)
            worker.setLoad(Self.busy(1))
            worker.setLoad(Self.busy(2))
            await Self.tick(clock)
            let change = try await follower.next()
            #expect(change["sequence"] == 2 && change["models"]?.array?.first?["running"] == 2)
            #expect(change["models"]?.array?.first?["prefixes"] == ["reset": false, "added": [], "removed": []])
            await Self.tick(clock, 5)
            let heartbeat = try await follower.next()
            #expect(heartbeat["sequence"] == 3)
            #expect(heartbeat["models"] == change["models"])
            worker.setLoad(Self.busy(3))
            await Self.tick(clock)
            let next = try await follower.next()
            #expect(next["sequence"] == 4 && next["models"]?.array?.first?["running"] == 3, "one heartbeat")
        }
    }

    /// Draining is told at once to those who follow.
    @Test func drainingIsTold() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand), clock: ManualClock()) { server in
            let follower = Follower(server)
            let first = try await follower.next()
            #expect(first["draining"] == false)
            #expect(try await server.post("/drain", "").status == 202)
            let event = try await follower.next()
            #expect(event["draining"] == true && event["sequence"] == 2)
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
        let (short, all) = (chain.digests(of: prompt), chain.digests(of: prompt + answer.dropLast()))
        #expect(short.count == 2 && all.count == 3)
        try await TestWorkerServer.running(worker, clock: clock) { server in
            let (first, generation) = (Follower(server), Inbox<FakeGeneration>())
            var one = Picture()
            try one.take(try await first.next())
            async let asked = server.connected { client in
                let body = TestWorkerServer.body(#","cache_salt":"acme""#, prompt: prompt)
                try await client.post("/v1/completions", body)
                #expect(await worker.happening() == .started(model: "demo"))
                generation.put(worker.generations[0])
                return try await client.response().events.last
            }
            let running = try #require(await generation.next())
            running.yield(.started(promptTokens: 130, cachedTokens: 0))
            while one.digests != Self.hex(short) {
                await Self.tick(clock, 4)
                try one.take(try await first.next())
            }
            let second = Follower(server)
            var two = Picture()
            try two.take(try await second.next())
            #expect(two.digests == one.digests)
            running.yield(.delta(choice: 0, text: "", completionTokens: 0, tokenIDs: answer))
            running.yield(.finished(choice: 0, reason: .length, completionTokens: 70))
            running.finish()
            #expect(try await asked == "[DONE]")
            while two.digests != Self.hex(all) {
                await Self.tick(clock, 4)
                try two.take(try await second.next())
            }
            while one.sequence != two.sequence { try one.take(try await first.next()) }
            #expect(one.digests == two.digests)
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

    /// One that reads nothing is cut off, and another hears everything meanwhile.
    @Test func aSlowFollowerHarmsNobody() async throws {
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        let load = { @Sendable (count: Int) in
            WorkerLoad(models: [ModelLoad(model: String(repeating: "m", count: 1 << 20), running: count)])
        }
        worker.setLoad(load(0))
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { slow in
                try await slow.get("/gleaner/load")
                _ = try await slow.read(through: "\r\n\r\n")
                let fast = Follower(server)
                _ = await fast.nextText()
                // More than the systems on both sides hold for a reader.
                for count in 1...40 {
                    worker.setLoad(load(count))
                    await Self.tick(clock)
                    #expect(await fast.nextText()?.contains(#""running":\#(count),"#) == true)
                }
                #expect(try await !slow.readToEnd().hasSuffix("\r\n0\r\n\r\n"), "cut off, not ended")
            }
        }
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
