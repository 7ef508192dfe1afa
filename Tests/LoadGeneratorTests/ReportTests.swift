import JSON
import LoadGenerator
import Testing

@Suite struct ReportTests {
    private func report(_ samples: [Sample], planned: Int, model: String = "m") throws -> LoadReport {
        var plan = LoadPlan(server: try ServerAddress("h"), seed: .max)
        plan.requests = planned
        return LoadReport(plan: plan, model: model, summary: Summary(samples, planned: planned))
    }

    private func sample(_ outcome: Sample.Outcome) -> Sample {
        var sample = Sample(sent: 1)
        sample.textTimes = [1.25, 1.5]
        sample.ended = 2
        sample.usage = TokenUsage(promptTokens: 3, outputTokens: 4)
        sample.outcome = outcome
        return sample
    }

    /// Programs rely on these names.
    @Test func jsonHasItsKeysAndValues() throws {
        let json = try report([sample(.completed), sample(.failed(.timeout))], planned: 2).json
        #expect(
            json.object?.keys == [
                "url", "api", "model", "concurrency", "planned_requests_per_second", "planned_prompt_tokens",
                "shared_prefix_tokens", "max_tokens", "ignore_eos", "warm_up_requests", "seed", "interrupted",
                "requests",
                "requests_completed", "requests_failed", "requests_unfinished", "errors", "prompt_tokens",
                "cached_prompt_tokens", "output_tokens", "text_chunks", "requests_without_usage", "duration_s",
                "requests_per_second", "output_tokens_per_second", "total_tokens_per_second", "ttft_ms", "tpot_ms",
                "itl_ms", "e2e_ms", "stream_output_tokens_per_second", "start_delay_ms",
            ])
        #expect(json["ttft_ms"]?.object?.keys == ["count", "mean", "p50", "p90", "p99", "min", "max"])
        #expect(json["ttft_ms"]?["p50"]?.double == 250 && json["itl_ms"]?["max"]?.double == 250)
        #expect(json["e2e_ms"]?["mean"]?.double == 1000 && json["tpot_ms"]?["p99"]?.double == 250)
        #expect(json["output_tokens_per_second"]?.double == 4 && json["start_delay_ms"] == .null)
        #expect(json["errors"]?["timeout"]?["count"] == 1 && json["interrupted"] == false)
        #expect(json["seed"] == .string("18446744073709551615"))
        #expect(try JSON.parse(json.serialized()) == json, "one object that reads back")
    }

    @Test func theTableSaysWhatWasMeasured() throws {
        let samples = [sample(.completed), sample(.failed(.errorEvent("boom"))), sample(.unfinished)]
        let table = try report(samples, planned: 3).table
        for text in [
            "1 completed, 1 failed, 1 unfinished (interrupted)", "1 × error_event:", "boom", "TTFT", "TPOT", "ITL",
        ] {
            #expect(table.contains(text), "\(text)")
        }
        let ttft = table.split(separator: "\n").first { $0.contains("TTFT") }
        #expect(ttft?.split(separator: " ").suffix(5).elementsEqual(repeatElement("250.00", count: 5)) == true)
        #expect(table.hasSuffix("\n") && !table.contains("nan"))
    }

    @Test func aServersWordsCannotDriveTheTerminal() throws {
        let table = try report([sample(.completed)], planned: 1, model: "m\u{1B}]0;x\u{7}\r\n\u{202E}y").table
        #expect(table.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!table.unicodeScalars.contains("\u{202E}"))
    }

    @Test func aRunFailsWhenAllItsRequestsDo() throws {
        #expect(try report([sample(.failed(.timeout))], planned: 2).isFailure)
        #expect(try !report([sample(.failed(.timeout)), sample(.completed)], planned: 2).isFailure)
        #expect(try !report([sample(.unfinished)], planned: 2).isFailure)
        #expect(try report([sample(.unfinished)], planned: 2).isInterrupted)
    }
}
