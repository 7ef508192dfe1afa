import Fleet
import OpenAI
import TestSupport
import Testing

/// Streams that outlive their workers.
@Suite(.timeLimit(.minutes(10))) struct ContinuityTests {
    private func request(_ number: Int, tokens: Int = 40, n: Int = 1) -> GenerationRequest {
        var request = GenerationRequest(id: "r\(number)", model: "demo", prompt: .tokens([[1, 2, Int32(number)]]))
        request.maxTokens = tokens
        request.sampling.seed = number
        request.n = n
        request.tenant = "acme"
        return request
    }

    /// What an undisturbed worker answers.
    private func expected(_ request: GenerationRequest, choice: Int = 0) -> String {
        var single = request
        single.sampling.seed = (request.sampling.seed ?? 0) + choice
        return FakeAnswer.text(FakeAnswer(single).tokens)
    }

    /// Cut anywhere, any number of times, in any way that a worker can go: the same answer, each token once.
    @Test(arguments: 0..<40) func anAnswerIsTheSameWhereverItWasCut(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let failures: [RemoteFailure] = [.draining, .lost("cut"), .broken("nonsense"), .busy(retryAfterSeconds: 1)]
        let scripts = (0..<3).map { _ in
            (0..<Int.random(in: 0...3, using: &random)).map { _ in
                let failure = failures.randomElement(using: &random) ?? .draining
                let tokens = failure == .busy(retryAfterSeconds: 1) ? 0 : Int.random(in: 1...12, using: &random)
                return FakeRemote.Script.cut(after: tokens, failure)
            }
        }
        let remotes = scripts.enumerated().map { FakeRemote("w\($0.offset)", scripts: $0.element) }
        let request = request(Int(seed))
        let expected = expected(request)
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect(answer.error == nil && answer.texts[0] == expected)
            #expect(answer.counts[0] == 40 && answer.finished == [0] && answer.promptTokens == 3)
            let totals = try #require(answer.totals)
            #expect(totals.generatedTokens <= 40, "what lost workers did is not known")
            #expect(answer.served.first?.replayedTokens == 0)
            #expect(answer.served.dropFirst().allSatisfy { $0.replayedTokens > 0 })
            #expect(answer.served.allSatisfy { $0.pool == "pool-\($0.id.prefix(2))" })
        }
    }

    @Test func eachChoiceMovesByItself() async throws {
        let remotes = [
            FakeRemote("w0", scripts: [.cut(after: 3, .lost("cut")), .whole, .cut(after: 7, .draining)]),
            FakeRemote("w1", scripts: [.cut(after: 9, .lost("cut"))]),
        ]
        let request = request(7, n: 4)
        let expected = (0..<4).map { self.expected(request, choice: $0) }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect(answer.error == nil && (0..<4).map { answer.texts[$0] } == expected)
            #expect(answer.finished == [0, 1, 2, 3])
        }
    }

    /// Without a seed the answers of equal requests differ, and yet each goes on as it began.
    @Test func aMoveKeepsTheSeedThatTheGatewayDrew() async throws {
        let remote = FakeRemote("w0", scripts: [.cut(after: 5, .draining)])
        var request = request(1)
        request.sampling.seed = nil
        try await FakeFleet.running([remote]) { [request] fleet in
            let answer = try await fleet.answer(request)
            let seeds = remote.requests.map(\.sampling.seed)
            #expect(seeds.count == 2 && seeds[0] == seeds[1] && seeds[0] != nil)
            #expect(remote.requests[1].resumed == Array(FakeAnswer(remote.requests[0]).tokens.prefix(5)))
            #expect(answer.texts[0] == FakeAnswer.text(FakeAnswer(remote.requests[0]).tokens))
        }
    }

    /// When its worker dies and no other is there, a stream waits until one comes.
    @Test func aStreamWaitsForAWorkerThatComesBack() async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 6)])
        var configuration = FleetConfiguration()
        configuration.members.firstRetry = 0.001
        let request = request(3)
        let expected = expected(request)
        try await FakeFleet.running([remote], configuration: configuration) { fleet in
            let stream = try await fleet.worker.prepare(request).start(priority: 0)
            var tokens = 0
            while tokens < 6, let batch = try await stream.nextBatch() {
                for case .delta(_, _, let count, _, _) in batch { tokens = count }
            }
            remote.die()
            remote.revive()
            let rest = await FakeFleet.read(stream)
            #expect(rest.error == nil && rest.counts[0] == 40)
            #expect(rest.texts[0].map { expected.hasSuffix($0) } == true)
            #expect(remote.requests.last?.resumed.count == 6)
            #expect(rest.served.map(\.id) == ["w0-2"])
        }
    }

    @Test func aStreamThatNobodyTakesUpEndsWithOneError() async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 4)])
        var configuration = FleetConfiguration()
        configuration.queueTimeoutMs = 20
        try await FakeFleet.running([remote], configuration: configuration) { fleet in
            let stream = try await fleet.worker.prepare(request(4)).start(priority: 0)
            _ = try await stream.nextBatch()
            remote.die()
            let answer = await FakeFleet.read(stream)
            #expect(answer.error?.status == 503 && answer.finished.isEmpty)
        }
    }

    /// A request that every worker dies of must not kill them all.
    @Test func aPoisonedRequestStopsSomewhere() async throws {
        let remotes = (0..<6).map {
            FakeRemote("w\($0)", scripts: Array(repeating: .cut(after: 0, .lost("crash")), count: 9))
        }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request(5))
            #expect(answer.error == .internalFailure)
            #expect(remotes.reduce(0) { $0 + $1.requests.count } == 8)
        }
    }

    /// Numbers that a worker makes up stop neither the gateway nor the answer.
    @Test func absurdCountsAreSurvived() async throws {
        let absurd = GenerationTotals.Share(prefilledTokens: .max, generatedTokens: .max)
        let remotes = (0..<2).map { FakeRemote("w\($0)", scripts: [.cut(after: 3, .draining), .whole]) }
        for remote in remotes { remote.lie(absurd) }
        let request = request(13, n: 2)
        let expected = (0..<2).map { self.expected(request, choice: $0) }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect((0..<2).map { answer.texts[$0] } == expected && answer.totals?.generatedTokens == .max)
        }
    }

    @Test func aRefusalIsTheClientsAndIsNotTriedElsewhere() async throws {
        let refusal = APIError.invalid("The model does not like it.", param: "stop")
        let remotes = (0..<3).map { FakeRemote("w\($0)", scripts: [.cut(after: 0, .refused(refusal))]) }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request(6))
            #expect(answer.error == refusal)
            #expect(remotes.reduce(0) { $0 + $1.requests.count } == 1)
        }
    }

    @Test func aReaderThatLeavesFreesItsWorkers() async throws {
        let remote = FakeRemote("w0", scripts: [.hang(after: 2)], sequences: 1)
        let request = request(8)
        let expected = expected(request)
        try await FakeFleet.running([remote]) { fleet in
            let stream = try await fleet.worker.prepare(self.request(9)).start(priority: 0)
            _ = try await stream.nextBatch()
            stream.cancel()
            #expect(await stream.totals() != nil, "the worker's place is free again")
            #expect(try await fleet.answer(request).texts[0] == expected)
        }
    }
}
