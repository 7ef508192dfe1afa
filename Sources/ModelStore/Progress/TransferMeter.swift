/// How fast bytes arrive. Pure: times are given, in seconds from any start.
package struct TransferMeter: Sendable {
    private struct Sample {
        let time: Double
        let bytes: Int
    }

    /// The rate is that of the last so many seconds: long enough to be steady, short enough to be true.
    private static let window = 8.0
    private static let spacing = 0.25
    private var samples: [Sample] = []

    package init() {}

    /// Notes that `bytes` are there in all at `time`. Fewer than before begins a new measurement.
    package mutating func note(_ bytes: Int, at time: Double) {
        if let last = samples.last, bytes < last.bytes { samples = [] }
        if samples.count >= 2, time - samples[samples.count - 2].time < Self.spacing { samples.removeLast() }
        samples.append(Sample(time: time, bytes: bytes))
        while samples.count > 2, time - samples[1].time >= Self.window { samples.removeFirst() }
    }

    /// Bytes a second; nil until there is enough to tell.
    package var rate: Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = last.time - first.time
        return seconds >= Self.spacing ? Double(last.bytes - first.bytes) / seconds : nil
    }

    /// Seconds until `total` bytes are there; nil when it cannot be told.
    package func remaining(of total: Int) -> Double? {
        guard let rate, rate > 0, let done = samples.last?.bytes else { return nil }
        return Double(max(total - done, 0)) / rate
    }
}
