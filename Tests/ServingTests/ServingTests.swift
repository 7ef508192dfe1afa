import Foundation
import JSON
import TestSupport
import Testing

/// What a user of the demo sees, over HTTP, with the demo model.
@Suite(.serialized) struct ServingTests {
    /// The promises in Demo/exchanges.json.
    @Test func theDemoModelStaysOnTopic() async throws {
        let file = TestData.packageRoot.appendingPathComponent("Demo/exchanges.json")
        let exchanges = try #require(try JSON.parse(Array(Data(contentsOf: file))).array)
        #expect(exchanges.count >= 15)
        try await DemoServer.run { server in
            for exchange in exchanges {
                let messages = try #require(exchange["messages"])
                let wanted = try #require(exchange["any"]?.array).compactMap(\.string)
                let answer = try await server.post(
                    "/v1/chat/completions",
                    ["model": .string(DemoServer.model), "messages": messages, "temperature": 0])
                let (status, body) = (answer.status, answer.body)
                let text = body["choices"]?.array?.first?["message"]?["content"]?.string ?? ""
                #expect(status == 200)
                #expect(body["choices"]?.array?.first?["finish_reason"]?.string == "stop")
                #expect(wanted.contains { text.lowercased().contains($0.lowercased()) }, "\(messages) → \(text)")
            }
        }
    }

    @Test func sixtyFourStreamsAtOnceSayWhatEachWouldSayAlone() async throws {
        let questions = ["Tell me a story about a fox.", "Who are you?", "Count from one to ten.", "Hello!"]
        try await DemoServer.run { server in
            var alone: [String] = []
            for question in questions { alone.append(try await server.stream(chat(question, [("stream", true)])).text) }
            #expect(alone.allSatisfy { !$0.isEmpty })
            try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for client in 0..<64 {
                    let body = chat(questions[client % questions.count], [("stream", true)])
                    group.addTask { (client, try await server.stream(body).text) }
                }
                for try await (client, text) in group { #expect(text == alone[client % questions.count]) }
            }
        }
    }

    @Test func usageCountsEveryTokenAndTheCachedOnes() async throws {
        try await DemoServer.run { server in
            let body = chat(
                "Tell me a story about a fox.", [("stream_options", ["include_usage": true]), ("stream", true)])
            let first = try await server.stream(body)
            let second = try await server.stream(body)
            let (usage, again) = (try #require(first.usage), try #require(second.usage))
            let prompt = try #require(usage["prompt_tokens"]?.int)
            let completion = try #require(usage["completion_tokens"]?.int)
            #expect(usage["total_tokens"]?.int == prompt + completion && completion > 10)
            #expect(usage["prompt_tokens_details"]?["cached_tokens"]?.int == 0)
            #expect(again["prompt_tokens_details"]?["cached_tokens"]?.int == (prompt - 1) / 16 * 16)
            #expect(again["completion_tokens"]?.int == completion && second.text == first.text)
        }
    }

    @Test func seedsChoicesStopsAndLogprobs() async throws {
        try await DemoServer.run { server in
            let seeded = chat("Tell me a story.", [("temperature", 1), ("seed", 7), ("n", 3), ("max_tokens", 30)])
            let first = try await server.post("/v1/chat/completions", seeded).body
            let again = try await server.post("/v1/chat/completions", seeded).body
            let texts = { (body: JSON) in (body["choices"]?.array ?? []).map { $0["message"]?["content"]?.string } }
            #expect(texts(first).count == 3 && Set(texts(first)).count > 1)
            #expect(texts(first) == texts(again))

            let whole = try await server.post("/v1/chat/completions", chat("Count from one to ten.")).body
            let text = try #require(texts(whole).first ?? nil)
            let word = try #require(text.split(separator: " ").dropFirst(2).first.map(String.init))
            let cut = try await server.post(
                "/v1/chat/completions", chat("Count from one to ten.", [("stop", .string(word))])
            ).body
            let end = try #require(text.range(of: word)).lowerBound
            #expect(texts(cut).first == String(text[..<end]))

            let scored = try await server.post(
                "/v1/chat/completions", chat("Hello!", [("logprobs", true), ("top_logprobs", 3)])
            ).body
            let content = try #require(scored["choices"]?.array?.first?["logprobs"]?["content"]?.array)
            #expect(!content.isEmpty)
            for token in content {
                let logprob = try #require(token["logprob"]?.double)
                let top = try #require(token["top_logprobs"]?.array)
                #expect(logprob <= 0 && top.count == 3 && top[0]["logprob"]?.double == logprob, "greedy takes the top")
            }
        }
    }

    @Test func refusalsSayWhy() async throws {
        try await DemoServer.run(kvBytes: 8 << 20) { server in
            let unknown = try await server.post(
                "/v1/chat/completions", ["model": "nobody", "messages": [["role": "user", "content": "Hi"]]])
            #expect(unknown.status == 404 && unknown.body["error"]?["code"]?.string == "model_not_found")

            let long = String(repeating: "the fox runs and ", count: 250_000)
            let overflow = try await server.post("/v1/chat/completions", chat(long))
            let message = overflow.body["error"]?["message"]?.string ?? ""
            #expect(overflow.status == 400 && overflow.body["error"]?["code"]?.string == "context_length_exceeded")
            #expect(message.split { !$0.isNumber }.count >= 2, "both numbers: \(message)")

            let none = try await server.post("/v1/chat/completions", chat("Hi", [("frobnicate", 1)]))
            #expect(none.status == 400 && none.body["error"]?["param"]?.string == "frobnicate")
        }
    }

    /// One runs and one waits; the third of sixteen choices is one too many, and the request is refused whole.
    @Test func aFullQueueSaysWhenToComeBack() async throws {
        try await DemoServer.run(sequences: 1, waiting: 1) { server in
            let many = chat("Tell me a story.", [("n", 16), ("ignore_eos", true), ("max_tokens", 900)])
            let refused = try await server.post("/v1/chat/completions", many)
            #expect(refused.status == 429 && refused.body["error"]?["type"]?.string == "rate_limit_error")
            let seconds = try #require(refused["retry-after"].flatMap { Int($0) })
            #expect((1...600).contains(seconds))
            // What was submitted of it has been taken back.
            while try await server.post("/v1/chat/completions", chat("Hello!")).status == 429 {}
            #expect(try await server.metric("vllm:num_requests_running") == 0)
        }
    }

    @Test func aClientThatLeavesStopsCosting() async throws {
        try await DemoServer.run { server in
            let endless = chat("Tell me a story.", [("stream", true), ("ignore_eos", true), ("max_tokens", 900)])
            for try await data in try await server.events(endless) where data.contains("content") { break }
            // The stream was dropped; the engine must come to rest long before 900 tokens.
            var metrics = try await server.get("/metrics")
            while DemoServer.value("vllm:num_requests_running", in: metrics) != 0 {
                metrics = try await server.get("/metrics")
            }
            let generated = try #require(DemoServer.value("vllm:generation_tokens_total", in: metrics))
            #expect(generated > 0 && generated < 900, "\(generated) tokens were generated for nobody")
        }
    }

    @Test func metricsHaveVLLMsNamesOnceEach() async throws {
        try await DemoServer.run { server in
            _ = try await server.post("/v1/chat/completions", chat("Hello!"))
            let metrics = try await server.get("/metrics")
            let names = [
                "vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc",
                "vllm:cache_config_info", "vllm:prompt_tokens_total", "vllm:generation_tokens_total",
                "vllm:prefix_cache_queries_total", "vllm:prefix_cache_hits_total",
                "vllm:time_to_first_token_seconds_count", "vllm:inter_token_latency_seconds_count",
                "vllm:e2e_request_latency_seconds_count", "vllm:request_queue_time_seconds_count",
            ]
            for name in names {
                let series = metrics.split(separator: "\n").filter {
                    $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")
                }
                #expect(series.count == 1, "\(name): \(series)")
            }
            #expect(DemoServer.value("vllm:generation_tokens_total", in: metrics) ?? 0 > 0)
        }
    }

    /// As the issue bounds it: 8 MB.
    @Test func theDemoModelIsSmall() throws {
        let path = TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect((size ?? .max) <= 8_000_000)
    }
}
