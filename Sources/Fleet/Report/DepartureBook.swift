import OpenAI

/// The workers that went lately, and what became of the answers that they had not finished. Pure; times are seconds.
struct DepartureBook: Sendable {
    private struct Entry: Sendable {
        let number: Int
        var departure: FleetReport.Departure
        let began: Double
        var drained: Double?
        var gone: Double?
        /// The worker has not come back under this name.
        var isOpen = true
    }

    /// An answer on its way from a worker that went.
    private struct Move: Sendable {
        let number: Int
        let left: Double
    }

    /// The latest last.
    private var entries: [Entry] = []
    private var moves: [String: Move] = [:]
    private var nextNumber = 0

    /// More are not remembered, and none for longer.
    static let mostEntries = 256
    static let memorySeconds = 600.0

    /// Which worker it is about.
    struct Subject: Sendable {
        let name: String
        let url: String
    }

    // MARK: The worker

    /// It is to go.
    mutating func expectEnd(of worker: Subject, now: Double) { _ = place(of: worker, now) }

    /// It says that it takes nothing new.
    mutating func drained(_ worker: Subject, now: Double) {
        let place = place(of: worker, now)
        entries[place].drained = entries[place].drained ?? now
    }

    /// Its connections have ended.
    mutating func left(_ worker: Subject, now: Double) {
        let place = place(of: worker, now)
        entries[place].gone = entries[place].gone ?? now
    }

    /// It is there: what goes next goes anew.
    mutating func arrived(_ name: String) {
        for place in entries.indices where entries[place].departure.name == name { entries[place].isOpen = false }
    }

    private mutating func place(of worker: Subject, _ now: Double) -> Int {
        let known = entries.lastIndex { $0.isOpen && $0.departure.name == worker.name }
        if let known { return known }
        entries.removeAll { now - $0.began > Self.memorySeconds }
        if entries.count >= Self.mostEntries { entries.removeFirst(entries.count - Self.mostEntries + 1) }
        let departure = FleetReport.Departure(name: worker.name, url: worker.url, age: 0)
        entries.append(Entry(number: nextNumber, departure: departure, began: now))
        nextNumber += 1
        return entries.count - 1
    }

    // MARK: Its answers

    /// An answer that it had begun goes on elsewhere.
    /// - Parameter isReported: it gave the answer back of its own accord.
    mutating func moved(_ choice: String, from worker: Subject, isReported: Bool, now: Double) {
        let place = place(of: worker, now)
        entries[place].departure.streamsMoved += 1
        entries[place].departure.streamsReported += isReported ? 1 : 0
        // One that moves again before it has gone on waits since the first time.
        if moves[choice] == nil { moves[choice] = Move(number: entries[place].number, left: now) }
    }

    /// Another worker took it up.
    mutating func replayed(_ choice: String, tokens: Int) {
        guard let move = moves[choice], let place = place(move.number) else { return }
        entries[place].departure.tokensReplayed = entries[place].departure.tokensReplayed.saturatingSum(max(0, tokens))
    }

    /// Its next token is there.
    mutating func wentOn(_ choice: String, now: Double) {
        guard let move = moves.removeValue(forKey: choice), let place = place(move.number) else { return }
        entries[place].departure.longestPause = max(entries[place].departure.longestPause ?? 0, now - move.left)
    }

    /// Nobody waits for it any more.
    mutating func forget(_ choice: String) { moves[choice] = nil }

    private func place(_ number: Int) -> Int? { entries.lastIndex { $0.number == number } }

    // MARK: What is told

    func departures(now: Double) -> [FleetReport.Departure] {
        entries.filter { now - $0.began <= Self.memorySeconds }.map { entry in
            var departure = entry.departure
            departure.age = max(0, now - entry.began)
            departure.drainedAge = entry.drained.map { max(0, now - $0) }
            departure.goneAge = entry.gone.map { max(0, now - $0) }
            return departure
        }
    }
}
