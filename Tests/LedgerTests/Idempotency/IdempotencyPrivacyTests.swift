import Ledger
import Testing

/// The database alone says nothing of requests and answers, and a changed row is not believed.
@Suite struct IdempotencyPrivacyTests {
    private static let canary = "canary-7f3a-never-at-rest"
    private static let request = RequestDigest(method: "POST", path: "/v1/chat/completions", body: Array(canary.utf8))
    private static let answer = StoredAnswer(
        status: 200, contentType: "text/" + canary, body: Array(canary.utf8), headers: ["x": canary])

    private static func fill(_ ledger: Ledger) async throws -> IdempotencyStore {
        let store = IdempotencyStore(ledger)
        for owner in ["acme", "local"] {
            let claim = try #require(try await store.claimed(request, owner: owner, key: canary))
            try await store.complete(claim, with: answer)
        }
        return store
    }

    private static func replay(_ store: IdempotencyStore, owner: String = "acme") async throws -> StoredAnswer? {
        let state = try await store.claim(owner: owner, key: canary, request: request)
        if case .replay(let answer) = state { return answer } else { return nil }
    }

    @Test(arguments: StoreKind.available) func nothingOfItIsReadable(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            _ = try await Self.fill(ledger)
            let rows = try await ledger.database.read { try $0.query("SELECT * FROM idempotency") }
            #expect(rows.count == 2)
            for value in rows.flatMap(\.values) {
                switch value {
                case .bytes(let bytes): #expect(!bytes.contains(Array(Self.canary.utf8)))
                case .text(let text): #expect(!text.contains("canary"))
                case .integer, .null: break
                }
            }
            // No two owners share a digest or a sealed answer, so equal requests cannot be told.
            let digests = try rows.flatMap { [try $0.bytes(1), try $0.bytes(2), try $0.bytes(7)] }
            #expect(Set(digests).count == digests.count)
            // What an outsider can compute from the request alone is not there.
            #expect(!digests.contains(Self.request.bytes))
        }
    }

    @Test(arguments: StoreKind.available) func aChangedRowIsNotBelieved(_ kind: StoreKind) async throws {
        let changes = [
            "status = 201", "claim = 'x'",
            "sealed = (SELECT sealed FROM idempotency WHERE owner = 'local')",
        ]
        for change in changes {
            try await TestLedger.with(kind) { _, ledger in
                let store = try await Self.fill(ledger)
                #expect(try await Self.replay(store) == Self.answer)
                try await ledger.database.write {
                    _ = try $0.execute("UPDATE idempotency SET \(change) WHERE owner = 'acme'")
                }
                await #expect(throws: IdempotencyError.damaged) { try await Self.replay(store) }
                #expect(try await Self.replay(store, owner: "local") == Self.answer)
            }
        }
    }

    /// Every byte of an answer comes back.
    @Test func answersComeBackWhole() async throws {
        try await TestLedger.with(.sqlite) { _, ledger in
            let store = IdempotencyStore(ledger)
            let answers = [
                StoredAnswer(status: 100, contentType: "", body: []),
                StoredAnswer(
                    status: 599, contentType: "ü", body: Array(0...255), headers: ["": "", "a": "b", "b": "1"]),
                StoredAnswer(
                    status: 200, contentType: "x", body: Array(repeating: 7, count: StoredAnswer.maximumBytes)),
            ]
            for (number, answer) in answers.enumerated() {
                let body = RequestDigest(method: "POST", path: "/\(number)", body: [])
                let claim = try #require(try await store.claimed(body, key: "\(number)"))
                try await store.complete(claim, with: answer)
                guard case .replay(let found) = try await store.claim(owner: "acme", key: "\(number)", request: body)
                else {
                    Issue.record("no replay")
                    continue
                }
                #expect(found == answer)
            }
        }
    }
}
