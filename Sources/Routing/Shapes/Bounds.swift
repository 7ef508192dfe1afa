/// Brings numbers from outside into ranges in which no later arithmetic can overflow or lose its meaning.
enum Bounds {
    static let largestCount = 1 << 40
    static let longestSeconds = 1e6
    static let shortestSeconds = 1e-6

    static func count(_ value: Int) -> Int { min(max(value, 0), largestCount) }

    /// Not a number counts as zero.
    static func share(_ value: Double) -> Double { value > 0 ? min(value, 1) : 0 }

    /// Not a number counts as zero.
    static func seconds(_ value: Double) -> Double { value > 0 ? min(value, longestSeconds) : 0 }

    /// A measured time; nil: not a number, infinite or not positive, as after a jump of a clock.
    static func measured(_ seconds: Double) -> Double? {
        guard seconds.isFinite, seconds > 0 else { return nil }
        return min(max(seconds, shortestSeconds), longestSeconds)
    }
}
