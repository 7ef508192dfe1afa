/// What became of a request with an idempotency key.
package enum IdempotencyState: Sendable {
    /// It is this caller's to do, who then says `complete` or `release`, and `renew` while it lasts.
    case claimed(IdempotencyClaim)
    /// It is being done elsewhere.
    case inProgress(retryAfterMs: Int64)
    /// It was done: this is the first answer.
    case replay(StoredAnswer)
    /// Another request came under the same key before.
    case differentRequest
}

/// The right to do a request, held by one server.
package struct IdempotencyClaim: Sendable {
    let id: String
    let secrets: IdempotencySecrets
    /// Owner and key digest, by which the row is found.
    let row: [SQLValue]
}

/// Keeps answers under `Idempotency-Key`, so that a request that is sent again is not done again.
///
/// All servers on one database agree: who inserts the row has the claim, and every later change of it names the claim
/// that it changes.
package struct IdempotencyStore: Sendable {
    let ledger: Ledger

    /// A claim that was not renewed for this long belongs to a server that died.
    package static let takeoverMs: Int64 = 60_000
    /// How long an answer is kept.
    package static let answerLifeMs: Int64 = 86_400_000
    package static let maximumKeyBytes = 255

    package init(_ ledger: Ledger) { self.ledger = ledger }

    /// Claims a request, or finds what became of it.
    /// - Parameters:
    ///   - owner: the tenant; each has keys of its own.
    ///   - key: the header as it was sent.
    package func claim(
        owner: String, key: String, request: RequestDigest
    ) async throws(IdempotencyError) -> IdempotencyState {
        guard Self.isKey(key) else { throw .badKey(length: key.utf8.count) }
        let secrets = IdempotencySecrets(owner: owner, key: key, request: request)
        let claim = IdempotencyClaim(
            id: Self.newID(), secrets: secrets, row: [.text(owner), .bytes(secrets.keyDigest)])
        do {
            let nowMs = ledger.nowMs()
            switch try await ledger.database.write({ try claim.take(nowMs: nowMs, in: $0) }) {
            case .state(let state): return state
            case .answer(let sealed, let status, let claim):
                return .replay(try secrets.open(sealed, claim: claim, status: status))
            }
        } catch {
            throw IdempotencyError(error)
        }
    }

    /// Keeps the answer; when it returns the answer survives a loss of power. Saying it again changes nothing.
    /// - Throws: `.lost` when the claim was taken over; then nothing is kept.
    package func complete(_ claim: IdempotencyClaim, with answer: StoredAnswer) async throws(IdempotencyError) {
        let size = answer.headers.reduce(answer.body.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= StoredAnswer.maximumBytes else { throw .answerTooLarge(bytes: size) }
        let sealed = try claim.secrets.seal(answer, claim: claim.id)
        do {
            let expiresMs = ledger.nowMs() + Self.answerLifeMs
            let kept = try await ledger.database.commit(within: nil) { session in
                try claim.keep(status: answer.status, sealed: sealed, expiresMs: expiresMs, in: session)
            }
            guard kept.value else { throw IdempotencyError.lost }
            try await ledger.database.flush(kept.mark)
        } catch {
            throw IdempotencyError(error)
        }
    }

    /// Frees the key, because nothing was done: whoever sends the request again does it. After `complete`, or after the
    /// claim was lost, it changes nothing.
    package func release(_ claim: IdempotencyClaim) async throws(IdempotencyError) {
        let delete = "DELETE FROM idempotency WHERE owner = $1 AND key_digest = $2 AND claim = $3 AND status IS NULL"
        do {
            _ = try await ledger.database.write { try $0.execute(delete, [claim.row + [.text(claim.id)]]) }
        } catch {
            throw IdempotencyError(error)
        }
    }

    /// A sign of life of a request that takes long: due well within `takeoverMs`.
    /// - Throws: `.lost` when the claim was taken over.
    package func renew(_ claim: IdempotencyClaim) async throws(IdempotencyError) {
        let update = """
            UPDATE idempotency SET claimed_ms = $4, expires_ms = $5
            WHERE owner = $1 AND key_digest = $2 AND claim = $3 AND status IS NULL
            """
        do {
            let nowMs = ledger.nowMs()
            let row = claim.row + [.text(claim.id), .integer(nowMs), .integer(nowMs + Self.answerLifeMs)]
            let renewed = try await ledger.database.write { try $0.execute(update, [row]) }
            guard renewed == 1 else { throw IdempotencyError.lost }
        } catch {
            throw IdempotencyError(error)
        }
    }

    /// Removes answers whose time is up, as many as one short transaction can.
    /// - Returns: how many there were; `limit` when there may be more.
    package func removeExpired(atMost limit: Int = 1000) async throws(IdempotencyError) -> Int {
        let delete = """
            DELETE FROM idempotency WHERE expires_ms <= $1 AND (owner, key_digest) IN (
                SELECT owner, key_digest FROM idempotency WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2)
            """
        do {
            let row: [SQLValue] = [.integer(ledger.nowMs()), SQLValue(max(0, limit))]
            return try await ledger.database.write { try $0.execute(delete, [row]) }
        } catch {
            throw IdempotencyError(error)
        }
    }

    /// Visible ASCII without blanks.
    private static func isKey(_ key: String) -> Bool {
        (1...maximumKeyBytes).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func newID() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }.hex
    }
}
