import Harvest

/// What all gateways say of the workers that went lately. Times are Unix milliseconds of our own clock.
package struct DepartedWorkers: Sendable {
    package struct Departure: Sendable, Equatable {
        /// The first sign that it would go.
        package var atMs: Int64
        package var drainedMs: Int64?
        package var goneMs: Int64?
        package var numStreamsMoved = 0
        package var numStreamsReported = 0
        package var numTokensReplayed = 0
        package var longestPauseMs: Int64?
    }

    private var byKey: [WorkerKey: Departure] = [:]
    private var byName: [String: WorkerKey] = [:]
    private var byHost: [String: WorkerKey] = [:]

    package init() {}

    package var isEmpty: Bool { byKey.isEmpty }

    /// What is known of a worker by its pod's UID, or, where gateways do not know pods, by its address about that time.
    package func departure(uid: String, host: String, aboutMs: Int64) -> Departure? {
        if let key = byName[uid] { return byKey[key] }
        guard !host.isEmpty, let found = byHost[host].flatMap({ byKey[$0] }) else { return nil }
        // The address may have been another's before, and is another's afterwards.
        return abs(found.atMs - aboutMs) <= Self.toleranceMs ? found : nil
    }

    private static let toleranceMs: Int64 = 60_000

    /// - Parameter saidMs: when the gateway said it.
    mutating func add(_ said: GatewayWord.Departure, saidMs: Int64) {
        func moment(_ age: Double?) -> Int64? { age.map { saidMs - Int64($0 * 1000) } }
        let atMs = moment(said.age) ?? saidMs
        var sum = byKey[said.key] ?? Departure(atMs: atMs)
        sum.atMs = min(sum.atMs, atMs)
        sum.drainedMs = [sum.drainedMs, moment(said.drainedAge)].compactMap(\.self).min()
        sum.goneMs = [sum.goneMs, moment(said.goneAge)].compactMap(\.self).max()
        sum.numStreamsMoved += said.numStreamsMoved
        sum.numStreamsReported += said.numStreamsReported
        sum.numTokensReplayed += said.numTokensReplayed
        sum.longestPauseMs = [sum.longestPauseMs, said.longestPause.map { Int64($0 * 1000) }].compactMap(\.self).max()
        byKey[said.key] = sum
        byName[said.key.name] = said.key
        if (byHost[said.key.host].flatMap { byKey[$0]?.atMs } ?? .min) <= atMs { byHost[said.key.host] = said.key }
    }
}
