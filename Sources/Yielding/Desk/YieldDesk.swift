package import CoreMetrics
import Engine
package import Logging

/// Keeps what is known of the machine, has the policy decide, and does what it decides.
///
/// Whatever is told while a decision is being carried out is decided on next: the worker is never asked for two things
/// at once.
package actor YieldDesk {
    private let worker: any YieldingWorker
    private let log: Logger
    private let metrics: YieldMetrics
    private let now: @Sendable () -> Double
    /// Whether every yield gives the memory back, not only those that were ordered so.
    private let alwaysReleases: Bool
    private var policy: YieldPolicy
    private var look = MachineLook()
    private var current = YieldStatus()
    private var since = 0.0
    private var hasReleased = false
    private var isSettling = false
    private var isUnsettled = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameter now: a monotonic clock in seconds.
    package init(
        worker: any YieldingWorker, limits: YieldPolicy.Limits, alwaysReleasesMemory: Bool,
        metrics factory: any MetricsFactory, log: Logger,
        now: @escaping @Sendable () -> Double = Engine.monotonicSeconds
    ) {
        self.worker = worker
        self.log = log
        self.now = now
        alwaysReleases = alwaysReleasesMemory
        metrics = YieldMetrics(factory: factory)
        policy = YieldPolicy(limits)
    }

    package var status: YieldStatus { current }

    // MARK: What is told

    /// `gleaner yield`; a later order replaces an earlier one. Waits until it is carried out.
    ///
    /// - Parameter seconds: how long it holds; nil: until `resume`.
    package func order(releasingMemory: Bool, seconds: Double?) async -> YieldStatus {
        look.order = YieldOrder(releasesMemory: releasingMemory, until: seconds.map { now() + $0 })
        return await settle()
    }

    /// `gleaner resume`: takes the order back. Other signals hold.
    package func resume() async -> YieldStatus {
        look.order = nil
        return await settle()
    }

    /// A signal is there, with what it says, or not (nil).
    package func see(_ signal: YieldSignal, _ text: String?) async {
        look.present[signal] = text
        await settle()
    }

    package func see(_ share: ProcessorShare) async {
        look.processor = share
        await settle()
    }

    /// Decides anew, because time has passed.
    package func reconsider() async { await settle() }

    // MARK: What is done

    @discardableResult
    private func settle() async -> YieldStatus {
        isUnsettled = true
        if isSettling {
            await withCheckedContinuation { waiters.append($0) }
            return current
        }
        isSettling = true
        while isUnsettled {
            isUnsettled = false
            await carryOut(policy.decide(look, now: now()))
        }
        isSettling = false
        for waiter in waiters { waiter.resume() }
        waiters = []
        return current
    }

    private func carryOut(_ decision: YieldPolicy.Decision) async {
        switch decision {
        case .serve: end()
        case .yield(let signal, let text, let releasesMemory, let isOver):
            let isNew = current.signal != signal
            (current.signal, current.reason, current.isResting) = (signal, text, isOver)
            let releases = releasesMemory || alwaysReleases
            if !current.isYielding || (releases && !hasReleased) {
                await reclaim(signal, text, releasingMemory: releases)
            } else if isNew {
                log.info("still yielding", metadata: ["signal": "\(signal.rawValue)", "reason": "\(text)"])
            }
        }
    }

    private func reclaim(_ signal: YieldSignal, _ text: String, releasingMemory: Bool) async {
        let isFirst = !current.isYielding
        if isFirst {
            since = now()
            (current.isYielding, current.residentBytes) = (true, nil)
            metrics.began(signal)
        }
        let before = ResidentMemory.bytes()
        guard var times = await worker.pause(releasingMemory: releasingMemory, reason: text) else { return }
        if releasingMemory { current.residentBytes = (before, ResidentMemory.bytes()) }
        hasReleased = releasingMemory
        metrics.reclaimed(times, isFirst: isFirst)
        if !isFirst { times.idleSeconds = current.times?.idleSeconds ?? times.idleSeconds }
        current.times = times
        log.notice("yielded to \(signal.rawValue) (\(text)): \(current.timesText ?? "")")
    }

    private func end() {
        guard current.isYielding else { return }
        worker.resume()
        let seconds = now() - since
        let (signal, times, bytes) = (current.signal, current.times, current.residentBytes)
        current = YieldStatus()
        (current.times, current.residentBytes) = (times, bytes)
        hasReleased = false
        metrics.ended()
        let tenths = (seconds * 10).rounded() / 10
        log.notice("resumed \(tenths) s after it yielded to \(signal?.rawValue ?? "nobody")")
    }
}
