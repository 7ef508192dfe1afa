import ArgumentParser
import Ledger
import Options

/// `gleaner keys create`.
struct KeysCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key and show it, once.",
        discussion: """
            A tenant's key runs requests at the tenant's cost, within the tenant's limits and its own, and asks what \
            they cost. The roles admin and read-only belong to the platform: both read the usage and costs of all \
            tenants and run no requests, and today admin may do no more than read-only.

              gleaner keys create --tenant acme --expires 90d --monthly-budget 20
              KEY=$(gleaner keys create --tenant acme --quiet)
              gleaner keys create --role read-only --name dashboard
            """)

    @Option(help: "The tenant that pays.", transform: LedgerArgument.tenantID)
    var tenant: String?

    @Option(
        help: .init("tenant, admin or read-only.", valueName: "role"),
        transform: { text in
            guard let role = KeyRole(rawValue: text) else {
                throw ValidationError("a role is \(KeyRole.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return role
        })
    var role = KeyRole.tenant

    @Option(help: "What it is for.", transform: LedgerArgument.name)
    var name = ""

    @Option(
        help: .init(
            "When it ends: 90d, 12h, 4w, or a moment in UTC such as 2027-01-31; never otherwise.", valueName: "when"),
        transform: KeyExpiry.init(text:))
    var expires: KeyExpiry?

    @OptionGroup(title: "Limits") var limits: LimitFlags

    @Flag(name: .shortAndLong, help: "Print the key and nothing else.")
    var quiet = false

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        guard role != .tenant || tenant != nil else {
            throw ValidationError("Name the tenant by --tenant, or a role of the platform by --role.")
        }
        guard role == .tenant || tenant == nil else {
            throw ValidationError("A key with the role \(role.rawValue) belongs to no tenant: leave --tenant out.")
        }
        guard role == .tenant || limits.isEmpty else {
            throw ValidationError("Limits are for tenants' keys.")
        }
        try expires?.check(nowMs: WallClock.nowMs())
        guard !quiet || !card.json else { throw ValidationError("Choose one of --quiet and --json.") }
    }

    func run() async throws {
        let now = WallClock.nowMs()
        let expiresMs = expires?.ms(nowMs: now)
        let made = try await database.withLedger(role == .tenant ? .existing : .any) { ledger in
            if let tenant { _ = try await ledger.knownTenant(tenant) }
            return try await ledger.addKey(
                role: role, tenant: tenant, name: name, expiresMs: expiresMs, limits: limits.applied(to: Limits()))
        }
        guard !quiet else { return try TerminalOutput.writeWhole(made.key.text + "\n") }
        var page = Card(made.record, nowMs: now)
        page.members.insert(("key", .text(made.key.text)), at: 0)
        card.print(page, remark: "Keep the key now: it is not stored and cannot be shown again.")
    }
}

/// When a key ends, as it is written.
enum KeyExpiry: Sendable {
    case never
    case after(ms: Int64)
    case at(ms: Int64)

    private static let units: [(Character, ms: Int64)] = [("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)]

    /// `90d`, `12h`, `4w`, a moment, or `never`.
    init(text: String) throws {
        if text == "never" {
            self = .never
        } else if let ms = UTCTime.ms(text) {
            self = .at(ms: ms)
        } else if let unit = Self.units.first(where: { $0.0 == text.last })?.ms,
            text.dropLast().utf8.allSatisfy({ (48...57).contains($0) }), let count = Int64(text.dropLast()),
            (1...100_000).contains(count)
        {
            self = .after(ms: count * unit)
        } else {
            throw ValidationError("an end is written as 90d, 12h, 4w, 2027-01-31, 2027-01-31T16:30 (UTC) or never.")
        }
    }

    /// - Throws: `ValidationError` for an end that is over.
    func check(nowMs: Int64) throws {
        if let end = ms(nowMs: nowMs), end <= nowMs { throw ValidationError("--expires lies in the past.") }
    }

    /// nil for never.
    func ms(nowMs: Int64) -> Int64? {
        switch self {
        case .never: nil
        case .after(let ms): nowMs + ms
        case .at(let ms): ms
        }
    }
}
