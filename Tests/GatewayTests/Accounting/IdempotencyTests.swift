import Ledger
import OpenAI
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct IdempotencyTests {
    private static let header = "idempotency-key: 2b1f\r\n"

    @Test(arguments: ["", #","stream":true"#])
    func theFirstAnswerIsGivenAgain(_ mode: String) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let first = try await server.chat(mode, headers: Self.header)
            let second = try await server.chat(mode, headers: Self.header)
            #expect(first.status == 200 && first["idempotent-replayed"] == nil)
            #expect(second.status == 200 && second["idempotent-replayed"] == "true")
            #expect(second.body == first.body && second["content-type"] == first["content-type"])
            #expect(second["x-generation-id"] == first["x-generation-id"])
            #expect(worker.generations.count == 1)
            #expect(try await server.ledger.usageLines().count == 1)
        }
    }

    @Test(arguments: ["", #","stream":true"#])
    func aHundredAtOnceCostOneGeneration(_ mode: String) async throws {
        let worker = FakeWorker(.talk(words: 20))
        try await TestServer.running(worker) { server in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let answer = try await server.chat(mode, headers: Self.header)
                        #expect(answer.status == 200)
                        return answer.body
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies.count == 1 && worker.generations.count == 1)
            #expect(try await server.ledger.usageLines().count == 1)
        }
    }

    /// 128 wait; nobody is answered before the first one ends but the one who is too many.
    @Test func onlySoManyWaitForOneKey() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            async let first = server.chat(headers: Self.header)
            #expect(await worker.happening() == .started(model: "demo"))
            try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                for _ in 0..<129 { group.addTask { try await server.chat(headers: Self.header) } }
                let refused = try #require(try await group.next())
                #expect(refused.status == 409 && refused.body.contains("idempotency_key_in_use"))
                #expect(refused.body.contains("128 requests") && refused["retry-after"] == "10")
                for event in FakeWorker.hello { worker.generations[0].yield(event) }
                worker.generations[0].finish()
                for try await answer in group {
                    #expect(answer.status == 200 && answer["idempotent-replayed"] == "true")
                }
            }
            #expect(try await first.status == 200 && worker.generations.count == 1)
        }
    }

    @Test func anotherBodyUnderTheSameKeyIsRefused() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            #expect(try await server.chat(headers: Self.header).status == 200)
            let other = try await server.chat(#","max_tokens":7"#, headers: Self.header)
            #expect(other.status == 422 && other.body.contains("idempotency_key_reused"))
        }
    }

    @Test func tenantsHaveKeysOfTheirOwn() async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let keys = [try await server.ledger.addBuyer("one"), try await server.ledger.addBuyer("two")]
            for key in keys {
                let answer = try await server.chat(headers: Self.header + "authorization: Bearer \(key.text)\r\n")
                #expect(answer.status == 200 && answer["idempotent-replayed"] == nil)
            }
            #expect(worker.generations.count == 2)
        }
    }

    @Test func whatSaysLaterIsNotKept() async throws {
        let refusal = APIError.overloaded(retryAfterSeconds: 1)
        try await TestServer.running(FakeWorker(.refuse(refusal))) { server in
            for _ in 0..<2 {
                let answer = try await server.chat(headers: Self.header)
                #expect(answer.status == 429 && answer["idempotent-replayed"] == nil)
            }
        }
    }

    @Test func aMistakeIsAnsweredAlike() async throws {
        try await TestServer.running(FakeWorker(.refuse(.modelNotFound("x")))) { server in
            let first = try await server.chat(headers: Self.header)
            let second = try await server.chat(headers: Self.header)
            #expect(first.status == 404 && second.status == 404 && second.body == first.body)
        }
    }

    @Test(arguments: ["", #","stream":true"#])
    func anAnswerThatFailedIsNotGivenAgain(_ mode: String) async throws {
        let worker = FakeWorker(.events([FakeWorker.hello[0], FakeWorker.hello[1]], error: APIError.internalFailure))
        try await TestServer.running(worker) { server in
            for number in 1...2 {
                let answer = try await server.chat(mode, headers: Self.header)
                #expect(answer.body.contains("internal_error") && answer["idempotent-replayed"] == nil)
                #expect(worker.generations.count == number)
            }
        }
    }

    @Test func aStreamWhoseClientLeftMayBeTriedAgain() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#), headers: Self.header)
                _ = await worker.happening()
                worker.generations[0].yield(FakeWorker.hello[0])
                worker.generations[0].yield(FakeWorker.hello[1])
                _ = try await client.read(through: "Hel")
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
            async let again = server.chat(#","stream":true"#, headers: Self.header)
            #expect(await worker.happening() == .started(model: "demo"))
            for event in FakeWorker.hello { worker.generations[1].yield(event) }
            worker.generations[1].finish()
            #expect(try streamedText(try await again) == "Hello")
        }
    }

    @Test(arguments: ["", "with blank", "\u{e9}", String(repeating: "k", count: 256)])
    func whatIsNoKeyIsRefused(_ key: String) async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let answer = try await server.chat(headers: "idempotency-key: \(key)\r\n")
            #expect(answer.status == 400 && answer.body.contains("invalid_idempotency_key"))
        }
    }
}
