import JSON
import LoadGenerator
import Testing

@Suite struct WorkloadTests {
    private func words(_ prompt: String) -> [Substring] { prompt.split(separator: " ") }

    @Test func aSeedMakesTheSamePromptsAndAnotherMakesOthers() {
        let (first, again) = (PromptMaker(seed: 5, words: 40), PromptMaker(seed: 5, words: 40))
        let other = PromptMaker(seed: 6, words: 40)
        for index in 0..<50 {
            #expect(first.prompt(index) == again.prompt(index))
            #expect(first.prompt(index) != other.prompt(index))
        }
    }

    @Test(arguments: [1, 2, 4, 5, 100]) func promptsHaveTheWordsThatWereAskedFor(_ count: Int) {
        for shared in [0, 1, count / 2, count] where shared <= count {
            let maker = PromptMaker(seed: 1, words: count, sharedWords: shared)
            #expect((0..<20).allSatisfy { words(maker.prompt($0)).count == count })
        }
    }

    @Test func neighboursDifferFromTheirFirstWord() {
        let maker = PromptMaker(seed: 9, words: 8)
        #expect(Set((0..<256).map { words(maker.prompt($0))[0] }).count == 256)
        #expect(Set((0..<20_000).map { words(maker.prompt($0)).prefix(4).joined(separator: " ") }).count == 20_000)
    }

    @Test func aSharedPrefixIsSharedAndTheRestIsNot() {
        let maker = PromptMaker(seed: 2, words: 30, sharedWords: 20)
        let prompts = (0..<100).map { words(maker.prompt($0)) }
        #expect(Set(prompts.map { $0.prefix(20).joined() }).count == 1)
        #expect(Set(prompts.map { $0[20] }).count == 100)
    }

    @Test func arrivalsAreOneForEachRequestInOrderAndTheSameForASeed() {
        let schedule = Schedule(requests: 500, requestsPerSecond: 10, seed: 4)
        #expect(schedule == Schedule(requests: 500, requestsPerSecond: 10, seed: 4))
        #expect(schedule != Schedule(requests: 500, requestsPerSecond: 10, seed: 5))
        #expect(schedule.due.count == 500 && schedule.due.first == 0)
        #expect(schedule.due == schedule.due.sorted())
        #expect(schedule.due.allSatisfy { $0.isFinite })
    }

    /// Twice the rate, half the times; and gaps whose mean, spread and tail are those of the exponential.
    @Test func gapsAreExponential() {
        let count = 20_000
        let due = Schedule(requests: count, requestsPerSecond: 4, seed: 11).due
        let faster = Schedule(requests: count, requestsPerSecond: 8, seed: 11).due
        #expect(zip(due, faster).allSatisfy { abs($0 / 2 - $1) < 1e-6 })
        let gaps = zip(due.dropFirst(), due).map { ($0 - $1) * 4 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 1) < 0.03 && abs(variance - 1) < 0.08)
        let tail = Double(gaps.count { $0 > 2 }) / Double(gaps.count)
        #expect(abs(tail - 0.1353) < 0.01, "e⁻²")
    }

    @Test func requestsAskForAStreamWithUsage() throws {
        var plan = LoadPlan(server: try ServerAddress("h"), seed: 1)
        let chat = try JSON.parse(plan.requestBody(model: "m", prompt: "a \"b\"", maxTokens: 7))
        let expected = """
            {"model":"m","messages":[{"role":"user","content":"a \\"b\\""}],"max_tokens":7,"stream":true,\
            "stream_options":{"include_usage":true}}
            """
        #expect(try chat == JSON.parse(expected))
        plan.api = .completions
        plan.ignoresEOS = true
        plan.temperature = 0
        let text = try JSON.parse(plan.requestBody(model: "m", prompt: "p", maxTokens: 7))
        #expect(text["prompt"] == "p" && text["messages"] == nil)
        #expect(text["ignore_eos"] == true && text["temperature"]?.double == 0)
    }

    @Test func wordsFollowTheServersCountWithinBounds() {
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: nil) == 100)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 0) == 100)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 100) == 100)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 125) == 80)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 50) == 200)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 1 << 40) == 25)
        #expect(LoadGenerator.words(of: 100, whenSameNumberMakes: 1) == 400)
        #expect(LoadGenerator.words(of: 1, whenSameNumberMakes: 1 << 40) == 1)
    }
}
