import Fleet
import OpenAI
import TestSupport
import Testing

/// Streams that outlive engines which do not tell the ids of their tokens.
@Suite(.timeLimit(.minutes(10))) struct TextContinuityTests {
    private static let tokens = 40

    private func request(_ number: Int) -> GenerationRequest {
        var request = GenerationRequest(id: "r\(number)", model: "demo", prompt: .tokens([[1, 2, Int32(number)]]))
        request.maxTokens = Self.tokens
        request.sampling.seed = number
        request.tenant = "acme"
        return request
    }

    private func engines(_ scripts: [FakeRemote.Script], contextLength: Int = 4096) -> [FakeRemote] {
        let remotes = (0..<2).map {
            FakeRemote("w\($0)", scripts: scripts, contextLength: contextLength, resumesExactly: false)
        }
        for remote in remotes { remote.hideTokenIDs() }
        return remotes
    }

    /// Lost at each of its events, by both engines in turn: a fake's tokens are those of its text, so the answer is the
    /// undisturbed one, each token counted once.
    @Test(arguments: 0...40) func anAnswerGoesOnBehindItsTextWhereverItWasCut(place: Int) async throws {
        let remotes = engines([.cut(after: place, .lost("cut"))])
        let request = request(place)
        let expected = FakeAnswer(request).tokens
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect(answer.error == nil && answer.texts[0] == FakeAnswer.text(expected))
            #expect(answer.counts[0] == Self.tokens && !answer.hasFallingCounts && answer.finished == [0])
            let asked = remotes.flatMap(\.requests).sorted { $0.maxTokens ?? 0 > $1.maxTokens ?? 0 }
            for request in asked {
                let out = Self.tokens - (request.maxTokens ?? 0)
                #expect(request.prompt == .tokens([[1, 2, Int32(place)] + expected.prefix(out)]))
                #expect(request.resumed.isEmpty && request.sampling.seed == place)
            }
            // The last token may be out without a word of the end: then there is nothing left to ask for.
            #expect(asked.count == (place == 0 ? 3 : min(3, (Self.tokens - 1) / place + 1)))
            #expect(answer.served.map(\.began) == asked.map { $0.maxTokens == Self.tokens ? .first : .text })
            #expect(answer.served.dropFirst().allSatisfy { $0.replayedTokens > 0 })
            #expect(remotes.flatMap(\.texts).allSatisfy { FakeAnswer.text(expected).hasPrefix($0) && !$0.isEmpty })
        }
    }

    /// Workers of ours, engines that tell ids and engines that do not, cut anywhere and in any order.
    @Test(arguments: 0..<60) func anyMixOfWorkersGivesTheSameAnswer(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let remotes = (0..<3).map { number in
            let scripts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let failure = [RemoteFailure.draining, .lost("cut")].randomElement(using: &random) ?? .draining
                return FakeRemote.Script.cut(after: Int.random(in: 0...12, using: &random), failure)
            }
            let remote = FakeRemote("w\(number)", scripts: scripts, resumesExactly: Bool.random(using: &random))
            if !remote.resumesExactly, Bool.random(using: &random) { remote.hideTokenIDs() }
            return remote
        }
        let ours = Set(remotes.filter(\.resumesExactly).map(\.name))
        let request = request(Int(seed))
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect(answer.error == nil && answer.texts[0] == FakeAnswer.text(FakeAnswer(request).tokens))
            #expect(answer.counts[0] == Self.tokens && !answer.hasFallingCounts && answer.finished == [0])
            #expect(answer.served.first?.began == .first)
            for worker in answer.served {
                #expect(worker.began != (ours.contains(String(worker.id.prefix(2))) ? .tokens : .exact))
            }
            let isText = answer.served.contains { $0.began == .text }
            #expect(!isText || !remotes.flatMap(\.texts).isEmpty)
        }
    }

    /// A tokenizer may see more tokens in a text than were counted; the client gets what it asked for all the same.
    @Test(arguments: [1, 7, 20, 39]) func tokensOfATextAreNotThoseThatAreCounted(place: Int) async throws {
        let remotes = engines([.cut(after: place, .lost("cut"))])
        for remote in remotes { remote.read([.wordy, .wordy]) }
        let request = request(place)
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request)
            #expect(answer.error == nil && answer.counts[0] == Self.tokens && !answer.hasFallingCounts)
            #expect(answer.texts[0]?.split(separator: " ").count == Self.tokens)
            for request in remotes.flatMap(\.requests) where request.maxTokens != Self.tokens {
                guard case .tokens(let prompts) = request.prompt else { continue }
                #expect(prompts[0].count == 3 + 2 * (Self.tokens - (request.maxTokens ?? 0)))
            }
        }
    }

    @Test func aContextThatATextFillsEndsTheAnswer() async throws {
        let remotes = engines([.cut(after: 24, .lost("cut"))], contextLength: 50)
        for remote in remotes { remote.read([.wordy]) }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request(1))
            #expect(answer.error == nil && answer.counts[0] == 24 && answer.finished == [0])
            #expect(remotes.flatMap(\.requests).count == 1)
        }
    }

    /// Where no worker can go on the answer ends openly, and at once.
    @Test(arguments: [RemoteFailure.broken("no tokenizer"), .refused(.invalid("no tokenizer"))])
    func withoutATokenizerAnAnswerIsCutOffOpenly(_ failure: RemoteFailure) async throws {
        let remotes = engines([.cut(after: 5, .lost("cut"))])
        for remote in remotes { remote.read([.failing(failure)]) }
        try await FakeFleet.running(remotes) { fleet in
            let answer = try await fleet.answer(request(11))
            #expect(answer.error?.code == "answer_cut_off" && answer.counts[0] == 5)
            #expect(remotes.flatMap(\.requests).count == 1)
        }
    }

    /// A worker that is lost while it reads the text is left for another; what was out stays marked.
    @Test func whoIsLostWhileItReadsIsLeft() async throws {
        let remotes = engines([.cut(after: 5, .lost("cut")), .cut(after: 0, .draining)])
        for remote in remotes { remote.read([.failing(.lost("dead")), .failing(.busy(retryAfterSeconds: 1))]) }
        let request = request(12)
        try await FakeFleet.running(remotes) { fleet in
            let stream = try await fleet.worker.prepare(request).start(priority: 0)
            // Whoever failed is asked again when it reports that it lives.
            let reports = Task {
                while !Task.isCancelled {
                    for remote in remotes { remote.reportIdle() }
                    await Task.yield()
                }
            }
            let answer = await FakeFleet.read(stream)
            reports.cancel()
            #expect(answer.error == nil && answer.texts[0] == FakeAnswer.text(FakeAnswer(request).tokens))
            #expect(answer.served.first?.began == .first && answer.served.last?.began == .text)
            #expect(answer.served.dropFirst().allSatisfy { $0.began == .text })
        }
    }

    @Test func aReaderThatLeavesStopsTheTokenizer() async throws {
        let remotes = engines([.cut(after: 5, .lost("cut"))])
        for remote in remotes { remote.read([.hanging]) }
        try await FakeFleet.running(remotes) { fleet in
            let stream = try await fleet.worker.prepare(request(13)).start(priority: 0)
            while remotes.flatMap(\.texts).isEmpty { await Task.yield() }
            stream.cancel()
            #expect(await stream.totals() != nil)
            #expect(remotes.flatMap(\.requests).count == 1)
        }
    }
}

/// Stop texts that begin where one worker ended.
@Suite struct SeamStopsTests {
    /// Against all ways to put them together, on an alphabet so small that most stops begin somewhere.
    @Test(arguments: 0..<400) func whatIsFoundIsWhatContinuesTheText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func word(_ length: ClosedRange<Int>) -> String {
            String((0..<Int.random(in: length, using: &random)).map { _ in "aé".randomElement(using: &random) ?? "a" })
        }
        let (stops, sent, next) = (
            (0..<Int.random(in: 1...3, using: &random)).map { _ in word(1...5) }, word(0...6), word(0...8)
        )
        let ends = stops.flatMap { stop in
            (1..<max(stop.utf8.count, 1)).filter { sent.utf8.suffix($0).elementsEqual(stop.utf8.prefix($0)) }
                .map { Array(stop.utf8.dropFirst($0)) }
        }
        let isStop = ends.contains { Array(next.utf8).starts(with: $0) }
        guard var seam = SeamStops(stops, behind: sent) else {
            #expect(ends.isEmpty)
            return
        }
        var (text, isStopped) = ("", false)
        for character in next where !isStopped {
            let found = seam.append(String(character))
            text += found.text
            isStopped = found.isStopped
        }
        text += seam.finish()
        #expect(isStopped == isStop && text == (isStop ? "" : next), "\(stops) \(sent) + \(next)")
    }
}
