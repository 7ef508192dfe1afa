package import Engine

/// Whoever computes on the machine and can stop for its owner.
package protocol YieldingWorker: Sendable {
    /// Stops computing at the next safepoint and waits until nothing computes; with the memory, until that is back.
    /// May be called again while paused, for the memory.
    ///
    /// - Parameter reason: for whoever asks why nothing goes on.
    /// - Returns: how soon; nil when somebody resumed or stopped it first.
    func pause(releasingMemory: Bool, reason: String) async -> ReclaimTimes?

    /// Goes on computing.
    func resume()
}
