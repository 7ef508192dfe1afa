/// How long to wait before the next try: longer after each failure, and by chance somewhat shorter, so that many who
/// failed together do not come back together.
package struct RetryDelay: Sendable, Equatable {
    private let first: Duration
    private let longest: Duration
    private var current: Duration

    package init(first: Duration = .milliseconds(200), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
        current = first
    }

    /// The next wait: from half of the present step up to all of it, which doubles for the one after.
    ///
    /// - Parameters:
    ///   - chance: from 0 up to 1.
    ///   - least: what the server asks for; it is obeyed even beyond the longest step.
    package mutating func next(chance: Double, least: Duration? = nil) -> Duration {
        let wait = current * (0.5 + 0.5 * (chance >= 0 ? min(chance, 1) : 0))
        current = min(current * 2, longest)
        return max(wait, least ?? .zero)
    }

    /// Something went well.
    package mutating func reset() { current = first }
}
