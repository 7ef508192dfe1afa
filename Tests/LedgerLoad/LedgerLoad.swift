import Foundation
import Ledger
import TestSupport

/// A gateway's worth of changes to a ledger, for a test that kills it: `LedgerLoad PLACE ROUND NOW-MS`.
///
/// It admits, notes, settles and pays in from eight tasks until it is killed, and writes a line for each answer that it
/// got: `A id` admitted, `N id tokens` noted, `S id pico-USD` settled, `D id` paid in.
@main
struct LedgerLoad {
    let ledger: Ledger
    let round: Int

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let round = Int(arguments[2]), let nowMs = Int64(arguments[3]) else {
            fatalError("LedgerLoad PLACE ROUND NOW-MS")
        }
        let database = try DatabaseLocation(arguments[1]).open()
        let load = LedgerLoad(ledger: try await Ledger(database: database, nowMs: { nowMs }), round: round)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<8 { group.addTask { try await load.run(lane) } }
            try await group.waitForAll()
        }
    }

    private func run(_ lane: Int) async throws {
        var random = SeededGenerator(seed: UInt64(round * 8 + lane))
        for number in 0... {
            let id = "\(round)-\(lane)-\(number)"
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try await payIn(id)
            // Left behind, as by a server that dies between two words.
            case 1: try await admitAndNote(id, times: Int.random(in: 0..<3, using: &random))
            default:
                try await admitAndNote(id, times: Int.random(in: 0..<2, using: &random))
                try await settle(id, output: Int.random(in: 20..<50, using: &random))
                if Bool.random(using: &random) { try await settle(id, output: 30) }
            }
        }
    }

    private func payIn(_ id: String) async throws {
        guard let amount = PicoUSD(decimal: "0.001") else { return }
        _ = try await ledger.deposit(amount, tenant: "acme", id: id)
        say("D \(id)")
    }

    private func admitAndNote(_ id: String, times: Int) async throws {
        _ = try await ledger.admit(
            AdmissionRequest(
                requestID: id, tenant: "acme", keyID: nil, model: "m", tier: .standard, promptTokens: 100,
                outputTokens: 50))
        say("A \(id)")
        for time in 0..<times {
            try await ledger.note([segment(output: 5 + 5 * time)], of: id)
            say("N \(id) \(5 + 5 * time)")
        }
    }

    private func settle(_ id: String, output: Int) async throws {
        let request = SettlementRequest(requestID: id, outcome: .completed, segments: [segment(output: output)])
        let settled = try await ledger.settle(request)
        say("S \(id) \(settled.charge.pico)")
    }

    private func segment(output: Int) -> SegmentUsage {
        SegmentUsage(worker: "w", pool: "east", promptTokens: 100, outputTokens: output)
    }

    /// One write, so that a line is there whole or not at all.
    private func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }
}
