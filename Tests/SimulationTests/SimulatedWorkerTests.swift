import CoreMetrics
import Engine
import JSON
import Node
import OpenAI
import Simulation
import Testing

@Suite struct SimulatedWorkerTests {
    /// What the model "sim" answers, in every process and on every machine.
    @Test func theTextIsAlwaysTheSame() async throws {
        let test = try await TestEngine()
        var request = test.request("Hello, who are you?", maxTokens: 30)
        request.stopTokens = []
        let answer = try await test.engine.answer(request)
        let expected = """
             zuva, sito derusu
             sapanu fofoloé zizapo🙂, pefu. toloma lana topero nagi dele naki riniba belaro kuze vako mimimo pilefi \
            teno povori
            """
        #expect(answer.text == expected)
        await test.engine.stop()
    }

    @Test func anAnswerDependsOnNothingButItsRequest() async throws {
        let roomy = try await TestEngine()
        let questions = (0..<24).map { number in
            roomy.request(
                String(repeating: "shared start ", count: number % 3 * 10) + "question \(number)", seed: UInt64(number),
                temperature: number % 2 == 0 ? 0 : 1, maxTokens: 150)
        }
        var alone: [Answer] = []
        for question in questions { alone.append(try await roomy.engine.answer(question)) }
        let together = try await roomy.engine.answers(questions)
        // A cache in which they do not fit together, so that sequences are preempted and recomputed.
        var profile = DeviceProfile.test(kvTokens: 640)
        profile.batchTokens = 48
        profile.jitter = 0.5
        let tight = try await TestEngine(profile)
        let crowded = try await tight.engine.answers(questions)
        for (place, answer) in alone.enumerated() {
            #expect(answer.reason != nil)
            #expect(together[place].text == answer.text && together[place].tokens == answer.tokens)
            #expect(crowded[place].text == answer.text && crowded[place].tokens == answer.tokens)
        }
        #expect(together.contains { $0.cachedTokens ?? 0 > 0 })
        await roomy.engine.stop()
        await tight.engine.stop()
    }

    /// Lengths are geometric with mean 40, so the mean of 250 is within 5 standard errors (2.5) of it.
    @Test(arguments: [Float(0), 1])
    func answersHaveTheirMeanLength(_ temperature: Float) async throws {
        let test = try await TestEngine()
        let answers = try await test.engine.answers(
            (0..<250).map { test.request("\($0)", seed: UInt64($0), temperature: temperature) })
        #expect(answers.allSatisfy { $0.reason == .stop })
        let mean = Double(answers.reduce(0) { $0 + $1.tokens.count }) / 250
        #expect(abs(mean - 40) < 12.5)
        await test.engine.stop()
    }

    @Test func textIsWholeCharactersThoughTokensAreNot() async throws {
        let test = try await TestEngine()
        let answers = try await test.engine.answers((0..<100).map { test.request("question \($0)") })
        let text = answers.map(\.text).joined()
        #expect(!text.contains("\u{FFFD}"))
        for character in ["é", "…", "🙂"] { #expect(text.contains(character)) }
        await test.engine.stop()
    }

    /// Wherever an answer is cut, inside characters too, another device goes on with it, and the two parts are the
    /// whole.
    @Test func anAnswerGoesOnElsewhere() async throws {
        let here = try await TestEngine()
        var slower = try DeviceProfile.named("l4-8b")
        (slower.meanAnswerTokens, slower.loadSeconds) = (DeviceProfile.test().meanAnswerTokens, 0)
        let there = try await TestEngine(slower)
        var request = here.request("Tell me of cafés", seed: 5, temperature: 0.8, maxTokens: 120)
        request.stopTokens = []
        let whole = try await here.engine.answer(request)
        #expect(whole.pieces.contains("") && whole.tokens.count == 120)
        for cut in stride(from: 1, to: 120, by: 7) + whole.pieces.indices.filter({ whole.pieces[$0].isEmpty }) {
            var rest = request
            rest.resumed = Array(whole.tokens.prefix(cut + 1))
            let end = try await there.engine.answer(rest)
            #expect(rest.resumed + end.tokens == whole.tokens)
            #expect(whole.pieces.prefix(cut + 1).joined() + end.text == whole.text)
        }
        await here.engine.stop()
        await there.engine.stop()
    }

    @Test func anAnswerGoesOnPastItsEndWhenItMustNotStop() async throws {
        let test = try await TestEngine()
        var request = test.request("Hello", maxTokens: 300)
        request.stopTokens = []
        let answer = try await test.engine.answer(request)
        #expect(answer.tokens.count == 300 && answer.reason == .length)
        #expect(answer.tokens.contains(SimulatedVocabulary.endToken))
        await test.engine.stop()
    }

    @Test func theTimeIsTheDevices() async throws {
        var profile = DeviceProfile.test()
        profile.batchTokens = 64
        let test = try await TestEngine(profile)
        var request = test.request(String(repeating: " ba", count: 150), maxTokens: 5)
        request.stopTokens = []
        _ = try await test.engine.answer(request)
        let expected = [64, 128, 150, 151, 152, 153, 154].enumerated().map { place, end in
            let tokens = place < 2 ? 64 : place == 2 ? 22 : 1
            return profile.seconds(for: StepShape(sequences: 1, prefillTokens: tokens - 1, contextTokens: end))
        }
        let waits = test.clock.soFar.waits
        #expect(waits.count == expected.count)
        for (wait, expected) in zip(waits, expected) { #expect(abs(wait - expected) < 1e-9) }
        await test.engine.stop()
    }

    @Test func aFailedStepEndsItsSequencesAndNoOthers() async throws {
        var profile = DeviceProfile.test()
        profile.faults.failureRate = 0.05
        let test = try await TestEngine(profile)
        var ends: [Bool] = []
        for number in 0..<20 {
            let answer = try await test.engine.answer(test.request("question \(number)"))
            if let error = answer.error {
                #expect("\(error)".contains("simulated failure of step"))
                #expect(answer.reason == nil)
            }
            ends.append(answer.error == nil)
        }
        #expect(ends.contains(true) && ends.contains(false))
        await test.engine.stop()
    }

    @Test func aHungDeviceCanBeStopped() async throws {
        var profile = DeviceProfile.test()
        profile.faults.hangAfterSteps = 0
        let model = try await SimulatedWorker.make(
            profile: profile, name: "sim", metrics: NOOPMetricsHandler.instance)
        let (starts, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
        let (ends, endContinuation) = AsyncStream.makeStream(of: EngineError.self)
        _ = try model.engine.submit(EngineRequest(prompt: [300])) { event in
            if case .started = event { continuation.yield(event) }
            if case .failed(let error) = event { endContinuation.yield(error) }
        }
        for await _ in starts { break }
        await model.engine.stop()
        for await error in ends {
            #expect(error == .stopping)
            break
        }
    }

    @Test func itIsAWorkerLikeAnyOther() async throws {
        let model = try await SimulatedWorker.make(
            profile: .test(), name: "sim", clock: VirtualDeviceClock(), metrics: NOOPMetricsHandler.instance)
        let profile = DeviceProfile.test()
        let worker = NodeWorker(models: [model], kind: profile.name, profile: profile.declared)
        let description = await worker.describe()
        #expect(description.models.map(\.kvTokens) == [profile.kvTokens])
        #expect(description.models.map(\.maximumSequences) == [profile.maximumSequences])
        #expect(description.models.map(\.maximumWaiting) == [profile.maximumWaiting])
        #expect(await worker.models().map(\.id) == ["sim"])
        let chat = ChatPrompt(messages: [["role": "user", "content": "Hello"]])
        var request = GenerationRequest(id: "chatcmpl-1", model: "sim", prompt: .chat(chat))
        request.sampling.seed = 7
        var texts: [String] = []
        for _ in 0..<2 {
            var text = ""
            for try await event in try await worker.generate(request) {
                if case .delta(_, let more, _, _, _) = event { text += more }
            }
            texts.append(text)
        }
        #expect(texts[0] == texts[1] && !texts[0].isEmpty)
        await worker.stop()
    }
}
