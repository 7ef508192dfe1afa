/// How long to wait before a program that ended is started again: longer each time, and short again once it ran well.
package struct Backoff: Sendable, Equatable {
    /// The wait after the first end.
    package var first: Duration
    /// The longest wait.
    package var longest: Duration
    /// A program that ran for so long ran well.
    package var wellAfter: Duration
    private var nextWait: Duration?

    package init(
        first: Duration = .milliseconds(500), longest: Duration = .seconds(30), wellAfter: Duration = .seconds(60)
    ) {
        self.first = first
        self.longest = longest
        self.wellAfter = wellAfter
    }

    /// - Parameter ran: how long the program could be used before it ended; nil: it never could.
    package mutating func wait(afterRunning ran: Duration?) -> Duration {
        if let ran, ran >= wellAfter { nextWait = nil }
        let wait = min(nextWait ?? first, longest)
        nextWait = min(wait * 2, longest)
        return wait
    }
}
