import Gateway
import JSON
import Ledger
import OpenAI
import Testing
import WebTestSupport

/// What a request carries to its worker besides its body, and what is told of it while it is under way.
@Suite(.timeLimit(.minutes(10))) struct ObjectiveTests {
    @Test(arguments: [
        ("", Objectives()),
        ("x-llm-d-slo-ttft-ms: 250\r\n", Objectives(timeToFirstToken: 0.25)),
        ("x-llm-d-slo-tpot-ms: 12.5\r\n", Objectives(interToken: 0.0125)),
        (
            "x-llm-d-slo-ttft-ms: 1\r\nx-gleaner-ttft-ms: 400\r\nx-gleaner-queue-timeout-ms: 3000\r\n",
            Objectives(timeToFirstToken: 0.4, queueLimit: 3)
        ),
    ])
    func objectivesAreRead(_ headers: String, _ expected: Objectives) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let answer = try await server.chat(headers: headers)
            #expect(answer.status == 200)
            #expect(worker.prepared.first?.objectives == expected)
        }
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "1e99", "soon", "1;2", ""])
    func whatIsNoTimeIsRefused(_ value: String) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let answer = try await server.chat(headers: "x-gleaner-tpot-ms: \(value)\r\n")
            #expect(answer.status == 400 && answer.body.contains("x-gleaner-tpot-ms"))
            #expect(worker.prepared.isEmpty)
        }
    }

    /// Whose request it is comes from the key; what a client says of it in headers that workers know changes nothing.
    @Test func theTenantIsTheKeys() async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let key = try await server.ledger.addBuyer(credit: "1")
            let headers =
                "authorization: Bearer \(key.text)\r\nx-llm-d-inference-fairness-id: other\r\n"
                + "x-llm-d-inference-objective: premium\r\nx-request-id: mine-7\r\n"
            #expect(try await server.chat(headers: headers).status == 200)
            let request = try #require(worker.prepared.first)
            #expect(request.tenant == "acme" && request.cacheSalt == "acme" && request.priority == 0)
            #expect(request.requestID == "mine-7")
        }
    }

    @Test(arguments: ["return_token_ids", "cache_salt", "gleaner_resume", "priority", "kv_transfer_params"])
    func membersForWorkersAreRefused(_ name: String) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let answer = try await server.chat(#","\#(name)":1"#)
            #expect(answer.status == 400 && answer.body.contains(name))
        }
    }

    /// A tenant can ask where its request is; another's is none.
    @Test func aRequestUnderWayCanBeAskedFor() async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        worker.setStanding(
            RequestStanding(phase: .queued, reason: "3 requests go first", startsIn: 1.5, moves: 1))
        try await TestServer.running(worker) { server in
            let acme = try await server.ledger.addBuyer(credit: "1").text
            let other = try await server.ledger.addBuyer("other", credit: "1").text
            let answer = try await server.get("/v1/requests/mine-7", headers: "authorization: Bearer \(acme)\r\n")
            let body = try JSON.parse(answer.body)
            #expect(body["id"] == "mine-7" && body["status"] == "queued" && body["reason"] == "3 requests go first")
            #expect(body["starts_in_seconds"] == 1.5 && body["moves"] == 1)
            let foreign = try await server.get("/v1/requests/mine-7", headers: "authorization: Bearer \(other)\r\n")
            #expect(foreign.status == 404)
            worker.setStanding(nil)
            let none = try await server.get("/v1/requests/x", headers: "authorization: Bearer \(acme)\r\n")
            #expect(none.status == 404 && none.body.contains("under way"))
            #expect(try await server.get("/v1/requests/x").status == 401)
        }
    }
}
