import Fleet
import JSON
import Ledger
import OpenAI
import TestSupport
import Testing
import WebServer

extension FleetServing {
    /// An answer outlives its workers: the client is told what it would have been told, and pays for it once.
    @Suite(.timeLimit(.minutes(10))) struct ContinuityTests {
        /// What takes a worker away.
        enum Way: CaseIterable { case drained, killed }

        /// Three times in a row, in the middle of the answer, and every worker replays what the others said.
        @Test(arguments: [[Way.drained, .killed, .drained], [.killed, .killed, .killed]])
        func aStreamGoesOnWhereverItsWorkersGo(ways: [Way]) async throws {
            try await FleetScene.run { scene in
                let request = completion("Tell me of moving houses", tokens: 150, [("logprobs", 2)])
                let expected = try await BareWorker.transcript(completions, request)
                var workers: [TestWorker] = []
                let steps = 12
                let gates = (0...ways.count).map { _ in StepGate(allowing: steps) }
                for gate in gates { workers.append(try await scene.worker(.init(clock: gate))) }
                let gateway = try await scene.gateway(workers.map(\.url))
                var reader = try await gateway.api.stream(completions, request)
                var order: [String] = []
                for way in ways {
                    let worker = try await scene.serving(of: workers)
                    order.append(worker.id)
                    // Each says a token with each of its steps before it goes, so that nothing is on its way then.
                    let (id, said) = (reader.requestID, steps * order.count)
                    try await eventually { await gateway.standing(of: id)?.tokens == said }
                    if way == .drained { try await worker.stop() } else { await worker.kill() }
                    workers.removeAll { $0.id == worker.id }
                }
                for gate in gates { gate.open() }
                let transcript = try await reader.rest()
                #expect(transcript == expected, "\(transcript) instead of \(expected)")
                try await scene.expectCharges([transcript])
                let lines = try await scene.trace(reader.generationID).lines
                #expect(lines.map(\.segment.worker) == order + workers.map(\.id))
                #expect(lines.reduce(0) { $0 + $1.segment.outputTokens } == 150)
                #expect(lines.dropFirst().allSatisfy { $0.segment.promptTokens == 0 && $0.segment.replayedTokens > 0 })
                #expect(lines[0].segment.replayedTokens == 0 && lines[0].segment.promptTokens == expected.promptTokens)
                #expect(lines.map(\.segment.began) == [.first] + lines.dropFirst().map { _ in .exact })
                #expect(gateway.metric("gleaner:resumes_total", "exact") >= 3)
                #expect(gateway.metric("gleaner:resumes_total", "text") == 0)
                let replayed = lines.reduce(0) { $0 + $1.segment.replayedTokens }
                #expect(gateway.metric("gleaner:replayed_tokens_total") == Double(replayed))
                // More when one that drains is asked once too often.
                #expect(gateway.metric("gleaner:moves_total") >= 3)
            }
        }

        /// Cut at random bytes, by resets and by ends, again and again: in heads, in events, in characters. What is kept under
        /// an idempotency key is the whole of it.
        @Test(arguments: 0..<3 as Range<UInt64>)
        func aStreamIsTheSameWhereverItsConnectionsWereCut(seed: UInt64) async throws {
            try await FleetScene.run { scene in
                let proxies = try await scene.cutters(count: 3, cuts: 10, seed: seed)
                let gateway = try await scene.gateway(proxies.map(\.url))
                var given: [Transcript] = []
                for (number, request) in Requests.all.enumerated() {
                    let expected = try await BareWorker.transcript(request.path, request.body)
                    let key = [("idempotency-key", "request-\(number)")]
                    let transcript = try await gateway.api.transcript(request.path, request.body, headers: key)
                    #expect(transcript == expected, "\(transcript) instead of \(expected)")
                    let again = try await gateway.api.transcript(request.path, request.body, headers: key)
                    #expect(again == expected)
                    given.append(transcript)
                }
                #expect(gateway.metric("gleaner:moves_total", #"reason="lost""#) >= 10)
                try await scene.expectCharges(given)
            }
        }

        /// A whole answer moves as a streamed one does.
        @Test func aWholeAnswerMovesToo() async throws {
            try await FleetScene.run { scene in
                let request = completion("whole", tokens: 200, [("n", 3)])
                let expected = try await BareWorker.transcript(completions, request)
                let proxies = try await scene.cutters(count: 2, cuts: 4, seed: 77)
                let gateway = try await scene.gateway(proxies.map(\.url))
                let answer = try await gateway.api.post(completions, whole(request))
                #expect(Transcript(whole: answer.body) == expected)
                #expect(gateway.metric("gleaner:moves_total") > 0)
                try await scene.expectCharges([], [answer])
            }
        }

        /// A worker that stands still, and whose connections nobody ends, is left after a while.
        @Test func aStreamLeavesAWorkerThatSaysNothing() async throws {
            try await FleetScene.run { scene in
                let request = completion("silence")
                let expected = try await BareWorker.transcript(completions, request)
                let gates = [StepGate(allowing: 12), StepGate(allowing: 12)]
                var workers: [TestWorker] = []
                var proxies: [FaultyProxy] = []
                for gate in gates {
                    workers.append(try await scene.worker(.init(clock: gate)))
                    proxies.append(try await scene.proxy(to: workers[workers.count - 1]))
                }
                let gateway = try await scene.gateway(proxies.map(\.url))
                var reader = try await gateway.api.stream(completions, request)
                try await reader.read(characters: 5)
                let serving = try await scene.serving(of: workers)
                zip(workers, proxies).first { $0.0.id == serving.id }?.1.stall()
                gates.forEach { $0.open() }
                let transcript = try await reader.rest()
                #expect(transcript == expected, "\(transcript) instead of \(expected)")
                try await scene.expectCharges([transcript])
                try await eventually { gateway.metric("gleaner:workers", #"condition="away""#) == 1 }
            }
        }

        /// The only worker dies: the client is kept waiting with comments, until one comes back at the same address.
        @Test func aStreamWaitsForAWorkerThatIsStartedAgain() async throws {
            try await FleetScene.run { scene in
                let request = completion("wait for me")
                let expected = try await BareWorker.transcript(completions, request)
                let first = try await scene.worker(.init(clock: StepGate(allowing: 12)))
                let place = try await scene.proxy(to: first)
                let gateway = try await scene.gateway([place.url]) { $0.limits.keepAliveInterval = .milliseconds(20) }
                var reader = try await gateway.api.stream(completions, request)
                try await reader.read(characters: 5)
                await first.kill()
                try await reader.readComment()
                try await reader.readComment()
                let standing = await gateway.standing(of: reader.requestID)
                #expect(standing?.phase == .queued && standing?.reason?.isEmpty == false && standing?.moves == 1)
                let second = try await scene.worker()
                place.turn(to: second)
                let transcript = try await reader.rest()
                #expect(transcript == expected, "\(transcript) instead of \(expected)")
                try await scene.expectCharges([transcript])
                #expect(
                    try await scene.trace(reader.generationID).lines.map(\.segment.worker) == [first.id, second.id])
            }
        }

        /// The client of an answer that waits leaves: it pays for what it has, and nothing is left of it.
        @Test func aClientMayLeaveWhileItsAnswerWaits() async throws {
            try await FleetScene.run { scene in
                let worker = try await scene.worker(.init(clock: StepGate(allowing: 12)))
                let gateway = try await scene.gateway([worker.url])
                let id = try await leaveWhileItWaits(gateway, worker)
                let lines = try await scene.trace(id).lines
                #expect(lines.count == 1 && lines[0].outcome == .cancelled && lines[0].segment.outputTokens > 0)
                try await eventually { gateway.numRunning == 0 && gateway.metric("gleaner:settlements_pending") == 0 }
                try await eventually { gateway.metric("gleaner:requests_queued") == 0 }
                #expect(try await scene.verified().discrepancy == nil)
            }
        }

        /// - Returns: the id that its usage is recorded under.
        private func leaveWhileItWaits(_ gateway: TestGateway, _ worker: TestWorker) async throws -> String {
            var reader = try await gateway.api.stream(completions, completion("leaving"))
            try await reader.read(characters: 5)
            await worker.kill()
            let id = reader.requestID
            try await eventually { await gateway.standing(of: id)?.phase == .queued }
            return reader.generationID
        }

        /// No worker comes back: one error, no silent end, and nobody pays.
        @Test func aStreamThatNobodyCanFinishEndsWithOneError() async throws {
            try await FleetScene.run { scene in
                let worker = try await scene.worker(.init(clock: StepGate(allowing: 12)))
                let gateway = try await scene.gateway([worker.url]) { $0.configuration.queueTimeoutMs = 200 }
                var reader = try await gateway.api.stream(completions, completion("lost"))
                try await reader.read(characters: 5)
                await worker.kill()
                let transcript = try await reader.rest()
                #expect(!transcript.isDone && transcript.error?["message"]?.string?.isEmpty == false, "\(transcript)")
                let trace = try await scene.trace(reader.generationID)
                #expect(trace.entry == nil && trace.lines.allSatisfy { $0.outcome == .failed && $0.charge == .zero })
                #expect(try await scene.verified().discrepancy == nil)
            }
        }
    }
}

extension FleetScene {
    /// The worker that has the one request that runs.
    fileprivate func serving(of workers: [TestWorker]) async throws -> TestWorker {
        var found: TestWorker?
        try await eventually {
            for worker in workers where await worker.numSequences > 0 { found = worker }
            return found != nil
        }
        guard let found else { throw DidNotHappen(what: "a sequence") }
        return found
    }

    /// Proxies in front of workers, which cut the first answers that are asked of each at random bytes.
    fileprivate func cutters(count: Int, cuts: Int, seed: UInt64) async throws -> [FaultyProxy] {
        var random = SeededGenerator(seed: seed)
        var proxies: [FaultyProxy] = []
        for _ in 0..<count {
            let faults = (0..<cuts).map { _ in
                // A token has some 20 bytes, the head some 250: some cuts come before the first token, but seldom three in
                // a row.
                FaultyProxy.Fault.cut(after: .random(in: 1...1200, using: &random), byReset: .random(using: &random))
            }
            proxies.append(try await proxy(to: try await worker()) { $0 < cuts ? faults[$0] : .none })
        }
        return proxies
    }
}
