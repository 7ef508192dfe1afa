import Foundation
import JSON
import Ledger
import PrivatePostgreSQL
import Testing

/// A ledger that the program and, in the place of a server, the test have open.
struct LedgerHome {
    enum Store: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, postgreSQL

        static let available: [Store] = PrivatePostgreSQL.isAvailable ? allCases : [.sqlite]

        var testDescription: String { rawValue }
    }

    let home: String
    /// A URL; nil for the file that the program takes by itself.
    let url: String?

    static func with(_ store: Store = .sqlite, _ body: (LedgerHome) async throws -> Void) async throws {
        try await withHome { home in
            guard store == .postgreSQL else { return try await body(LedgerHome(home: home, url: nil)) }
            let server = try await PrivatePostgreSQL.shared()
            try await body(LedgerHome(home: home, url: server.url(of: try await server.makeDatabase())))
        }
    }

    var file: String { home + "/ledger.db" }

    func gleaner(_ arguments: String...) async throws -> GleanerProcess { try await gleaner(arguments) }

    func gleaner(_ arguments: [String]) async throws -> GleanerProcess {
        try await GleanerProcess.run(
            arguments, home: home, environment: url.map { ["GLEANER_DATABASE": $0] } ?? [:])
    }

    /// What the program answers with `--json`.
    func json(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSON {
        let run = try await gleaner(arguments + ["--json"])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)", sourceLocation: sourceLocation)
        return try JSON.parse(run.output)
    }

    /// The rows of a CSV without quotes, each by the names of the columns.
    func csv(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [[String:
        String]]
    {
        let run = try await gleaner(arguments)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
        let lines = run.text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let names = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    func withLedger<Result>(_ body: (Ledger) async throws -> Result) async throws -> Result {
        let ledger = try await Ledger(database: DatabaseLocation(url ?? file).open()) {
            Int64(Date().timeIntervalSince1970 * 1000)
        }
        do {
            let result = try await body(ledger)
            await ledger.close()
            return result
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// The tenant `acme` with 10 USD, the model `m` at 0.15, 0.075 and 0.60 USD a million, and the pool `farm`, of which
    /// `alice` has four fifths.
    func setUp() async throws {
        for command in [
            "tenants add acme", "tenants deposit acme 10 --id first", "pools set farm --operator alice --share 80%",
            "prices set m --input 0.15 --cached-input 0.075 --output 0.60",
        ] {
            let run = try await gleaner(command.split(separator: " ").map(String.init))
            #expect(run.status == 0, "\(command): \(run.errors)")
        }
    }

    /// Serves a request of `acme` as a server would.
    func serve(
        _ id: String, prompt: Int = 100, cached: Int = 40, output: Int = 20, outcome: Outcome = .completed,
        key: String? = nil, model: String = "m"
    ) async throws {
        try await withLedger { ledger in
            _ = try await ledger.admit(
                AdmissionRequest(
                    requestID: id, tenant: "acme", keyID: key, model: model, tier: .standard, promptTokens: prompt,
                    outputTokens: 50))
            _ = try await ledger.settle(
                SettlementRequest(
                    requestID: id, outcome: outcome,
                    segments: [
                        SegmentUsage(
                            worker: "w", pool: "farm", promptTokens: prompt, cachedTokens: cached,
                            outputTokens: output, prefilledTokens: prompt)
                    ]))
        }
    }
}

extension JSON {
    /// The amount that a string says.
    var amount: PicoUSD? { string.flatMap { PicoUSD(decimal: $0) } }
}
