import Foundation
import Ledger

extension LedgerBenchmark {
    /// How long requests waited.
    struct Waits {
        /// For the answer to their admission, from asking for it.
        var admission: [Duration] = []
        /// For the moment in which they may be served, from that in which they were to come.
        var withLedger: [Duration] = []
        /// The same as if there were no ledger.
        var withoutLedger: [Duration] = []
    }

    /// Seconds with the ledger, and then without it.
    private static let turn = 5
    /// Seconds that a request generates, on the average.
    private static let generation = 0.2

    /// Lets requests come at random moments, whether or not those before are done, in turns with the ledger and without.
    ///
    /// The moments are those of a Poisson process. Each request waits for its admission, generates for a random time and
    /// is settled. A first turn is not counted: what earlier measurements left to write is written in it.
    func waits(perSecond rate: Int, seconds: Int) async throws -> Waits {
        var waits = Waits()
        _ = try await arrivals("warm", perSecond: rate, seconds: Self.turn, withLedger: true)
        for begin in stride(from: 0, to: seconds, by: Self.turn) {
            let length = min(Self.turn, seconds - begin)
            let with = try await arrivals("open-\(begin)", perSecond: rate, seconds: length, withLedger: true)
            waits.admission += with.map(\.admission)
            waits.withLedger += with.map(\.all)
            waits.withoutLedger += try await arrivals(
                "free-\(begin)", perSecond: rate, seconds: length, withLedger: false
            ).map(\.all)
        }
        return waits
    }

    private typealias Wait = (admission: Duration, all: Duration)

    private func arrivals(_ name: String, perSecond rate: Int, seconds: Int, withLedger: Bool) async throws -> [Wait] {
        let begin = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Wait.self) { group in
            var due = begin
            for number in 0... {
                due += .seconds(Self.exponential(mean: 1 / Double(rate)))
                guard due < begin + .seconds(seconds) else { break }
                try await Task.sleep(until: due, tolerance: .zero)
                group.addTask { [due] in
                    guard withLedger else { return (.zero, due.duration(to: .now)) }
                    let called = ContinuousClock.now
                    let reservation = try await admit("\(name)-\(number)", tenant: number)
                    let answered = ContinuousClock.now
                    try await Task.sleep(for: .seconds(Self.exponential(mean: Self.generation)))
                    try await settle(reservation)
                    return (called.duration(to: answered), due.duration(to: answered))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func exponential(mean: Double) -> Double { -mean * log(1 - Double.random(in: 0..<1)) }
}
