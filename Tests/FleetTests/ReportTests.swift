import Fleet
import OpenAI
import Routing
import Testing

/// What a gateway tells those who decide how large the fleet is, and what it does with requests until they have.
@Suite(.timeLimit(.minutes(10))) struct ReportTests {
    private func request(
        _ number: Int, model: String = "demo", tenant: String = "acme", tokens: Int = 40, prompt: Prompt? = nil
    ) -> GenerationRequest {
        var request = GenerationRequest(
            id: "r\(number)", model: model, prompt: prompt ?? .tokens([[1, 2, Int32(number)]]))
        request.requestID = "x\(number)"
        request.maxTokens = tokens
        request.sampling.seed = number
        request.tenant = tenant
        return request
    }

    private func model(_ fleet: FakeFleet, _ id: String = "demo") -> FleetReport.Model {
        fleet.worker.report().models.first { $0.id == id } ?? FleetReport.Model(id: id)
    }

    private func join(_ remote: FakeRemote, _ fleet: FakeFleet) {
        fleet.worker.join(remote.name, WorkerPlace(url: "http://\(remote.name)"), remote)
    }

    private func wait(_ holds: () async -> Bool) async {
        while await !holds(), !Task.isCancelled { await Task.yield() }
    }

    // MARK: Scale from zero

    /// A request for a model that is offered waits for the worker that it brings about, and says so.
    @Test(arguments: [nil, Prompt.text(["hello"])])
    func anOfferedModelIsWaitedFor(_ prompt: Prompt?) async throws {
        try await FakeFleet.running([]) { fleet in
            await #expect(throws: APIError.modelNotFound("demo")) {
                _ = try await fleet.worker.prepare(request(1, prompt: prompt))
            }
            #expect(await !fleet.worker.isReady)
            fleet.worker.offer(["demo"])
            #expect(await fleet.worker.isReady)
            let cards = await fleet.worker.models()
            #expect(cards.map(\.id) == ["demo"] && cards[0].contextLength == 0 && !cards[0].isReady)
            async let answer = fleet.answer(request(1, prompt: prompt))
            await wait { model(fleet).waiting == 1 }
            #expect(model(fleet).waitingTokens == 40)
            let standing = try #require(await fleet.worker.standing(of: "x1", tenant: "acme"))
            #expect(standing.phase == .queued && standing.reason == "no worker is there for its model")
            #expect(await fleet.worker.standing(of: "x1", tenant: "other") == nil)
            join(FakeRemote("w0"), fleet)
            let answered = try await answer
            #expect(answered.counts[0] == 40)
            #expect(model(fleet).waiting == 0 && model(fleet).waitingTokens == 0)
            #expect(await fleet.worker.standing(of: "x1", tenant: "acme") == nil)
            // Its worker's own card is shown now, and others are no more there than before.
            #expect(await fleet.worker.models().map(\.contextLength) == [4096])
            await #expect(throws: APIError.modelNotFound("other")) {
                _ = try await fleet.worker.prepare(request(2, model: "other"))
            }
        }
    }

    /// Nobody waits for ever, and who was turned away counts as demand.
    @Test func whoWaitedTooLongIsToldAndCounted() async throws {
        try await FakeFleet.running([]) { fleet in
            fleet.worker.offer(["demo"])
            var impatient = request(1)
            impatient.objectives.queueLimit = 0.01
            let refused = await #expect(throws: APIError.self) { _ = try await fleet.worker.prepare(impatient) }
            #expect(refused?.status == 503)
            #expect(model(fleet).waiting == 0 && model(fleet).refusedTokensPerSecond > 0)
        }
    }

    /// Whose client has gone is not waited for, and is no demand.
    @Test func whoHasGoneIsNotWaitedFor() async throws {
        try await FakeFleet.running([]) { fleet in
            fleet.worker.offer(["demo"])
            let preparing = Task { _ = try await fleet.worker.prepare(request(1)) }
            await wait { model(fleet).waiting == 1 }
            preparing.cancel()
            await #expect(throws: APIError.self) { try await preparing.value }
            #expect(model(fleet).waiting == 0 && model(fleet).refusedTokensPerSecond == 0)
        }
    }

    /// What waits for a first worker is held to the limits of the queue.
    @Test func noTenantFillsTheRoom() async throws {
        var configuration = FleetConfiguration()
        configuration.queueLimits.requestsPerTenant = 2
        configuration.queueLimits.requestsPerTier = 3
        try await FakeFleet.running([], configuration: configuration) { fleet in
            fleet.worker.offer(["demo"])
            let waiting = [(1, "acme"), (2, "acme"), (3, "other")].map { number, tenant in
                Task { _ = try await fleet.worker.prepare(request(number, tenant: tenant)) }
            }
            await wait { model(fleet).waiting == 3 }
            for tenant in ["acme", "third"] {
                let refused = await #expect(throws: APIError.self) {
                    _ = try await fleet.worker.prepare(request(4, tenant: tenant))
                }
                #expect(refused?.status == 429)
            }
            for task in waiting { task.cancel() }
            for task in waiting { _ = await task.result }
            #expect(model(fleet).waiting == 0)
        }
    }

    // MARK: Workers

    @Test func aWorkersWorkIsTold() async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 5)])
        try await FakeFleet.running([remote]) { fleet in
            let stream = try await fleet.worker.prepare(request(1)).start(priority: 0)
            var tokens = 0
            while tokens < 5, let batch = try await stream.nextBatch() {
                for case .delta(_, _, let count, _, _) in batch { tokens = max(tokens, count) }
            }
            let worker = try #require(fleet.worker.report().workers.first)
            #expect(worker.url == "http://w0" && worker.kind == "fake" && worker.models == ["demo"])
            // The prompt's three tokens, and five of the answer.
            #expect(worker.streams == 1 && worker.liveTokens == 8)
            stream.cancel()
            await wait { fleet.worker.report().workers.first?.streams == 0 }
        }
    }

    /// A worker that goes is told with what became of its answers; one that comes back and goes again is told twice.
    @Test(arguments: [RemoteFailure.draining, .lost("cut")])
    func aDepartureIsToldWithItsStreams(_ failure: RemoteFailure) async throws {
        let leaving = FakeRemote("w0", scripts: [.hang(after: 6), .hang(after: 3)])
        try await FakeFleet.running([leaving]) { fleet in
            async let first = fleet.answer(request(1))
            async let second = fleet.answer(request(2))
            await wait { fleet.worker.report().workers.first?.liveTokens == 3 + 6 + 3 + 3 }
            leaving.die(failure)
            join(FakeRemote("w1"), fleet)
            let answers = try await [first, second]
            #expect(answers.allSatisfy { $0.counts[0] == 40 })
            await wait { fleet.worker.report().departures.first?.goneAge != nil }
            let departure = try #require(fleet.worker.report().departures.first)
            #expect(departure.url == "http://w0" && departure.streamsMoved == 2)
            #expect(departure.streamsReported == (failure == .draining ? 2 : 0))
            // Each prompt has three tokens, of which the next worker has one.
            #expect(departure.tokensReplayed == 2 * 2 + 6 + 3)
            let pause = try #require(departure.longestPause)
            #expect(pause >= 0 && pause <= departure.age && departure.drainedAge == nil)
            leaving.revive()
            await wait { fleet.worker.report().workers.count == 2 }
            await wait {
                // It may not be listened to yet.
                leaving.report(LoadReport(isDraining: true, models: []))
                return fleet.worker.report().departures.count == 2
            }
            #expect(fleet.worker.report().departures.last?.drainedAge != nil)
        }
    }

    /// However many workers go, few are remembered.
    @Test func departuresAreBounded() async throws {
        try await FakeFleet.running([]) { fleet in
            for number in 0..<600 {
                let remote = FakeRemote("w\(number)")
                join(remote, fleet)
                fleet.worker.expectEnd(of: remote.name)
            }
            let departures = fleet.worker.report().departures
            #expect(departures.count == 256 && departures.last?.name == "w599")
        }
    }
}
