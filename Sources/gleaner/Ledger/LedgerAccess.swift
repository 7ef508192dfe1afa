import ArgumentParser
import Foundation
import Ledger
import ModelStore
import Options

/// Where this user's ledger is.
enum LedgerPlace {
    /// - Parameter database: a path or a URL; nil for `ledger.db` in `GLEANER_HOME`.
    static func location(_ database: String?, environment: [String: String]) throws -> DatabaseLocation {
        guard let database else {
            return try DatabaseLocation(StorePlaces.fromEnvironment(environment).home + "/ledger.db")
        }
        return try DatabaseLocation(expandTilde(database, environment: environment))
    }
}

/// The wall clock.
enum WallClock {
    /// Unix milliseconds.
    @Sendable static func nowMs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// What a command needs of the database.
enum LedgerNeed {
    /// It must be there: who reads, or changes what must exist, has misspelled the path of a file that is not.
    case existing
    /// It is made when it is not there.
    case any
}

extension DatabaseFlags {
    /// Opens the ledger, lets `body` use it and closes it.
    func withLedger<Result>(
        _ need: LedgerNeed = .existing, deadlines: StoreDeadlines = StoreDeadlines(),
        _ body: (Ledger) async throws -> Result
    ) async throws -> Result {
        let environment = ProcessInfo.processInfo.environment
        let location = try LedgerPlace.location(resolve(environment: environment), environment: environment)
        if need == .existing, case .sqlite(let path) = location, access(path, F_OK) != 0, errno == ENOENT {
            throw LedgerCommandError.noLedger(path: path)
        }
        let ledger = try await Ledger(database: location.open(deadlines), nowMs: WallClock.nowMs)
        do {
            let result = try await body(ledger)
            await ledger.close()
            return result
        } catch {
            await ledger.close()
            throw error
        }
    }
}

extension TerminalOutput {
    /// For what must not be lost unnoticed, as on a full disk.
    static func writeWhole(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}

/// What is wrong with what a command on the ledger was asked.
enum LedgerCommandError: Error, CustomStringConvertible {
    case noLedger(path: String)
    /// - Parameter list: the command that shows which there are.
    case unknown(kind: String, id: String, list: String)
    case unknownEntry(String)
    case unknownRequest(String)
    case noCustomer(tenant: String)

    var description: String {
        switch self {
        case .noLedger(let path):
            "There is no ledger at \(path): 'gleaner tenants add' and 'gleaner prices set' begin one, --database "
                + "names another."
        case .unknown(let kind, let id, let list):
            "There is no \(kind) '\(id.prefix(80))': '\(list)' shows which there are."
        case .unknownEntry(let id):
            "There is no entry '\(id.prefix(80))': 'gleaner usage show' names the entry of a request, 'gleaner "
                + "statement' those of a tenant."
        case .unknownRequest(let id):
            "The ledger knows no request '\(id.prefix(80))': it was never admitted, or ended before it was served. Its "
                + "id is the 'id' of its answer."
        case .noCustomer(let tenant):
            "The tenant '\(tenant)' has usage and no customer at Stripe: add --customer \(tenant)=cus_…, or export "
                + "others alone by --tenant."
        }
    }
}
