extension Engine {
    /// Stops computing at the next safepoint, for the device's owner, and waits until nothing computes.
    ///
    /// Sequences keep what they have and go on with `resume()` as if nothing had been. Requests are still taken and wait
    /// in the queue. With the memory, all that can be made again goes back to the system: weights, scratch and the KV
    /// cache; sequences are then computed again from their tokens. A second order can ask for the memory, too.
    ///
    /// - Returns: how soon; nil when somebody resumed or stopped the engine first.
    package func pause(releasingMemory: Bool) async -> ReclaimTimes? {
        let time = now()
        return await withCheckedContinuation { gate.pause(releasingMemory: releasingMemory, at: time, $0) }
    }

    /// Goes on computing. Memory that was released is taken again before the next step.
    package func resume() { gate.resume() }
}
