import Glibc

/// When the requests of an open loop are due, whatever became of those before them.
///
/// A Poisson process: its gaps are exponential, drawn by inversion. The first request is due at once.
package struct Schedule: Sendable, Equatable {
    /// Seconds from the start of the run, ascending; one for each request.
    package let due: [Double]

    /// - Parameter requestsPerSecond: the mean rate; positive and finite.
    package init(requests: Int, requestsPerSecond: Double, seed: UInt64) {
        var random = SeededStream.arrivals(seed: seed)
        var time = 0.0
        due = (0..<requests).map { index in
            if index > 0 { time -= log(random.unit()) / requestsPerSecond }
            return time
        }
    }
}
