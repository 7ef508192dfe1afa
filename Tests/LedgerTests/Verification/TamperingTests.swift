import Ledger
import Testing

/// Every change of a number or a name that counts is found, at its place.
@Suite struct TamperingTests {
    /// A change, and where it must be found.
    private struct Case {
        let sql: String
        let step: VerificationStep
        /// What the place must contain.
        let place: String
        /// What the name of the value must contain.
        let what: String

        init(_ sql: String, _ step: VerificationStep, _ place: String, _ what: String = "") {
            self.sql = sql
            self.step = step
            self.place = place
            self.what = what
        }
    }

    /// The rows that are changed.
    private struct Victim {
        let request = RandomDay.plainID
        let tenant = "acme"
        let worker = "w0"
        let entry: Int64
        /// The last entry.
        let last: Int64

        init(_ session: any SQLSession) throws {
            entry = try session.first("SELECT number FROM entries WHERE id = 'request:plain'")?.integer(0) ?? 0
            last = try session.first("SELECT entry FROM ledger_head")?.integer(0) ?? 0
        }
    }

    @Test(arguments: StoreKind.available) func entries(_ kind: StoreKind) async throws {
        try await check(kind) { victim in
            let (place, at) = ("entry \(victim.entry)", "WHERE entry = \(victim.entry)")
            let number = "WHERE number = \(victim.entry)"
            let undo = "UPDATE entries SET"
            return [
                Case("\(undo) id = 'request:x' \(number)", .entries, place, "hash"),
                Case("\(undo) kind = 'deposit' \(number)", .entries, place, "hash"),
                Case("\(undo) kind = 'gift' \(number)", .entries, place),
                Case("\(undo) time_ms = time_ms + 1 \(number)", .entries, place, "hash"),
                Case("\(undo) hash = (SELECT hash FROM ledger_head) \(number)", .entries, place, "hash"),
                Case("\(undo) reverses = 'deposit:start' \(number)", .entries, place, "hash"),
                Case("\(undo) reverses = NULL WHERE kind = 'reversal'", .entries, "entry", "hash"),
                Case("UPDATE postings SET amount = amount + 1 \(at) AND line = 0", .entries, place, "sum"),
                Case(
                    "UPDATE postings SET amount = amount + CASE line WHEN 0 THEN 1 ELSE -1 END \(at) AND line < 2",
                    .entries, place, "hash"),
                Case("UPDATE postings SET account = 'tenant:local' \(at) AND line = 0", .entries, place, "hash"),
                Case("UPDATE postings SET account = 'nobody' \(at) AND line = 0", .entries, place),
                Case("UPDATE postings SET line = 9 \(at) AND line = 1", .entries, place),
                Case("DELETE FROM postings \(at)", .entries, place, "sum"),
                // Two postings that cancel out change no sum and no hash.
                Case(
                    """
                    INSERT INTO postings SELECT entry, 10 + n, account, n
                    FROM postings, (SELECT 1 AS n UNION SELECT -1) AS s \(at) AND line = 0
                    """, .entries, place),
                Case(
                    "DELETE FROM postings \(at); DELETE FROM entries \(number)", .entries, place, "number"),
                Case(
                    """
                    DELETE FROM postings WHERE entry = \(victim.last);
                    DELETE FROM entries WHERE number = \(victim.last)
                    """,
                    .entries, "entry \(victim.last)"),
                Case("UPDATE ledger_head SET hash = 'x'", .entries, "ledger_head", "hash"),
                Case("UPDATE ledger_head SET entry = entry - 1", .entries, "ledger_head", "number"),
                Case("UPDATE ledger_head SET entry = entry + 1", .entries, "entry \(victim.last + 1)"),
            ]
        }
    }

    @Test(arguments: StoreKind.available) func balancesAndReservations(_ kind: StoreKind) async throws {
        try await check(kind) { victim in
            let tenant = "WHERE account = 'tenant:\(victim.tenant)'"
            let open = "WHERE request_id = 'open-0'"
            return [
                Case("UPDATE balances SET balance = '1' \(tenant)", .balances, "tenant:\(victim.tenant)", "balance"),
                Case("UPDATE balances SET balance = 'x' \(tenant)", .balances, "tenant:\(victim.tenant)"),
                Case("UPDATE balances SET account = 'tenant:x' \(tenant)", .balances, "tenant:", "balance"),
                Case("DELETE FROM balances \(tenant)", .balances, "tenant:\(victim.tenant)", "balance"),
                Case("UPDATE reservations SET amount = '1' \(open)", .reservations, "open-0", "amount"),
                Case("UPDATE reservations SET prompt_tokens = 1000000 \(open)", .reservations, "open-0"),
                Case("UPDATE reservations SET output_tokens = 1000000 \(open)", .reservations, "open-0"),
                Case("UPDATE reservations SET price_version = 77 \(open)", .reservations, "open-0", "price version"),
                Case("UPDATE reservations SET model = 'other' \(open)", .reservations, "open-0"),
                Case("UPDATE reservations SET tenant = 'local' \(open)", .reservations, "meter tenant:", "reserved"),
                Case("UPDATE reservations SET key_id = 'k' \(open)", .reservations, "meter", "reserved"),
                Case("DELETE FROM reservations \(open)", .reservations, "meter", "reserved"),
                Case(
                    "UPDATE meters SET reserved = '5' WHERE id = 'tenant:acme'", .reservations, "tenant:acme",
                    "reserved"),
                Case(
                    "UPDATE meters SET open_requests = 9 WHERE id = 'tenant:beta'", .reservations, "tenant:beta",
                    "reserved"),
                Case("DELETE FROM meters", .reservations, "meter", "reserved"),
            ]
        }
    }

    @Test(arguments: StoreKind.available) func usage(_ kind: StoreKind) async throws {
        try await check(kind) { victim in
            let (at, request) = ("WHERE request_id = '\(victim.request)'", "request '\(victim.request)'")
            func set(_ change: String, _ step: VerificationStep, _ place: String, _ what: String) -> Case {
                Case("UPDATE usage_lines SET \(change) \(at)", step, place, what)
            }
            return [
                set("request_id = 'x'", .usage, "request 'x'", "entry"),
                set("segment = 1", .usageHours, "hour", "requests"),
                set("tenant = 'local'", .usage, request, "tenant:"),
                set("key_id = NULL", .usageHours, "hour", "requests"),
                set("model = 'n'", .usage, request, "price version"),
                set("tier = 'priority'", .usage, request, "price version"),
                set("tier = 'x'", .usage, request, ""),
                set("worker = 'other'", .engineCounters, "worker '\(victim.worker)'", "prompt tokens"),
                set("pool = 'west'", .usageHours, "hour", "requests"),
                set("prompt_tokens = prompt_tokens + 1", .usage, request, "charge"),
                set("prompt_tokens = -1", .usage, request, "tokens"),
                set("cached_tokens = cached_tokens - 1", .usage, request, "charge"),
                set("output_tokens = output_tokens - 1", .usage, request, "charge"),
                set("output_tokens = 0", .usage, request, "charge"),
                set("unsent_tokens = unsent_tokens + 1", .usageHours, "hour", "unsent_tokens"),
                set("prefilled_tokens = prefilled_tokens + 1", .engineCounters, "worker '\(victim.worker)'", "prompt"),
                set("replayed_tokens = replayed_tokens + 1", .usageHours, "hour", "replayed_tokens"),
                set("began = 'x'", .usage, request, ""),
                set("outcome = 'failed'", .usage, request, "charge"),
                set("price_version = NULL", .usage, request, "charge"),
                set("price_version = 2", .usage, request, "price version"),
                set("reserved = charge - 1", .usage, request, "charge"),
                set("charge = charge + 1", .usage, request, "posting of tenant:"),
                set("charge = -charge", .usage, request, ""),
                set("operator = 'otto'", .usage, request, "operator:"),
                set("earned = earned - 1", .usage, request, "posting of"),
                set("replay_pay = replay_pay + 1", .usage, request, "posting of"),
                set("started_ms = 1", .usage, request, "price version"),
                set("ended_ms = ended_ms + 1", .usage, request, "end in ms"),
                set("entry_id = NULL", .usage, request, "posting of tenant:"),
                set("entry_id = 'deposit:start'", .usage, request, "entry"),
                Case("DELETE FROM usage_lines \(at)", .usage, "entry \(victim.entry)", "lines of usage"),
                Case(
                    """
                    INSERT INTO usage_lines SELECT 'made-up', segment, tenant, key_id, model, tier, worker, pool,
                        prompt_tokens, cached_tokens, output_tokens, unsent_tokens, prefilled_tokens,
                        replayed_tokens, outcome, NULL,
                        reserved, 0, operator, 0, 0, started_ms, ended_ms, NULL, began FROM usage_lines \(at)
                    """, .usageHours, "hour", "requests"),
                Case(
                    "UPDATE prices SET base = REPLACE(base, '0.', '0.9') WHERE number = 1", .usage, "request",
                    "charge"),
                Case("UPDATE prices SET base = '{}' WHERE number = 1", .reservations, "prices"),
                Case("UPDATE prices SET windows = '[]' WHERE model = 'n'", .usage, "request", "charge"),
                Case("DELETE FROM prices WHERE number = 1", .usage, "request", "price version"),
            ]
        }
    }

    @Test(arguments: StoreKind.available) func hoursAndCounters(_ kind: StoreKind) async throws {
        try await check(kind) { victim in
            let hour = """
                WHERE hour_ms = (
                    SELECT ended_ms - ended_ms % 3600000 FROM usage_lines WHERE request_id = '\(victim.request)')
                    AND tenant = '\(victim.tenant)' AND price_version = 1
                """
            let place = "of tenant '\(victim.tenant)'"
            let sums = [
                "requests", "prompt_tokens", "cached_tokens", "output_tokens", "unsent_tokens", "replayed_tokens",
            ]
            let names = [
                "tenant = 'x'", "hour_ms = hour_ms + 3600000000", "model = 'x'", "tier = 'x'", "key_id = 'x'",
                "pool = 'x'",
            ]
            return sums.map { Case("UPDATE usage_hours SET \($0) = \($0) + 1 \(hour)", .usageHours, place, $0) }
                + names.map { Case("UPDATE usage_hours SET \($0) \(hour)", .usageHours, "hour") } + [
                    Case("UPDATE usage_hours SET price_version = 99 \(hour)", .usageHours, "hour"),
                    Case("UPDATE usage_hours SET charge_low = charge_low + 1 \(hour)", .usageHours, place, "charge"),
                    Case("UPDATE usage_hours SET charge_high = charge_high + 1 \(hour)", .usageHours, place, "charge"),
                    Case("DELETE FROM usage_hours \(hour)", .usageHours, place),
                    Case(
                        "UPDATE engine_counters SET prompt_tokens = prompt_tokens + 1 WHERE worker = 'w1'",
                        .engineCounters, "worker 'w1'", "prompt"),
                    Case(
                        "UPDATE engine_counters SET generated_tokens = generated_tokens - 1 WHERE worker = 'w2'",
                        .engineCounters, "worker 'w2'", "generated"),
                    Case("UPDATE engine_counters SET worker = 'x' WHERE worker = 'w0'", .engineCounters, "worker 'x'"),
                ]
        }
    }

    /// Makes each change in a transaction that is undone after the look.
    private func check(_ kind: StoreKind, _ cases: @escaping @Sendable (Victim) -> [Case]) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            _ = try await RandomDay.run(seed: 3, numRequests: 80, test, ledger)
            let victim = try await ledger.database.read { try Victim($0) }
            for tampering in cases(victim) {
                let found = try await discrepancy(after: tampering.sql, ledger)
                let isRight =
                    found?.step == tampering.step && found?.place.contains(tampering.place) == true
                    && (tampering.what.isEmpty || found?.what.contains(tampering.what) == true)
                #expect(isRight, "\(tampering.sql): \(found?.description ?? "nothing found")")
            }
            #expect(try await ledger.verify().isSound)
        }
    }

    private struct Undone: Error { let discrepancy: Discrepancy? }

    private func discrepancy(after sql: String, _ ledger: Ledger) async throws -> Discrepancy? {
        do {
            try await ledger.database.write { session in
                for statement in sql.split(separator: ";") {
                    #expect(try session.execute(String(statement)) > 0, "changes nothing: \(statement)")
                }
                throw Undone(discrepancy: try Ledger.verify(session).discrepancy)
            }
            return nil
        } catch let error as Undone {
            return error.discrepancy
        }
    }
}
