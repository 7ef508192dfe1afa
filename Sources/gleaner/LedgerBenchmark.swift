import Foundation
import Ledger

/// How fast a ledger settles requests, how long it makes one wait, and how soon it answers what a month cost.
///
/// Every request has 1,000 prompt tokens and 300 of at most 500 output tokens, belongs to one of 20 tenants, and is
/// split between an operator and the platform: one reservation made and released, one line of usage and one entry of
/// three postings.
struct LedgerBenchmark {
    let ledger: Ledger
    /// Sets the ids of this run apart from those of earlier ones.
    let run: String

    private static let numTenants = 20

    /// Tenants with money, a price and a pool.
    func prepare() async throws {
        let known = try await ledger.directory().tenants
        for number in 0..<Self.numTenants {
            let tenant = "bench-\(number)"
            if known[tenant] == nil { _ = try await ledger.addTenant(id: tenant) }
            guard let amount = PicoUSD(decimal: "1000000") else { continue }
            _ = try await ledger.deposit(amount, tenant: tenant, id: "\(run)-\(number)")
        }
        let prices = try TokenPrices(
            input: PicoUSD(pico: 150_000), cachedInput: PicoUSD(pico: 75_000), output: PicoUSD(pico: 600_000))
        _ = try await ledger.setPrice(model: "bench", tier: .standard, base: prices)
        guard let share = Share("4/5") else { return }
        try await ledger.setPool(Pool(id: "bench", operatorID: "bench", operatorShare: share))
    }

    /// Admits and settles without pause.
    /// - Parameter inFlight: requests at once.
    /// - Returns: requests settled in each second.
    func settle(inFlight: Int, seconds: Int) async throws -> [Int] {
        let begin = ContinuousClock.now
        let end = begin + .seconds(seconds)
        let lanes = try await withThrowingTaskGroup(of: [Int].self) { group in
            for lane in 0..<inFlight {
                group.addTask {
                    var counts = Array(repeating: 0, count: seconds)
                    for number in 0... where ContinuousClock.now < end {
                        try await request("\(lane)-\(number)", tenant: lane + number)
                        let second = Int(begin.duration(to: .now).components.seconds)
                        guard second < seconds else { break }
                        counts[second] += 1
                    }
                    return counts
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return (0..<seconds).map { second in lanes.reduce(0) { $0 + $1[second] } }
    }

    /// One request from its admission to its end.
    private func request(_ id: String, tenant: Int) async throws {
        try await settle(admit(id, tenant: tenant))
    }

    func admit(_ id: String, tenant: Int) async throws -> Reservation {
        let request = AdmissionRequest(
            requestID: "\(run)-\(id)", tenant: "bench-\(tenant % Self.numTenants)", keyID: nil, model: "bench",
            tier: .standard, promptTokens: 1000, outputTokens: 500)
        return try await ledger.admit(request).reservation
    }

    func settle(_ reservation: Reservation) async throws {
        let segment = SegmentUsage(
            worker: "bench", pool: "bench", promptTokens: 1000, cachedTokens: 100, outputTokens: 300)
        _ = try await ledger.settle(
            SettlementRequest(
                requestID: reservation.request.requestID, outcome: .completed, segments: [segment],
                reservation: reservation))
    }
}
