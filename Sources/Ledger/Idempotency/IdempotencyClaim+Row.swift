// The claim's row. Each statement names the state that it changes, so that of several servers one succeeds.

/// What a look at the row gave. An answer is opened after the transaction, which is no place for megabytes of AES.
enum IdempotencyLook: Sendable {
    case state(IdempotencyState)
    case answer(sealed: [UInt8], status: Int, claim: String)
}

extension IdempotencyClaim {
    /// Takes the row if it is free, or says what it holds.
    func take(nowMs: Int64, in session: any SQLSession) throws -> IdempotencyLook {
        let insert = """
            INSERT INTO idempotency (owner, key_digest, request_digest, claim, claimed_ms, expires_ms)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """
        let values: [SQLValue] =
            row + [
                .bytes(secrets.requestDigest), .text(id), .integer(nowMs),
                .integer(nowMs + IdempotencyStore.answerLifeMs),
            ]
        // A row that is removed between two of our statements is rare, one that comes and goes between four is not
        // ours to wait for.
        for _ in 0..<2 {
            if try session.execute(insert, [values]) == 1 { return .state(.claimed(self)) }
            guard let held = try HeldClaim.read(row, in: session) else { continue }
            return try take(from: held, values, nowMs: nowMs, in: session)
        }
        return .state(.inProgress(retryAfterMs: 1000))
    }

    private func take(
        from held: HeldClaim, _ values: [SQLValue], nowMs: Int64, in session: any SQLSession
    ) throws -> IdempotencyLook {
        let isOver = held.expiresMs <= nowMs
        guard isOver || held.requestDigest == secrets.requestDigest else {
            return .state(.differentRequest)
        }
        if !isOver, let answer = held.answer {
            return .answer(sealed: answer.sealed, status: answer.status, claim: held.claim)
        }
        let leftMs = held.claimedMs + IdempotencyStore.takeoverMs - nowMs
        guard isOver || leftMs <= 0 else { return .state(.inProgress(retryAfterMs: min(leftMs, 1000))) }
        let update = """
            UPDATE idempotency SET request_digest = $3, claim = $4, claimed_ms = $5, expires_ms = $6, status = NULL,
                sealed = NULL
            WHERE owner = $1 AND key_digest = $2 AND claim = $7 AND claimed_ms = $8 AND expires_ms = $9
            """
        let old: [SQLValue] = [.text(held.claim), .integer(held.claimedMs), .integer(held.expiresMs)]
        let taken = try session.execute(update, [values + old]) == 1
        return .state(taken ? .claimed(self) : .inProgress(retryAfterMs: 1000))
    }

    /// - Returns: false when the claim is no longer held.
    func keep(status: Int, sealed: [UInt8], expiresMs: Int64, in session: any SQLSession) throws -> Bool {
        let update = """
            UPDATE idempotency SET status = $4, sealed = $5, expires_ms = $6
            WHERE owner = $1 AND key_digest = $2 AND claim = $3 AND status IS NULL
            """
        let values = row + [.text(id), SQLValue(status), .bytes(sealed), .integer(expiresMs)]
        if try session.execute(update, [values]) == 1 { return true }
        guard let held = try HeldClaim.read(row, in: session) else { return false }
        return held.claim == id && held.answer != nil
    }
}

/// What the row of a key holds.
private struct HeldClaim {
    let requestDigest: [UInt8]
    let claim: String
    let claimedMs: Int64
    let expiresMs: Int64
    let answer: (status: Int, sealed: [UInt8])?

    static func read(_ row: [SQLValue], in session: any SQLSession) throws -> HeldClaim? {
        let query = """
            SELECT request_digest, claim, claimed_ms, expires_ms, status, sealed FROM idempotency
            WHERE owner = $1 AND key_digest = $2
            """
        return try session.first(query, row).map { try HeldClaim(row: $0) }
    }

    private init(row: SQLRow) throws(StoreError) {
        requestDigest = try row.bytes(0)
        claim = try row.text(1)
        claimedMs = try row.integer(2)
        expiresMs = try row.integer(3)
        if let status = try row.optionalInteger(4) {
            answer = (Int(status), try row.bytes(5))
        } else {
            answer = nil
        }
    }
}
