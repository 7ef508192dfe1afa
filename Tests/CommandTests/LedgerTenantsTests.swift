import Foundation
import JSON
import Ledger
import Testing

@Suite struct LedgerTenantsTests {
    @Test func withoutALedgerEveryCommandSaysHowToBeginOne() async throws {
        try await LedgerHome.with { home in
            for command in ["tenants list", "keys list", "usage", "statement acme", "ledger balances", "payouts"] {
                let run = try await home.gleaner(command.split(separator: " ").map(String.init))
                #expect(
                    run.status == 1 && run.output.isEmpty && run.errors.contains("gleaner tenants add"), "\(command)")
            }
            #expect(!FileManager.default.fileExists(atPath: home.file), "reading makes nothing")
        }
    }

    @Test(arguments: LedgerHome.Store.available)
    func aTenantIsAddedChangedSuspendedAndPaysIn(_ store: LedgerHome.Store) async throws {
        try await LedgerHome.with(store) { home in
            let added = try await home.json(
                "tenants", "add", "acme", "--name", "Acme, Inc.", "--monthly-budget", "250.50", "--models", "a,b")
            #expect(added["balance"]?.string == "0" && added["credit_limit"]?.string == "0")
            #expect(added["limits"]?.serialized() == #"{"monthly_budget":"250.5","models":["a","b"]}"#)
            let changed = try await home.json(
                "tenants", "set", "acme", "--monthly-budget", "unlimited", "--credit-limit", "5",
                "--requests-per-minute",
                "60")
            #expect(changed["limits"]?.serialized() == #"{"requests_per_minute":60,"models":["a","b"]}"#)
            #expect(changed["available"]?.string == "5" && changed["name"]?.string == "Acme, Inc.")
            #expect(try await home.json("tenants", "suspend", "acme")["suspended"]?.bool == true)
            #expect(try await home.json("tenants", "resume", "acme")["suspended"]?.bool == false)

            let deposit = try await home.json("tenants", "deposit", "acme", "0.000000000001", "--id", "p1")
            #expect(deposit["id"]?.string == "deposit:p1" && deposit["postings"]?.array?.count == 2)
            let again = try await home.gleaner("tenants", "deposit", "acme", "0.000000000001", "--id", "p1")
            #expect(again.status == 0 && again.errors.contains("Nothing changed"))
            let other = try await home.gleaner("tenants", "deposit", "acme", "2", "--id", "p1")
            #expect(other.status == 1 && other.errors.contains("'deposit:p1' exists"))
            #expect(try await home.json("tenants", "show", "acme")["balance"]?.string == "0.000000000001")

            let list = try await home.json("tenants", "list").array
            #expect(list?.compactMap { $0["tenant"]?.string } == ["acme", "local"])
            let table = try await home.gleaner("tenants").text.split(separator: "\n")
            #expect(table.count == 3 && table[0].hasPrefix("TENANT ") && table[1].contains("0.000000000001"))
        }
    }

    @Test func csvQuotesWhatItMustAndRunsNoFormula() async throws {
        try await LedgerHome.with { home in
            _ = try await home.json("tenants", "add", "a", "--name", "=1+1,\"x\"")
            let csv = try await home.gleaner("tenants", "list", "--csv").text
            #expect(csv.contains("\na,\"'=1+1,\"\"x\"\"\",no,0,"), "\(csv)")
        }
    }

    @Test(arguments: [
        ["tenants", "add", "a b"], ["tenants", "add", String(repeating: "a", count: 65)], ["tenants", "add"],
        ["tenants", "add", "a", "--name", "a\u{1B}[2J"], ["tenants", "add", "a", "--requests-per-minute", "0"],
        ["tenants", "add", "a", "--monthly-budget", "-1"], ["tenants", "add", "a", "--credit-limit", "1e3"],
        ["tenants", "set", "a"], ["tenants", "deposit", "a", "0", "--id", "x"], ["tenants", "deposit", "a", "1"],
        ["tenants", "deposit", "a", "1.0000000000001", "--id", "x"], ["tenants", "deposit", "a", "1", "--id", ""],
        ["tenants", "list", "--json", "--csv"], ["keys", "create"], ["keys", "create", "--role", "root"],
        ["keys", "create", "--role", "admin", "--tenant", "a"], ["keys", "create", "--tenant", "a", "--expires", "90"],
        ["keys", "create", "--tenant", "a", "--expires", "2020-01-01"], ["keys", "revoke", "glt_0123"],
        ["keys", "create", "--role", "admin", "--models", "m"],
        ["pools", "set", "p", "--operator", "o", "--share", "1.1"],
        ["pools", "set", "p/q", "--operator", "o", "--share", "1"], ["usage", "--month", "2026-13"],
        ["usage", "--month", "+202-01"], ["usage", "--group-by", "model,model"], ["usage", "--group-by", "colour"],
        ["usage", "export", "--format", "xml"], ["statement"], ["statement", "a", "--operator", "b"],
        ["usage", "export", "--format", "csv", "--from", "2026-02-29"], ["payouts", "pay"],
        ["usage", "export", "--format", "csv", "--from", "2026-02-02", "--to", "2026-02-01"],
        ["payouts", "pay", "a", "a"], ["payouts", "pay", "a", "--all"], ["ledger", "reverse", "e"], ["ledger", "show"],
    ])
    func whatCannotBeUnderstoodChangesNothing(_ arguments: [String]) async throws {
        try await LedgerHome.with { home in
            let run = try await home.gleaner(arguments)
            #expect(run.status == 64 && run.output.isEmpty && run.errors.hasPrefix("Error: "), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: home.file))
        }
    }

    @Test func whatIsNotThereIsNamedWithTheCommandThatLists() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            for (command, list) in [
                ("tenants show nobody", "gleaner tenants list"),
                ("tenants set nobody --name x", "gleaner tenants list"),
                ("tenants suspend nobody", "gleaner tenants list"),
                ("keys create --tenant nobody", "gleaner tenants list"),
                ("tenants deposit nobody 1 --id x", "gleaner tenants list"),
                ("keys revoke glt_0123456789", "gleaner keys"),
                ("prices show 9", "gleaner prices list"), ("usage show nothing", "'nothing'"),
                ("usage --tenant nobody", "gleaner tenants list"), ("statement nobody", "gleaner tenants list"),
                ("ledger show 99", "'99'"), ("ledger reverse nothing --id x", "'nothing'"),
                ("payouts pay nobody", "gleaner payouts list"), ("tenants add acme", "'acme' already"),
            ] {
                let run = try await home.gleaner(command.split(separator: " ").map(String.init))
                #expect(run.status == 1 && run.output.isEmpty && run.errors.contains(list), "\(command): \(run.errors)")
            }
        }
    }

    @Test func aPasswordIsNeverRepeated() async throws {
        try await withHome { (home) async throws in
            for url in ["postgresql://u:s3cret@127.0.0.1:1/x", "postgresql://u:s3cret@h/x\n", "mysql://u:s3cret@h/x"] {
                for arguments in [["tenants", "list", "--database", url], ["tenants", "list"]] {
                    let run = try await GleanerProcess.run(
                        arguments, home: home, environment: arguments.count == 2 ? ["GLEANER_DATABASE": url] : [:])
                    #expect(run.status == 1 && !run.errors.contains("s3cret"), "\(run.errors)")
                }
            }
        }
    }
}
