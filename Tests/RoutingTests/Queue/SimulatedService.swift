import Routing

/// Slots that each serve one request at a time, at a fixed speed, under a virtual clock.
///
/// Served work is counted as it is served, millisecond by millisecond, not when a request starts or ends.
struct SimulatedService {
    struct Job {
        let entry: QueueEntry
        let startMs: Int64
        let endMs: Int64
    }

    /// Work per slot and millisecond.
    let speed: Int64
    private(set) var free: Int
    private(set) var running: [Job] = []
    private(set) var done: [Job] = []

    init(slots: Int, speed: Int64) {
        free = slots
        self.speed = speed
    }

    /// - Parameter work: what the request really takes.
    mutating func start(_ entry: QueueEntry, work: Int64, nowMs: Int64) {
        free -= 1
        running.append(Job(entry: entry, startMs: nowMs, endMs: nowMs + max(1, (work + speed - 1) / speed)))
    }

    /// Takes out what has ended.
    mutating func finish(nowMs: Int64) -> [Job] {
        let ended = running.filter { $0.endMs <= nowMs }
        guard !ended.isEmpty else { return [] }
        running.removeAll { $0.endMs <= nowMs }
        done += ended
        free += ended.count
        return ended
    }

    var nextEndMs: Int64? { running.map(\.endMs).min() }

    /// Milliseconds of slots that a tenant had in a stretch of time.
    func served(_ tenant: String, _ stretch: Range<Int64>) -> Int64 {
        (done + running).filter { $0.entry.tenant == tenant }.reduce(0) {
            $0 + max(0, min($1.endMs, stretch.upperBound) - max($1.startMs, stretch.lowerBound))
        }
    }
}
