import JSON
import OpenAI
import Testing
import WebServer
import WebTestSupport
import WorkerAPI

@Suite(.timeLimit(.minutes(10))) struct RouteTests {
    @Test func theWorkerDescribesItself() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand)) { server in
            let answer = try await server.get("/gleaner/worker")
            #expect(answer.status == 200)
            let expected = #"""
                {"protocol":1,"id":"fake-worker","kind":"fake","models":[{"id":"demo","context_length":64,\#
                "max_sequences":2,"max_waiting":3,"kv_tokens":640,"created":1,"quantization":null,"vocab_size":null}],\#
                "profile":{"prefill_tokens_per_second":1000.0,"step_seconds":0.5,"step_seconds_per_sequence":0.0,\#
                "step_seconds_per_context_token":0.0},"prefix_chunk_tokens":64,"sequences":1}
                """#
            #expect(answer.body == expected)
        }
    }

    @Test func thePlainAPIIsThere() async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestWorkerServer.running(worker) { server in
            #expect(try await server.get("/v1/models").json["data"]?.array?.first?["id"] == "demo")
            #expect(try await server.get("/metrics").body.contains("http_connections_open"))
            #expect(try await server.get("/health").status == 200)
            worker.setReady(false)
            #expect(try await server.get("/health").status == 503)
            let chat = #"{"model":"demo","messages":[{"role":"user","content":"Hi"}]"#
            let whole = try await server.post("/v1/chat/completions", chat + "}")
            #expect(try whole.json["choices"]?.array?.first?["message"]?["content"] == "Hello")
            let streamed = try await server.post("/v1/chat/completions", chat + #","stream":true}"#)
            #expect(streamed.events.last == "[DONE]" && !streamed.body.contains("token_ids"))
            let text = try await server.post("/v1/completions", #"{"model":"demo","prompt":"x"}"#)
            #expect(try text.json["choices"]?.array?.first?["text"] == "Hello")
        }
    }

    @Test func promptsAreTokenized() async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker) { server in
            for prompt in [#""prompt":"Hi""#, #""messages":[{"role":"user","content":"Hi"}]"#] {
                let answer = try await server.post("/tokenize", #"{"model":"demo",\#(prompt)}"#)
                #expect(answer.body == #"{"count":3,"max_model_len":64,"tokens":[1,2,3]}"#)
            }
            #expect(worker.prepared.map(\.prompt).first == .text(["Hi"]))
            #expect(worker.generations.isEmpty, "nothing runs")
            for body in ["{}", "[]", "{", #"{"model":"demo"}"#, #"{"model":"demo","prompt":"x","n":1}"#] {
                #expect(try await server.post("/tokenize", body).status == 400, "\(body)")
            }
        }
        let refusal = APIError.modelNotFound("other")
        try await TestWorkerServer.running(FakeWorker(.refuse(refusal))) { server in
            let answer = try await server.post("/tokenize", #"{"model":"other","prompt":"x"}"#)
            #expect(answer.status == 404)
        }
    }

    @Test func otherMethodsAndPathsAreRefused() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand)) { server in
            for path in ["/gleaner/worker", "/gleaner/load", "/metrics", "/v1/models", "/health"] {
                let answer = try await server.post(path, "{}")
                #expect(answer.status == 405 && answer["allow"] == "GET, HEAD, OPTIONS", "\(path)")
            }
            for path in ["/drain", "/tokenize", "/v1/completions", "/v1/chat/completions"] {
                #expect(try await server.get(path).status == 405, "\(path)")
            }
            for path in ["/", "/gleaner", "/v1/billing/requests"] {
                #expect(try await server.get(path).status == 404, "\(path)")
            }
        }
    }

    @Test func bodiesHaveALimit() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1000
        try await TestWorkerServer.running(FakeWorker(.byHand), limits: limits) { server in
            for path in ["/v1/completions", "/v1/chat/completions", "/tokenize", "/drain"] {
                let answer = try await server.post(path, String(repeating: " ", count: 1001))
                #expect(answer.status == 413, "\(path)")
            }
        }
    }
}
