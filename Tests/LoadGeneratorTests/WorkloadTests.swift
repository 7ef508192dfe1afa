import JSON
import LoadGenerator
import Testing

@Suite struct WorkloadTests {
    @Test func promptsAreTheSameForTheSameSeedAndDifferOtherwise() {
        let (first, again, other) = (
            PromptSource(seed: 1, sharedWords: 0), PromptSource(seed: 1, sharedWords: 0),
            PromptSource(seed: 2, sharedWords: 0)
        )
        let prompts = (-3..<200).map { first.prompt(index: $0, words: 40) }
        #expect(prompts == (-3..<200).map { again.prompt(index: $0, words: 40) })
        #expect(Set(prompts.map { $0.split(separator: " ").prefix(5) }).count == prompts.count, "no shared beginning")
        #expect(prompts.allSatisfy { $0.split(separator: " ").count == 40 })
        #expect(!prompts.contains(other.prompt(index: 0, words: 40)))
    }

    @Test func aSharedPrefixIsSharedAndTheRestIsNot() {
        let source = PromptSource(seed: 3, sharedWords: 30)
        let prompts = (0..<50).map { source.prompt(index: $0, words: 40).split(separator: " ") }
        #expect(Set(prompts.map { $0.prefix(30) }).count == 1)
        #expect(Set(prompts.map { $0.suffix(10) }).count == 50)
        #expect(source.prompt(index: 0, words: 5).split(separator: " ").count == 5)
        #expect(source.prompt(index: 0, words: 0).isEmpty)
    }

    @Test func arrivalsAreAPoissonProcess() {
        let times = Arrivals.times(count: 20_000, rate: 50, seed: 9)
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(gaps.count)
        #expect(gaps.allSatisfy { $0 >= 0 })
        #expect(abs(mean * 50 - 1) < 0.03, "one over the rate")
        #expect(abs(variance / (mean * mean) - 1) < 0.06, "exponential: the deviation is the mean")
        #expect(times == Arrivals.times(count: 20_000, rate: 50, seed: 9))
        #expect(Arrivals.times(count: 3, rate: nil, seed: 1) == [0, 0, 0])
    }

    @Test(arguments: [
        ("http://h:8080", "http://h:8080/v1"), ("h:8080/", "http://h:8080/v1"), ("https://h/v1/", "https://h/v1"),
        ("http://h/openai/v1", "http://h/openai/v1"),
    ])
    func addressesAreCompleted(_ text: String, _ expected: String) throws {
        #expect(try LoadPlan.baseURL(text) == expected)
    }

    @Test(arguments: ["", "ftp://x", "http://", "http:// x"])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: LoadError.badAddress(text)) { try LoadPlan.baseURL(text) }
    }

    @Test func bodiesAreWhatServersExpect() throws {
        var plan = LoadPlan(baseURL: "http://h/v1", model: "m")
        let chat = try JSON.parse(plan.body(prompt: "a \"b\"", maxTokens: 7))
        #expect(chat["messages"]?.array?.first?["content"]?.string == "a \"b\"")
        #expect(chat["stream_options"]?["include_usage"]?.bool == true && chat["ignore_eos"] == nil)
        #expect(chat["max_tokens"]?.int == 7 && chat["stream"]?.bool == true && chat["model"]?.string == "m")
        plan.api = .completions
        plan.ignoresEndOfText = true
        let completion = try JSON.parse(plan.body(prompt: "p", maxTokens: 7))
        #expect(completion["prompt"]?.string == "p" && completion["messages"] == nil)
        #expect(completion["ignore_eos"]?.bool == true)
    }

    /// Records with round numbers, and every figure of the report worked out by hand.
    @Test func theReportIsWhatTheRecordsSay() throws {
        var first = RequestRecord(start: 0, end: 1)
        first.chunkTimes = [0.2, 0.3, 0.4, 0.9]
        (first.promptTokens, first.cachedTokens, first.reportedTokens) = (100, 16, 8)
        var second = RequestRecord(start: 0.5, end: 2.5)
        second.chunkTimes = [1.5, 2.5]
        var failed = RequestRecord(start: 0, end: 9)
        failed.failure = "HTTP 429"
        let report = LoadReport(plan: LoadPlan(baseURL: "http://h/v1", model: "m"), records: [first, failed, second])
        #expect(report.completed == 2 && report.failed == 1 && report.failures.first?.reason == "HTTP 429")
        #expect(report.duration == 2.5, "failures do not count")
        #expect(report.outputTokens == 10 && report.chunks == 6, "chunks stand in where no usage is reported")
        #expect(report.outputTokensPerSecond == 4 && report.promptTokens == 100 && report.cachedTokens == 16)
        #expect(report.timeToFirstToken?.maximum == 1 && report.timeToFirstToken?.minimum == 0.2)
        #expect(report.interTokenLatency?.count == 4 && report.interTokenLatency?.maximum == 1)
        #expect(report.streamSpeed.map { abs($0.maximum - 10) < 1e-9 && $0.minimum == 1 } == true)
        #expect(
            report.table.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
                "3 requests, 16 at a time: 2 completed, 1 failed", "", "  failed 1 times: HTTP 429", "",
                "                                 mean        p50        p90        p99        max",
                "time to first token, ms         600.0      600.0      920.0      992.0     1000.0",
                "inter-token latency, ms         425.0      300.0      850.0      985.0     1000.0",
                "end to end, ms                 1500.0     1500.0     1900.0     1990.0     2000.0",
                "tokens/s of one stream            5.5        5.5        9.1        9.9       10.0", "",
                "output tokens/s, all              4.0", "requests/s                       0.80",
                "duration, s                      2.50", "prompt tokens                     100  50.0 each, 16 cached",
                "output tokens                      10  5.0 each, in 6 chunks", "",
            ])
        let ttft = try #require(JSON.parse(report.json.serialized())["ttft_ms"])
        #expect(ttft["p50"]?.double.map { abs($0 - 600) < 1e-9 } == true && ttft["count"]?.int == 2)
    }

    @Test func aReportOfNothingIsNoCrash() {
        let report = LoadReport(plan: LoadPlan(baseURL: "http://h/v1", model: "m"), records: [])
        #expect(
            report.outputTokensPerSecond == 0 && report.json["ttft_ms"] == .null && report.table.contains("0 completed")
        )
    }
}
