import Ledger
import Testing

/// A request under one key is done once, whoever asks and however often, on both databases.
@Suite struct IdempotencyTests {
    private static let request = RequestDigest(method: "POST", path: "/v1/chat/completions", body: Array("hello".utf8))
    private static let answer = StoredAnswer(
        status: 200, contentType: "application/json", body: Array("the answer".utf8), headers: ["x-request-id": "r1"])

    @Test(arguments: StoreKind.available) func theFirstAnswerIsReplayedForADay(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let store = IdempotencyStore(ledger)
            let claim = try await store.mustClaim(Self.request)
            try await store.complete(claim, with: Self.answer)
            // Saying it again, or letting go too late, changes nothing.
            try await store.complete(claim, with: StoredAnswer(status: 500, contentType: "", body: []))
            try await store.release(claim)
            test.clock.advance(ms: IdempotencyStore.answerLifeMs - 1)
            #expect(try await store.replay(Self.request) == Self.answer)
            test.clock.advance(ms: 1)
            _ = try await store.mustClaim(Self.request)
        }
    }

    @Test(arguments: StoreKind.available) func aHundredAtOnceAreDoneOnce(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            try await test.open { other in
                let stores = [IdempotencyStore(ledger), IdempotencyStore(other)]
                let claims = try await withThrowingTaskGroup(of: IdempotencyClaim?.self) { group in
                    for number in 0..<100 {
                        group.addTask { try await stores[number % 2].claimed(Self.request) }
                    }
                    return try await group.reduce(into: [IdempotencyClaim]()) { if let claim = $1 { $0.append(claim) } }
                }
                #expect(claims.count == 1)
                try await stores[0].complete(try #require(claims.first), with: Self.answer)
                for store in stores { #expect(try await store.replay(Self.request) == Self.answer) }
                #expect(try await ledger.count("idempotency") == 1)
            }
        }
    }

    @Test(arguments: StoreKind.available) func anotherRequestIsRefused(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let store = IdempotencyStore(ledger)
            let others = [
                RequestDigest(method: "POST", path: "/v1/chat/completions", body: Array("hello!".utf8)),
                RequestDigest(method: "POST", path: "/v1/chat/completionsh", body: Array("ello".utf8)),
                RequestDigest(method: "PUT", path: "/v1/chat/completions", body: Array("hello".utf8)),
            ]
            let claim = try await store.mustClaim(Self.request)
            for _ in 0..<2 {
                for other in others {
                    let state = try await store.claim(owner: "acme", key: "k", request: other)
                    guard case .differentRequest = state else {
                        Issue.record("\(state)")
                        continue
                    }
                }
                // Nor does a dead holder free the key for another request.
                test.clock.advance(ms: IdempotencyStore.takeoverMs)
            }
            try await store.complete(claim, with: Self.answer)
            #expect(try await store.replay(Self.request) == Self.answer)
            // Another tenant's key is another key.
            #expect(try await store.claimed(Self.request, owner: "local") != nil)
        }
    }

    @Test(arguments: StoreKind.available) func aClaimOfADeadServerIsTakenOver(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let store = IdempotencyStore(ledger)
            let first = try await store.mustClaim(Self.request)
            test.clock.advance(ms: IdempotencyStore.takeoverMs - 1)
            try await store.renew(first)
            test.clock.advance(ms: IdempotencyStore.takeoverMs - 1)
            guard
                case .inProgress(retryAfterMs: 1) = try await store.claim(
                    owner: "acme", key: "k", request: Self.request)
            else {
                Issue.record("a renewed claim was given away")
                return
            }
            test.clock.advance(ms: 1)
            let second = try await store.mustClaim(Self.request)
            await #expect(throws: IdempotencyError.lost) { try await store.renew(first) }
            await #expect(throws: IdempotencyError.lost) { try await store.complete(first, with: Self.answer) }
            try await store.release(first)
            let other = StoredAnswer(status: 201, contentType: "text/plain", body: [0, 255])
            try await store.complete(second, with: other)
            #expect(try await store.replay(Self.request) == other)
            await #expect(throws: IdempotencyError.lost) { try await store.complete(first, with: Self.answer) }
        }
    }

    /// Of many servers that find the holder dead at once, one takes over.
    @Test(arguments: StoreKind.available) func oneOfManyTakesOver(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            try await test.open { other in
                let stores = [IdempotencyStore(ledger), IdempotencyStore(other)]
                _ = try await stores[0].mustClaim(Self.request)
                for waitMs in [IdempotencyStore.takeoverMs, IdempotencyStore.answerLifeMs] {
                    test.clock.advance(ms: waitMs)
                    let claims = try await withThrowingTaskGroup(of: IdempotencyClaim?.self) { group in
                        for number in 0..<20 {
                            group.addTask { try await stores[number % 2].claimed(Self.request) }
                        }
                        return try await group.reduce(into: [IdempotencyClaim]()) {
                            if let claim = $1 { $0.append(claim) }
                        }
                    }
                    #expect(claims.count == 1)
                    try await stores[1].renew(try #require(claims.first))
                }
            }
        }
    }

    @Test(arguments: StoreKind.available) func aReleasedKeyIsFree(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let store = IdempotencyStore(ledger)
            try await store.release(try await store.mustClaim(Self.request))
            #expect(try await ledger.count("idempotency") == 0)
            let other = RequestDigest(method: "POST", path: "/", body: [])
            try await store.complete(try await store.mustClaim(other), with: Self.answer)
        }
    }

    @Test(arguments: StoreKind.available) func expiredAnswersAreRemovedInBatches(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let store = IdempotencyStore(ledger)
            for number in 0..<5 {
                try await store.complete(store.mustClaim(Self.request, key: "\(number)"), with: Self.answer)
            }
            test.clock.advance(ms: IdempotencyStore.answerLifeMs)
            let young = try await store.mustClaim(Self.request, key: "young")
            var removed: [Int] = []
            for _ in 0..<4 { removed.append(try await store.removeExpired(atMost: 2)) }
            #expect(removed == [2, 2, 1, 0])
            #expect(try await ledger.count("idempotency") == 1)
            try await store.renew(young)
        }
    }

    @Test(arguments: StoreKind.available) func keysAreVisibleASCII(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let store = IdempotencyStore(ledger)
            for key in ["", "a b", "tab\t", "ü", "\u{7F}", String(repeating: "k", count: 256)] {
                await #expect(throws: IdempotencyError.badKey(length: key.utf8.count)) {
                    try await store.claim(owner: "acme", key: key, request: Self.request)
                }
            }
            for key in ["!", "~", String(repeating: "k", count: 255)] {
                _ = try await store.mustClaim(Self.request, key: key)
            }
            let claim = try await store.mustClaim(Self.request)
            let large = StoredAnswer(
                status: 200, contentType: "", body: Array(repeating: 0, count: StoredAnswer.maximumBytes + 1))
            await #expect(throws: IdempotencyError.answerTooLarge(bytes: StoredAnswer.maximumBytes + 1)) {
                try await store.complete(claim, with: large)
            }
        }
    }
}

extension IdempotencyStore {
    /// Nil when it is done elsewhere or was done.
    func claimed(_ request: RequestDigest, owner: String = "acme", key: String = "k") async throws -> IdempotencyClaim?
    {
        if case .claimed(let claim) = try await claim(owner: owner, key: key, request: request) { claim } else { nil }
    }

    func mustClaim(_ request: RequestDigest, key: String = "k") async throws -> IdempotencyClaim {
        try #require(try await claimed(request, key: key))
    }

    func replay(_ request: RequestDigest) async throws -> StoredAnswer? {
        if case .replay(let answer) = try await claim(owner: "acme", key: "k", request: request) { answer } else { nil }
    }
}
