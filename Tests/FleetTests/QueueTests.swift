import Fleet
import OpenAI
import Routing
import Testing

/// What waits at the gateway, and in which order it leaves.
@Suite(.timeLimit(.minutes(10))) struct QueueTests {
    private func request(_ id: String, tenant: String = "acme", tokens: Int = 4) -> GenerationRequest {
        var request = GenerationRequest(id: id, model: "demo", prompt: .tokens([Array(repeating: 7, count: 30)]))
        request.maxTokens = tokens
        request.sampling.seed = 1
        request.tenant = tenant
        return request
    }

    /// A worker with one place that is taken until the test frees it.
    private func busy(_ body: @Sendable (FakeFleet, FakeRemote, GenerationStream) async throws -> Void) async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 1)], sequences: 1)
        var configuration = FleetConfiguration()
        configuration.queueLimits.requestsPerTenant = 5
        try await FakeFleet.running([remote], configuration: configuration) { fleet in
            let first = try await fleet.worker.prepare(request("first")).start(priority: 0)
            _ = try await first.nextBatch()
            try await body(fleet, remote, first)
        }
    }

    @Test func higherTiersGoFirst() async throws {
        try await busy { fleet, remote, first in
            let tiers = [("batch", 2), ("flex", 1), ("default", 0), ("priority", -1)]
            var streams: [GenerationStream] = []
            for (name, priority) in tiers {
                streams.append(try await fleet.worker.prepare(request(name)).start(priority: priority))
            }
            let standing = try #require(await fleet.worker.standing(of: "batch", tenant: "acme"))
            #expect(standing.phase == .queued && standing.reason?.contains("3 requests go first") == true)
            #expect(await fleet.worker.standing(of: "first", tenant: "acme")?.phase == .running)
            first.cancel()
            for stream in streams { #expect(await FakeFleet.read(stream).error == nil) }
            // Behind the most urgent the lower tiers have each earned one turn by their trickle.
            #expect(remote.requests.map(\.id).prefix(2) == ["first", "priority"] && remote.requests.count == 5)
            #expect(await fleet.worker.standing(of: "batch", tenant: "acme") == nil)
        }
    }

    /// Nobody else's request can be asked for, though it goes by the same name.
    @Test func aRequestIsItsTenantsOwn() async throws {
        try await busy { fleet, _, first in
            var other = request("second", tenant: "other")
            other.requestID = "same"
            let stream = try await fleet.worker.prepare(other).start(priority: 0)
            #expect(await fleet.worker.standing(of: "same", tenant: "other")?.phase == .queued)
            #expect(await fleet.worker.standing(of: "same", tenant: "acme") == nil)
            #expect(await fleet.worker.standing(of: "second", tenant: "acme") == nil)
            first.cancel()
            #expect(await FakeFleet.read(stream).error == nil)
        }
    }

    /// A worker that says again and again that it is full costs a request no more than its time.
    @Test func aFullWorkerIsAskedAgainUntilItHasRoom() async throws {
        let busy = FakeRemote.Script.cut(after: 0, .busy(retryAfterSeconds: 0))
        let remote = FakeRemote("w0", scripts: Array(repeating: busy, count: 200))
        try await FakeFleet.running([remote]) { fleet in
            let answer = try await fleet.answer(request("patient"))
            #expect(answer.error == nil)
            #expect(remote.requests.count == 201)
        }
    }

    /// What was moved is not put before what is more urgent.
    @Test func aMovedBatchAnswerLetsOthersGoFirst() async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 2)], sequences: 1)
        var configuration = FleetConfiguration()
        configuration.members.firstRetry = 0.001
        try await FakeFleet.running([remote], configuration: configuration) { fleet in
            let batch = try await fleet.worker.prepare(request("batch")).start(priority: 2)
            _ = try await batch.nextBatch()
            let urgent = try await fleet.worker.prepare(request("urgent")).start(priority: 0)
            remote.die()
            remote.revive()
            let answers = await [FakeFleet.read(urgent), FakeFleet.read(batch)]
            #expect(answers.allSatisfy { $0.error == nil })
            #expect(remote.requests.map(\.id) == ["batch", "urgent", "batch"])
        }
    }

    /// While no worker is there, a text waits for one as tokens do.
    @Test func aTextWaitsForAWorker() async throws {
        let remote = FakeRemote("w0")
        var configuration = FleetConfiguration()
        configuration.members.firstRetry = 0.001
        try await FakeFleet.running([remote], configuration: configuration) { fleet in
            remote.die()
            while await fleet.worker.isReady { await Task.yield() }
            var text = request("text")
            text.prompt = .text(["hello"])
            var impatient = text
            impatient.objectives.queueLimit = 0.01
            let error = await #expect(throws: APIError.self) { try await fleet.worker.prepare(impatient) }
            #expect(error?.status == 503)
            async let answer = fleet.answer(text)
            remote.revive()
            let got = try await answer
            #expect(got.error == nil && got.promptTokens == 5)
        }
    }

    /// Tenants take turns, however many requests one of them has.
    @Test func tenantsTakeTurns() async throws {
        try await busy { fleet, remote, first in
            var streams: [GenerationStream] = []
            for number in 0..<4 {
                streams.append(
                    try await fleet.worker.prepare(request("big\(number)", tenant: "big")).start(priority: 0))
            }
            streams.append(try await fleet.worker.prepare(request("small", tenant: "small")).start(priority: 0))
            first.cancel()
            for stream in streams { #expect(await FakeFleet.read(stream).error == nil) }
            let order = remote.requests.map(\.id)
            #expect((order.firstIndex(of: "small") ?? 9) <= 2, "\(order)")
        }
    }

    @Test func aTenantThatFillsTheQueueIsRefusedAndOthersAreNot() async throws {
        try await busy { fleet, _, first in
            var streams: [GenerationStream] = []
            for number in 0..<5 {
                streams.append(try await fleet.worker.prepare(request("r\(number)", tenant: "big")).start(priority: 0))
            }
            var many = request("many", tenant: "big")
            many.n = 2
            for refused in [request("r5", tenant: "big"), many] {
                let prepared = try await fleet.worker.prepare(refused)
                let error = await #expect(throws: APIError.self) { try await prepared.start(priority: 0) }
                #expect(error?.status == 429 && (error?.retryAfterSeconds ?? 0) >= 1)
            }
            streams.append(try await fleet.worker.prepare(request("other", tenant: "other")).start(priority: 0))
            first.cancel()
            for stream in streams { #expect(await FakeFleet.read(stream).error == nil) }
        }
    }

    @Test func whoLeavesTheQueueIsForgotten() async throws {
        try await busy { fleet, remote, first in
            let stream = try await fleet.worker.prepare(request("gone")).start(priority: 0)
            stream.cancel()
            #expect(await stream.totals() == GenerationTotals())
            first.cancel()
            let next = try await fleet.answer(request("next"))
            #expect(next.error == nil)
            #expect(remote.requests.map(\.id) == ["first", "next"])
        }
    }

    /// A client may say how long it waits.
    @Test func aClientsOwnLimitHolds() async throws {
        try await busy { fleet, _, _ in
            var impatient = request("impatient")
            impatient.objectives.queueLimit = 0.01
            let answer = try await fleet.answer(impatient)
            #expect(answer.error?.status == 503 || answer.error?.status == 429)
        }
    }

    @Test func whatNoWorkerHasIsNotFoundAndWhatIsTooLongIsRefused() async throws {
        try await FakeFleet.running([FakeRemote("w0")]) { fleet in
            var unknown = request("x")
            unknown.model = "other"
            await #expect(throws: APIError.modelNotFound("other")) { try await fleet.worker.prepare(unknown) }
            var long = request("y")
            long.prompt = .tokens([Array(repeating: 1, count: 4096)])
            let error = await #expect(throws: APIError.self) { try await fleet.worker.prepare(long) }
            #expect(error?.code == "context_length_exceeded")
            var empty = request("z")
            empty.prompt = .tokens([[]])
            await #expect(throws: APIError.self) { try await fleet.worker.prepare(empty) }
        }
    }
}
