import HTTPTypes
import Hummingbird
import Ledger
import OpenAI
import WebServer

/// Who may ask for what: reads the key of a request and says whom it belongs to.
struct Access: Sendable {
    let authenticator: Authenticator
    /// Whether only this machine can reach the server. Then, as long as no tenant is set up, any key or none is the tenant
    /// `local`, so that the first command needs no set-up.
    let isLoopback: Bool

    /// Whoever buys tokens: a tenant's key.
    func tenant(_ request: Request) async throws -> Buyer {
        let principal = try await principal(request)
        guard principal.role == .tenant, let tenant = principal.tenant else {
            throw RequestRefusal.forbidden(
                "A key with the role '\(principal.role.rawValue)' cannot buy tokens: use a tenant's.")
        }
        return Buyer(tenant: tenant, keyID: principal.keyID)
    }

    /// Whoever reads the whole platform's usage and costs: an admin's key, or one that may only read.
    func reader(_ request: Request) async throws {
        let principal = try await principal(request)
        guard principal.role != .tenant || principal == .local else {
            throw RequestRefusal.forbidden(
                "Usage and costs of all tenants are for keys with the role 'admin' or 'read-only'.")
        }
    }

    /// Tenants, keys and prices as they are known here, and the time they are asked at.
    func directory() async throws -> (Directory, nowMs: Int64) {
        do throws(AuthenticationError) {
            return (try await authenticator.current(), authenticator.nowMs)
        } catch {
            throw RequestRefusal(error)
        }
    }

    /// The price list as it is known here, and the time it is asked at.
    func prices() async throws -> (PriceBook, nowMs: Int64) {
        let (directory, nowMs) = try await directory()
        return (directory.prices, nowMs)
    }

    /// - Throws: `RequestRefusal`: 401 without a good key, 503 when keys cannot be checked.
    func principal(_ request: Request) async throws -> Principal {
        do throws(AuthenticationError) {
            if isLoopback, try await !authenticator.hasTenants() { return .local }
            guard let key = request.headers.bearerToken else { throw .missing }
            return try await authenticator.principal(forKey: key)
        } catch {
            throw RequestRefusal(error)
        }
    }
}

/// The tenant that pays for a request, and the key that it used.
struct Buyer: Sendable, Hashable {
    let tenant: String
    /// nil on loopback without keys.
    let keyID: String?
}
