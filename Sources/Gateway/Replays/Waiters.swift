import Synchronization
import WebServer

/// Counts the requests that wait here for the same one to end. Each of them asks the database again and again and holds
/// its body, so there are only so many of one key.
final class Waiters: Sendable {
    /// What they wait for.
    struct Key: Hashable, Sendable {
        let owner: String
        let idempotencyKey: String
    }

    /// Room for a hundred that a client sends at once.
    static let maximum = 128

    private let counts = Mutex<[Key: Int]>([:])

    /// - Parameter wait: what one more of them does.
    /// - Throws: `RequestRefusal.manyWait` when there is no room; what `wait` throws.
    func waiting<Value>(for key: Key, _ wait: () async throws -> Value) async throws -> Value {
        guard enter(key) else { throw RequestRefusal.manyWait }
        defer { leave(key) }
        return try await wait()
    }

    private func enter(_ key: Key) -> Bool {
        counts.withLock { counts in
            guard counts[key, default: 0] < Self.maximum else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    private func leave(_ key: Key) {
        counts.withLock { counts in
            let rest = counts[key, default: 1] - 1
            counts[key] = rest > 0 ? rest : nil
        }
    }
}
