import JSON
import OpenAI
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct CompletionTests {
    private static let script: [GenerationEvent] = [
        .started(promptTokens: 3, cachedTokens: 2), .delta(choice: 0, text: "", completionTokens: 2, tokenIDs: [11]),
        .delta(choice: 0, text: "Hi", completionTokens: 4, tokenIDs: [12, 13]),
        .finished(choice: 0, reason: .stop, completionTokens: 4),
    ]

    /// What a gateway sends reaches the worker as it was sent.
    @Test func membersReachTheWorker() async throws {
        let worker = FakeWorker(.events(Self.script))
        try await TestWorkerServer.running(worker) { server in
            let members =
                #","n":1,"seed":-5,"priority":7,"cache_salt":"tenant-1","gleaner_resume":[9,8],"max_tokens":20,"#
                + #""temperature":0.5,"stop":["x"],"logit_bias":{"4":-1},"ignore_eos":true"#
            let answer = try await server.post(
                "/v1/completions", TestWorkerServer.body(members), headers: "x-request-id: mine-7\r\n")
            #expect(answer.status == 200 && answer["x-request-id"] == "mine-7")
            let request = try #require(worker.prepared.first)
            #expect(request.prompt == .tokens([[1, 2, 3]]) && request.resumed == [9, 8])
            #expect(request.requestID == "mine-7")
            #expect(request.priority == 7 && request.cacheSalt == "tenant-1" && request.returnsTokenIDs)
            #expect(request.sampling == SamplingOptions(temperature: 0.5, logitBias: [4: -1], seed: -5))
            #expect(request.maxTokens == 20 && request.stop == ["x"] && request.ignoreEOS)
        }
    }

    /// Every token is in some chunk; what a gateway needs beside it stands in `gleaner`.
    @Test func chunksCarryTokens() async throws {
        try await TestWorkerServer.running(FakeWorker(.events(Self.script))) { server in
            let answer = try await server.post("/v1/completions", TestWorkerServer.body())
            var events = answer.events
            #expect(events.popLast() == "[DONE]" && answer["content-type"] == "text/event-stream")
            let chunks = try events.map { try JSON.parse($0) }
            let choices = chunks.compactMap { $0["choices"]?.array?.first }
            #expect(choices.map { $0["token_ids"] } == [[], [11], [12, 13], []])
            #expect(choices.map { $0["text"] } == ["", "", "Hi", ""])
            #expect(chunks[0]["gleaner"] == ["prompt_tokens": 3, "cached_tokens": 2])
            #expect(chunks[1]["gleaner"] == ["shown": 2] && chunks[2]["gleaner"] == ["shown": 4])
            #expect(choices[3]["finish_reason"] == "stop")
            #expect(chunks[4]["usage"]?["completion_tokens"] == 4)
            #expect(chunks[4]["gleaner"] == ["prefilled_tokens": 3, "generated_tokens": 4])
        }
    }

    @Test func failureIsTheLastEvent() async throws {
        let failure = APIError.overloaded(retryAfterSeconds: 3)
        let worker = FakeWorker(.events([.started(promptTokens: 3, cachedTokens: 0)], error: failure))
        try await TestWorkerServer.running(worker) { server in
            let events = try await server.post("/v1/completions", TestWorkerServer.body()).events
            #expect(try JSON.parse(events.last ?? "")["error"]?["code"] == "server_is_overloaded")
        }
    }

    /// The client goes: the worker hears of it.
    @Test func aClientThatGoesIsNoticed() async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
        }
    }

    @Test(arguments: [
        (#","gleaner_resume":[-1]"#, "gleaner_resume[0]"), (#","gleaner_resume":[2147483648]"#, "gleaner_resume[0]"),
        (#","gleaner_resume":{}"#, "gleaner_resume"), (#","n":2"#, "return_token_ids"),
        (#","priority":1e99"#, "priority"), (#","no_such_thing":1"#, "no_such_thing"),
    ])
    func badMembersAreRefused(_ members: String, _ param: String) async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker) { server in
            let answer = try await server.post("/v1/completions", TestWorkerServer.body(members))
            #expect(answer.status == 400)
            #expect(try answer.json["error"]?["param"] == .string(param))
            #expect(worker.prepared.count == 0)
        }
    }

    /// Prompt and resumed tokens together must fit the context of 64.
    @Test(arguments: [(61, 200), (62, 400)]) func resumedTokensBelongToTheContext(
        _ count: Int, _ status: Int
    ) async throws {
        let worker = FakeWorker(.events(Self.script))
        try await TestWorkerServer.running(worker) { server in
            let tokens = Array(repeating: 5, count: count)
            let body = TestWorkerServer.body(#","max_tokens":100,"gleaner_resume":\#(tokens)"#)
            let answer = try await server.post("/v1/completions", body)
            #expect(answer.status == status)
            #expect(status == 200 || answer.errorCode == "context_length_exceeded")
            #expect(worker.generations.count == (status == 200 ? 1 : 0))
        }
    }

    @Test func refusalsOfTheWorkerKeepTheirStatus() async throws {
        try await TestWorkerServer.running(FakeWorker(.refuse(.overloaded(retryAfterSeconds: 4)))) { server in
            let answer = try await server.post("/v1/completions", TestWorkerServer.body())
            #expect(answer.status == 429 && answer["retry-after"] == "4")
        }
    }

    @Test func chatsTakeNoInternalMembers() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand)) { server in
            let chat = #"{"model":"demo","messages":[{"role":"user","content":"Hi"}],"cache_salt":"x"}"#
            let answer = try await server.post("/v1/chat/completions", chat)
            #expect(answer.errorCode == "unknown_parameter")
        }
    }
}
