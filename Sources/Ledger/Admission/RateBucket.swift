/// A token bucket in exact integers: a limit of `n` a minute lets `n` through at once and refills evenly.
///
/// It keeps what is missing from the full bucket, in 1/60,000 of a unit, so that a millisecond brings back
/// exactly the limit, and an untouched bucket is all zeros.
package struct RateBucket: Sendable, Hashable {
    package private(set) var debt: Int64
    package private(set) var updatedMs: Int64

    private static let unit: Int64 = 60_000

    package init(debt: Int64 = 0, updatedMs: Int64 = 0) {
        self.debt = max(0, debt)
        self.updatedMs = updatedMs
    }

    /// How much is left, and when all of it is back.
    package struct Level: Sendable, Hashable {
        package let limit: Int
        package let remaining: Int
        package let resetMs: Int64

        package init(limit: Int, remaining: Int, resetMs: Int64) {
            self.limit = limit
            self.remaining = remaining
            self.resetMs = resetMs
        }
    }

    /// Takes `count` units.
    /// - Parameter limit: a minute, in `Limits.range`.
    /// - Returns: nil when it is done; else the milliseconds after which it could be, or `.max` when never.
    package mutating func take(_ count: Int, limit: Int, nowMs: Int64) -> Int64? {
        guard count <= limit else { return .max }
        refill(limit: limit, nowMs: nowMs)
        let cost = Int64(count) * Self.unit
        let excess = debt + cost - Int64(limit) * Self.unit
        guard excess <= 0 else { return (excess + Int64(limit) - 1) / Int64(limit) }
        debt += cost
        return nil
    }

    /// Gives back units that were taken and not used; more than were taken does no harm.
    package mutating func giveBack(_ count: Int) {
        debt = max(0, debt - Int64(max(0, min(count, Limits.range.upperBound))) * Self.unit)
    }

    package func level(limit: Int, nowMs: Int64) -> Level {
        var now = self
        now.refill(limit: limit, nowMs: nowMs)
        let missing = (now.debt + Self.unit - 1) / Self.unit
        return Level(
            limit: limit, remaining: limit - Int(missing), resetMs: (now.debt + Int64(limit) - 1) / Int64(limit))
    }

    /// A clock that went back refills nothing; a limit that was lowered leaves no more than an empty bucket.
    private mutating func refill(limit: Int, nowMs: Int64) {
        let capacity = Int64(limit) * Self.unit
        let elapsed = min(max(0, nowMs - updatedMs), 60_000)
        debt = max(0, min(debt, capacity) - elapsed * Int64(limit))
        updatedMs = max(updatedMs, nowMs)
    }
}
