package import NIOCore

/// Calls back after a while. Tests have one that they drive by hand.
package struct DeadlineTimer: Sendable {
    /// Has the last closure called on the event loop when the duration is over; returns how to call that off.
    package let start: @Sendable (Duration, any EventLoop, @escaping @Sendable () -> Void) -> @Sendable () -> Void

    package init(
        start: @escaping @Sendable (Duration, any EventLoop, @escaping @Sendable () -> Void) -> @Sendable () -> Void
    ) {
        self.start = start
    }

    /// The event loop's own clock.
    package static let eventLoop = DeadlineTimer { duration, loop, body in
        let task = loop.scheduleTask(in: TimeAmount(duration), body)
        return { task.cancel() }
    }
}
