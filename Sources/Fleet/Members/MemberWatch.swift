import Logging
import OpenAI

/// Keeps the gateway's knowledge of one worker true: asks what it is, follows its load, and when it is lost takes
/// everything away from it and asks again.
struct MemberWatch: Sendable {
    /// What the fleet is told. Called on any thread.
    struct Listener: Sendable {
        /// It can be used from now on.
        var arrived: @Sendable (FleetMember, RemoteDescription) -> Void
        var reported: @Sendable (FleetMember, LoadReport) -> Void
        /// It cannot be used any more.
        var left: @Sendable (FleetMember) -> Void
    }

    let member: FleetMember
    let limits: MemberLimits
    let listener: Listener
    let clock: any Clock<Duration>
    let now: @Sendable () -> Double
    let logger: Logger

    /// How often a silent worker is noticed, in parts of the silence that is allowed.
    private static let looksPerSilence = 8.0

    /// Watches until the task is cancelled, or until one that was to leave has gone.
    func run() async {
        var retry = limits.firstRetry
        var isKnownAway = false
        while !Task.isCancelled, !member.known.isLeaving {
            let began = now()
            let wasThere = await visit(isKnownAway: isKnownAway)
            isKnownAway = !wasThere
            if wasThere, now() - began > limits.longestRetry { retry = limits.firstRetry }
            try? await clock.sleep(for: .seconds(retry))
            retry = min(retry * 2, limits.longestRetry)
        }
    }

    /// - Parameter isKnownAway: it was said that it cannot be reached.
    /// - Returns: whether it could be reached.
    private func visit(isKnownAway: Bool) async -> Bool {
        do {
            let description = try await member.remote.describe()
            member.change { $0.arrive(description, now: now()) }
            logger.info("worker arrived", metadata: ["worker": "\(member.id)", "url": "\(member.place.url)"])
            listener.arrived(member, description)
        } catch {
            member.change { $0.leave(reason: "\(error)") }
            logger.log(
                level: isKnownAway ? .debug : .warning, "worker away",
                metadata: ["url": "\(member.place.url)", "reason": "\(error)"])
            return false
        }
        let reason = await stay()
        member.change { $0.leave(reason: reason) }
        if !Task.isCancelled {
            logger.warning("worker lost", metadata: ["worker": "\(member.id)", "reason": "\(reason)"])
        }
        listener.left(member)
        member.abandon()
        return true
    }

    /// Follows its load until it is lost.
    /// - Returns: why.
    private func stay() async -> String {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await follow() }
            group.addTask { await listen() }
            defer { group.cancelAll() }
            for await reason in group { if let reason { return reason } }
            return "the gateway stops"
        }
    }

    private func follow() async -> String? {
        do {
            try await member.remote.followLoad { report in
                member.change { $0.note(report, now: now()) }
                listener.reported(member, report)
            }
            return "its reports ended"
        } catch {
            return "\(error)"
        }
    }

    /// Waits until it is silent, or stands still, for too long.
    private func listen() async -> String? {
        while !Task.isCancelled {
            let (pause, began) = (limits.silence / Self.looksPerSilence, now())
            try? await clock.sleep(for: .seconds(pause))
            // This process was held up: reports wait to be read.
            if now() - began > 2 * pause { member.change { $0.excuse(now: now()) } }
            if let reason = member.known.complaint(now: now(), limits: limits) { return reason }
        }
        return nil
    }
}
