/// Who asks.
package struct Principal: Sendable, Hashable {
    package let role: KeyRole
    /// nil for the platform's own roles.
    package let tenant: String?
    /// nil on loopback without keys.
    package let keyID: String?

    package init(role: KeyRole, tenant: String?, keyID: String?) {
        self.role = role
        self.tenant = tenant
        self.keyID = keyID
    }

    /// Whoever asks on loopback while there are no tenants.
    package static let local = Principal(role: .tenant, tenant: Tenant.localID, keyID: nil)
}

/// Why a key is refused. Says nothing that helps to guess one.
package enum AuthenticationError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing
    case malformed(KeyFormatError)
    case unknown
    case revoked
    case expired
    case store(StoreError)

    package var description: String {
        switch self {
        case .missing: "No API key was sent: send 'Authorization: Bearer' with a key."
        case .malformed(let error): "The API key is malformed: \(error)"
        case .unknown: "The API key is not known here."
        case .revoked: "The API key was revoked."
        case .expired: "The API key has expired."
        case .store(let error): "Keys cannot be checked now: \(error)"
        }
    }
}

/// Checks keys against a copy of the directory that is never older than a few seconds.
package actor Authenticator {
    private let ledger: Ledger
    private var directory = Directory()
    /// When the copy was read; nil before the first time.
    private var readMs: Int64?
    private var reading: Task<Void, any Error>?

    /// How old the copy may be: a revoked key is refused everywhere after this long at the latest.
    package static let refreshMs: Int64 = 2_000
    /// How old the copy may be that does not have a key: a new key is known everywhere after this long at the latest.
    /// Anybody can make up keys whose checksum is right, so each of them cannot have a read of its own.
    package static let unknownMs: Int64 = 250

    package init(ledger: Ledger) { self.ledger = ledger }

    /// The ledger's clock.
    package nonisolated var nowMs: Int64 { ledger.nowMs() }

    /// Whether anybody but the local tenant has been set up: without, loopback needs no keys.
    package func hasTenants() async throws(AuthenticationError) -> Bool {
        try await current().tenants.keys.contains { $0 != Tenant.localID }
    }

    /// - Parameter text: the key as it was sent.
    package func principal(forKey text: String) async throws(AuthenticationError) -> Principal {
        let key: APIKey
        do { key = try APIKey(parsing: text) } catch { throw .malformed(error) }
        guard let record = try await record(key.id) else { throw .unknown }
        guard ConstantTime.equal(record.digest, key.digest) else { throw .unknown }
        guard record.revokedMs == nil else { throw .revoked }
        if let expiresMs = record.expiresMs, expiresMs <= ledger.nowMs() { throw .expired }
        return Principal(role: record.role, tenant: record.tenant, keyID: record.id)
    }

    private func record(_ id: String) async throws(AuthenticationError) -> KeyRecord? {
        if let record = try await current().keys[id] { return record }
        return try await copy(within: Self.unknownMs).keys[id]
    }

    /// The copy, read again when it is too old.
    package func current() async throws(AuthenticationError) -> Directory { try await copy(within: Self.refreshMs) }

    /// The copy as it was at most so long ago.
    private func copy(within ageMs: Int64) async throws(AuthenticationError) -> Directory {
        let sinceMs = ledger.nowMs() - ageMs
        if isRead(sinceMs: sinceMs) { return directory }
        let isUnderWay = reading != nil
        try await read()
        // What was under way may have begun too long ago; what comes after it has not.
        if isUnderWay, !isRead(sinceMs: sinceMs) { try await read() }
        return directory
    }

    /// A time of reading that is still to come is that of a clock that was put back: it says nothing.
    private func isRead(sinceMs startMs: Int64) -> Bool {
        guard let readMs else { return false }
        return readMs > startMs && readMs <= ledger.nowMs()
    }

    /// Reads what has changed. Callers that come meanwhile share the read.
    private func read() async throws(AuthenticationError) {
        let task =
            reading
            ?? Task {
                defer { reading = nil }
                let startMs = ledger.nowMs()
                directory = try await ledger.refreshed(directory)
                readMs = startMs
            }
        reading = task
        do { try await task.value } catch { throw Self.unavailable(error) }
    }

    private static func unavailable(_ error: any Error) -> AuthenticationError {
        .store(error as? StoreError ?? .unavailable("\(error)"))
    }
}
