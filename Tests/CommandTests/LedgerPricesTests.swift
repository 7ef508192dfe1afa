import JSON
import Ledger
import Testing

@Suite struct LedgerPricesTests {
    @Test func aPriceForAMillionIsThePriceForOneToken() async throws {
        try await LedgerHome.with { home in
            let million = try await home.json(
                "prices", "set", "m", "--input", "0.15", "--cached-input", "0.000001", "--output", "1000000")
            let token = try await home.json(
                "prices", "set", "m", "--per", "token", "--input", "0.00000015", "--cached-input", "0.000000000001",
                "--output", "1")
            #expect(million["prices"] == token["prices"])
            #expect(
                million["prices"]?.serialized()
                    == #"{"input":"0.00000015","cached_input":"0.000000000001","output":"1"}"#)
            #expect(try await home.json("prices", "show", "2") == token)
            let rows = try await home.csv("prices", "list", "--csv")
            #expect(
                rows.map { $0["state"] } == ["past", "now"] && rows.map { $0["output"] } == ["1000000", "1000000"])
            #expect(try await home.gleaner("prices", "list", "--per", "token").text.contains(" 0.00000015 "))
            #expect(try await home.json("prices", "list", "--model", "other").array?.isEmpty == true)
        }
    }

    @Test(arguments: [
        ("mon-fri 16:30-00:30 input=0.3 cached-input=0.15 output=1.2", [1, 2, 3, 4, 5]),
        ("16:30-00:30 input=0.3 cached-input=0.15 output=1.2", [1, 2, 3, 4, 5, 6, 7]),
        ("mon,wed-thu,sun 16:30-00:30 input=0.3 cached-input=0.15 output=1.2", [1, 3, 4, 7]),
    ])
    func aWindowIsShownAsItIsWritten(_ text: String, _ days: [Int]) async throws {
        try await LedgerHome.with { home in
            let set = ["prices", "set", "m", "--input", "1", "--cached-input", "1", "--output", "1", "--window", text]
            let run = try await home.gleaner(set)
            #expect(run.status == 0 && run.text.contains("\nwindow        \(text)\n"), "\(run.text)\(run.errors)")
            let windows = try await home.json("prices", "show", "1")["windows"]
            #expect(windows?.array?.first?["weekdays"]?.array?.compactMap(\.int) == days)
        }
    }

    @Test func aPriceThatComesTooLateOrIsPlannedSaysSo() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let late = try await home.gleaner(
                "prices", "set", "m", "--input", "1", "--output", "1", "--from", "2020-01-01")
            #expect(late.status == 0 && late.errors.contains("version 1 holds"))
            let planned = try await home.gleaner(
                "prices", "set", "m", "--input", "1", "--output", "1", "--from", "2999-01-01")
            #expect(planned.status == 0 && planned.errors.isEmpty)
            let states = try await home.csv("prices", "list", "--csv").map { $0["state"] }
            #expect(states == ["now", "past", "later"])
        }
    }

    @Test func modelsThatAreFreeAreNamed() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            #expect(try await home.gleaner("prices", "list").errors.isEmpty)
            // One that was served, one whose price is planned, one that has a price in another tier only.
            try await home.serve("r-1", model: "mm")
            _ = try await home.json("prices", "set", "later", "--input", "1", "--output", "1", "--from", "2999-01-01")
            _ = try await home.json("prices", "set", "flexible", "--input", "1", "--output", "1", "--tier", "flex")
            let run = try await home.gleaner("prices", "list")
            #expect(run.status == 0)
            let warned = run.errors.split(separator: "\n").filter { $0.contains("has no price and is free") }
            #expect(warned.compactMap { $0.split(separator: "'").first } == ["flexible", "later", "mm"])
            #expect(try await home.gleaner("prices", "list", "--model", "m").errors.isEmpty)
            #expect(try await home.gleaner("prices", "list", "--csv").errors.isEmpty)
            #expect(try await home.json("prices", "list").array?.count == 3)
        }
    }

    @Test(arguments: [
        (["--input", "-1", "--output", "1"], "never negative"), (["--input", "1e-7", "--output", "1"], "1e-7"),
        (["--input", "0.0000001", "--output", "1"], "at most 6 decimals"),
        (["--input", "1", "--output", "2", "--per", "token"], "for one token or for a million"),
        (["--input", "1"], "--output"), (["--input", "1", "--output", "1", "--tier", "gold"], "default, flex"),
        (["--input", "1", "--output", "1", "--from", "yesterday"], "2026-11-21"),
        (["--input", "1", "--output", "1", "--window", "1:00-2:00 input=1 output=1"], "16:30"),
        (["--input", "1", "--output", "1", "--window", "01:00-24:00 input=1 output=1"], "00:00"),
        (["--input", "1", "--output", "1", "--window", "noday 01:00-02:00 input=1 output=1"], "'noday'"),
        (["--input", "1", "--output", "1", "--window", "01:00-02:00 input=1"], "input= and output="),
        (["--input", "1", "--output", "1", "--window", "01:00-02:00 input=1 input=2 output=1"], "no window"),
        (
            ["--input", "1", "--cached-input", "0", "--output", "1", "--window", "01:00-02:00 input=1 output=1"],
            "cached-input="
        ),
    ])
    func aBadPriceIsRefusedWithWhatToWrite(_ flags: [String], _ words: String) async throws {
        try await LedgerHome.with { home in
            let run = try await home.gleaner(["prices", "set", "m"] + flags)
            #expect(run.status == 64 && run.output.isEmpty && run.errors.contains(words), "\(run.errors)")
        }
    }
}
