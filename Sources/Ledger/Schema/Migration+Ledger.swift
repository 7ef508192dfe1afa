extension Migration {
    /// The ledger's tables, oldest first. A migration that was ever released is never edited.
    static let ledger: [Migration] = [first, beginnings]

    // Amounts of one line are BIGINT pico-USD. Balances and reservations are TEXT, the decimal digits of a 128-bit
    // integer, because neither database has one; only the writer computes with them. `charge_high` and
    // `charge_low` are an amount divided by 10^9 and the remainder: sums of them overflow neither.
    // `usage_hours` lies in the order of its key, so that a tenant's month is in one place.
    private static let first = Migration(
        number: 1, name: "ledger",
        statements: [
            """
            CREATE TABLE ledger_head (
                id BIGINT PRIMARY KEY CHECK (id = 1), entry BIGINT NOT NULL, hash TEXT NOT NULL,
                revision BIGINT NOT NULL)
            """,
            """
            CREATE TABLE tenants (
                id TEXT PRIMARY KEY, name TEXT NOT NULL, created_ms BIGINT NOT NULL, suspended BIGINT NOT NULL,
                credit_limit TEXT, limits TEXT NOT NULL, revision BIGINT NOT NULL)
            """,
            """
            CREATE TABLE api_keys (
                id TEXT PRIMARY KEY, digest TEXT NOT NULL, role TEXT NOT NULL, tenant TEXT REFERENCES tenants(id),
                name TEXT NOT NULL, created_ms BIGINT NOT NULL, expires_ms BIGINT, revoked_ms BIGINT,
                limits TEXT NOT NULL, revision BIGINT NOT NULL)
            """,
            """
            CREATE TABLE pools (
                id TEXT PRIMARY KEY, operator TEXT NOT NULL, share TEXT NOT NULL, revision BIGINT NOT NULL)
            """,
            """
            CREATE TABLE prices (
                number BIGINT PRIMARY KEY, model TEXT NOT NULL, tier TEXT NOT NULL, valid_from_ms BIGINT NOT NULL,
                created_ms BIGINT NOT NULL, base TEXT NOT NULL, windows TEXT NOT NULL, revision BIGINT NOT NULL)
            """,
            "CREATE INDEX tenants_revision ON tenants(revision)",
            "CREATE INDEX api_keys_revision ON api_keys(revision)",
            "CREATE INDEX api_keys_tenant ON api_keys(tenant)",
            """
            CREATE TABLE meters (
                id TEXT PRIMARY KEY, reserved TEXT NOT NULL, open_requests BIGINT NOT NULL, month BIGINT NOT NULL,
                spent TEXT NOT NULL, requests_debt BIGINT NOT NULL, requests_ms BIGINT NOT NULL,
                tokens_debt BIGINT NOT NULL, tokens_ms BIGINT NOT NULL)
            """,
            """
            CREATE TABLE reservations (
                request_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, key_id TEXT, model TEXT NOT NULL, tier TEXT NOT NULL,
                prompt_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, amount TEXT NOT NULL,
                price_version BIGINT, prices TEXT, created_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL,
                progress TEXT NOT NULL)
            """,
            "CREATE INDEX reservations_expires ON reservations(expires_ms)",
            "CREATE TABLE balances (account TEXT PRIMARY KEY, balance TEXT NOT NULL)",
            """
            CREATE TABLE entries (
                number BIGINT PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, time_ms BIGINT NOT NULL,
                reverses TEXT, hash TEXT NOT NULL)
            """,
            "CREATE UNIQUE INDEX entries_reverses ON entries(reverses) WHERE reverses IS NOT NULL",
            """
            CREATE TABLE postings (
                entry BIGINT NOT NULL, line BIGINT NOT NULL, account TEXT NOT NULL, amount BIGINT NOT NULL,
                PRIMARY KEY (entry, line))
            """,
            "CREATE INDEX postings_account ON postings(account, entry)",
            """
            CREATE TABLE usage_lines (
                request_id TEXT NOT NULL, segment BIGINT NOT NULL, tenant TEXT NOT NULL, key_id TEXT,
                model TEXT NOT NULL, tier TEXT NOT NULL, worker TEXT NOT NULL, pool TEXT NOT NULL,
                prompt_tokens BIGINT NOT NULL, cached_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL,
                unsent_tokens BIGINT NOT NULL, prefilled_tokens BIGINT NOT NULL, replayed_tokens BIGINT NOT NULL,
                outcome TEXT NOT NULL,
                price_version BIGINT, reserved BIGINT NOT NULL, charge BIGINT NOT NULL, operator TEXT NOT NULL,
                earned BIGINT NOT NULL, replay_pay BIGINT NOT NULL, started_ms BIGINT NOT NULL,
                ended_ms BIGINT NOT NULL, entry_id TEXT, PRIMARY KEY (request_id, segment))
            """,
            "CREATE INDEX usage_lines_tenant ON usage_lines(tenant, ended_ms)",
            "CREATE INDEX usage_lines_worker ON usage_lines(worker)",
            """
            CREATE TABLE usage_hours (
                tenant TEXT NOT NULL, hour_ms BIGINT NOT NULL, model TEXT NOT NULL, tier TEXT NOT NULL,
                key_id TEXT NOT NULL, pool TEXT NOT NULL, price_version BIGINT NOT NULL,
                requests BIGINT NOT NULL, prompt_tokens BIGINT NOT NULL, cached_tokens BIGINT NOT NULL,
                output_tokens BIGINT NOT NULL, unsent_tokens BIGINT NOT NULL,
                replayed_tokens BIGINT NOT NULL, charge_high BIGINT NOT NULL, charge_low BIGINT NOT NULL,
                PRIMARY KEY (tenant, hour_ms, model, tier, key_id, pool, price_version)) WITHOUT ROWID
            """,
            """
            CREATE TABLE engine_counters (
                worker TEXT PRIMARY KEY, started_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL,
                prompt_tokens BIGINT NOT NULL, generated_tokens BIGINT NOT NULL, is_closed BIGINT NOT NULL)
            """,
            """
            CREATE TABLE idempotency (
                owner TEXT NOT NULL, key_digest BYTES NOT NULL, request_digest BYTES NOT NULL, claim TEXT NOT NULL,
                claimed_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL, status BIGINT, sealed BYTES,
                PRIMARY KEY (owner, key_digest))
            """,
            "CREATE INDEX idempotency_expires ON idempotency(expires_ms)",
            "INSERT INTO ledger_head VALUES (1, 0, '\(HashChain.empty.head.hex)', 0)",
            "INSERT INTO pools VALUES ('local', 'local', '1', 0)",
            "INSERT INTO tenants VALUES ('local', 'local', 0, 0, NULL, '{}', 0)",
        ])

    // Null for the lines before it, and for those of an older program that still runs beside a newer one.
    private static let beginnings = Migration(
        number: 2, name: "how segments begin", statements: ["ALTER TABLE usage_lines ADD COLUMN began TEXT"])
}
