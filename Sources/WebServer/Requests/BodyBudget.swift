package import OpenAI
import Synchronization

/// The memory that request bodies may take together. Many large bodies at once are refused one by one instead
/// of exhausting the machine.
package final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    /// - Parameter limit: in bytes.
    package init(limit: Int) { self.limit = limit }

    /// Bytes held by bodies now.
    package var bytesUsed: Int { used.withLock { $0 } }

    /// Starts with nothing; grows as the body arrives and gives everything back when it is dropped.
    package func open() -> Share { Share(budget: self) }

    /// What one body holds.
    package final class Share: Sendable {
        private let budget: BodyBudget
        private let held = Mutex(0)

        fileprivate init(budget: BodyBudget) { self.budget = budget }

        deinit {
            let bytes = held.withLock { $0 }
            budget.used.withLock { $0 -= bytes }
        }

        /// Counts more bytes; refuses with 429 when they do not fit.
        package func take(_ bytes: Int) throws(APIError) {
            let isGranted = budget.used.withLock { used in
                guard used + bytes <= budget.limit else { return false }
                used += bytes
                return true
            }
            guard isGranted else { throw .overloaded(retryAfterSeconds: 1) }
            held.withLock { $0 += bytes }
        }
    }
}
