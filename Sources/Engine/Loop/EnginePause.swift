/// How soon an engine was out of the way of the device's owner, from the moment at which it was asked to be.
package struct ReclaimTimes: Sendable, Equatable {
    /// Until nothing computed any more.
    package var idleSeconds: Double
    /// Until the memory was back with the system; nil: it was not asked for.
    package var memorySeconds: Double?

    package init(idleSeconds: Double, memorySeconds: Double? = nil) {
        self.idleSeconds = idleSeconds
        self.memorySeconds = memorySeconds
    }

    /// When both of two engines were out of the way.
    package static func later(_ left: ReclaimTimes, _ right: ReclaimTimes) -> ReclaimTimes {
        ReclaimTimes(
            idleSeconds: max(left.idleSeconds, right.idleSeconds),
            memorySeconds: [left.memorySeconds, right.memorySeconds].compactMap(\.self).max())
    }
}

/// The order to stand still, what has been done of it, and those who wait for that.
struct EnginePause {
    private(set) var isWanted = false
    private(set) var releasesMemory = false
    /// When the engine's thread came to stand, and when the memory was back; seconds of the engine's clock.
    private var idleTime: Double?
    private var memoryTime: Double?
    private var waiters: [Waiter] = []

    typealias Continuation = CheckedContinuation<ReclaimTimes?, Never>

    private struct Waiter {
        let since: Double
        let wantsMemory: Bool
        let continuation: Continuation
    }

    /// What is to be called, outside of any lock.
    typealias Call = @Sendable () -> Void

    mutating func order(releasingMemory: Bool, at time: Double, _ continuation: Continuation) -> [Call] {
        isWanted = true
        releasesMemory = releasesMemory || releasingMemory
        waiters.append(Waiter(since: time, wantsMemory: releasingMemory, continuation: continuation))
        return answer()
    }

    /// The engine stands.
    mutating func confirmIdle(at time: Double) -> [Call] {
        guard isWanted else { return [] }
        idleTime = idleTime ?? time
        return answer()
    }

    /// The engine stands, and has no memory any more.
    mutating func confirmMemory(at time: Double) -> [Call] {
        guard isWanted else { return [] }
        memoryTime = memoryTime ?? time
        return answer()
    }

    /// Ends the pause; who still waits for it is told that it did not come about.
    mutating func end() -> [Call] {
        defer { self = EnginePause() }
        return waiters.map { waiter in { waiter.continuation.resume(returning: nil) } }
    }

    private mutating func answer() -> [Call] {
        guard let idleTime else { return [] }
        let memoryTime = memoryTime
        let isServed = { (waiter: Waiter) in !waiter.wantsMemory || memoryTime != nil }
        defer { waiters.removeAll(where: isServed) }
        return waiters.filter(isServed).map { waiter in
            let times = ReclaimTimes(
                idleSeconds: max(0, idleTime - waiter.since),
                memorySeconds: waiter.wantsMemory ? memoryTime.map { max(0, $0 - waiter.since) } : nil)
            return { waiter.continuation.resume(returning: times) }
        }
    }
}
