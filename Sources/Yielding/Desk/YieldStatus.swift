package import Engine
package import JSON

/// Whether a server serves, and if not, why and how soon it was out of the way.
package struct YieldStatus: Sendable, Equatable {
    package var isYielding = false
    package var signal: YieldSignal?
    /// What the signal says; empty while serving.
    package var reason = ""
    /// The signal has gone, and the time of rest is running.
    package var isResting = false
    /// Of the present yield, or the last one.
    package var times: ReclaimTimes?
    /// Resident memory before and after it went back; nil: it did not.
    package var residentBytes: (before: Int, after: Int)?

    package init() {}

    package static func == (left: YieldStatus, right: YieldStatus) -> Bool { left.json == right.json }

    package var json: JSON {
        .object(
            JSONObject([
                ("yielding", .bool(isYielding)), ("signal", signal.map { .string($0.rawValue) } ?? .null),
                ("reason", .string(reason)), ("resting", .bool(isResting)),
                ("compute_idle_seconds", times.map { .double($0.idleSeconds) } ?? .null),
                ("memory_back_seconds", times?.memorySeconds.map { .double($0) } ?? .null),
                ("resident_bytes_before", residentBytes.map { .int($0.before) } ?? .null),
                ("resident_bytes_after", residentBytes.map { .int($0.after) } ?? .null),
            ]))
    }

    /// Nil for what is no such thing.
    package init?(_ json: JSON) {
        guard let isYielding = json["yielding"]?.bool else { return nil }
        self.isYielding = isYielding
        signal = json["signal"]?.string.flatMap(YieldSignal.init)
        reason = json["reason"]?.string ?? ""
        isResting = json["resting"]?.bool ?? false
        times = json["compute_idle_seconds"]?.double.map {
            ReclaimTimes(idleSeconds: $0, memorySeconds: json["memory_back_seconds"]?.double)
        }
        if let before = json["resident_bytes_before"]?.int, let after = json["resident_bytes_after"]?.int {
            residentBytes = (before, after)
        }
    }

    /// "compute idle after 12 ms, memory back after 80 ms (612 MiB less)"; nil before the first yield.
    package var timesText: String? {
        guard let times else { return nil }
        var text = "compute idle after \(Self.milliseconds(times.idleSeconds))"
        if let seconds = times.memorySeconds { text += ", memory back after \(Self.milliseconds(seconds))" }
        if let bytes = residentBytes { text += " (\(max(0, bytes.before - bytes.after) >> 20) MiB less)" }
        return text
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = (seconds * 10_000).rounded() / 10
        return tenths < 10 ? "\(tenths) ms" : "\(Int(tenths.rounded())) ms"
    }
}
