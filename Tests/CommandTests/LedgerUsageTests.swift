import JSON
import Ledger
import Testing

@Suite struct LedgerUsageTests {
    @Test(arguments: LedgerHome.Store.available)
    func aRequestIsFollowedFromItsTokensToItsPostings(_ store: LedgerHome.Store) async throws {
        try await LedgerHome.with(store) { home in
            try await home.setUp()
            let key = try await home.json("keys", "create", "--tenant", "acme")["key_id"]?.string
            try await home.serve("r1", key: key)
            // 60 × 0.00000015 + 40 × 0.000000075 + 20 × 0.0000006
            let request = try await home.json("usage", "show", "r1")
            #expect(request["charge"]?.string == "0.000024" && request["key_id"]?.string == key)
            let segment = request["segments"]?.array?.first
            #expect(segment?["price_version"]?.int == 1 && segment?["earned"]?.string == "0.0000192")
            #expect(request["prices"]?.array?.first?["version"]?.int == 1)
            let postings = request["entry"]?["postings"]?.array ?? []
            let moves = postings.map { "\($0["account"]?.string ?? "") \($0["amount"]?.string ?? "")" }
            #expect(moves == ["tenant:acme -0.000024", "operator:alice 0.0000192", "platform:revenue 0.0000048"])
            let page = try await home.gleaner("usage", "show", "r1").text
            let sum = "(100 - 40) x 0.00000015 + 40 x 0.000000075 + 20 x 0.0000006 = 0.000024\n"
            #expect(page.contains(sum) && page.contains("request:r1"), "\(page)")
            #expect(try await home.json("ledger", "show", "request:r1") == request["entry"])
            #expect(try await home.json("tenants", "show", "acme")["spent_this_month"]?.string == "0.000024")
        }
    }

    @Test func whoPaysNothingIsToldWhy() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            try await home.serve("failed", outcome: .failed)
            try await home.serve("silent", output: 0, outcome: .cancelled)
            for (id, reason) in [("failed", "a request that failed"), ("silent", "without a delivered token")] {
                let page = try await home.gleaner("usage", "show", id).text
                #expect(page.contains(reason) && page.contains("No money moved"), "\(page)")
            }
            try await home.withLedger { ledger in
                let request = AdmissionRequest(
                    requestID: "open", tenant: "acme", keyID: nil, model: "m", tier: .standard, promptTokens: 10,
                    outputTokens: 10)
                _ = try await ledger.admit(request)
            }
            let open = try await home.gleaner("usage", "show", "open").text
            #expect(open.contains("under way") && open.contains("0.0000075"), "\(open)")
            #expect(try await home.json("tenants", "show", "acme")["reserved"]?.string == "0.0000075")
        }
    }

    @Test func everyReportHasTheSameSum() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            for number in 0..<5 { try await home.serve("r\(number)", prompt: 100 + number, output: number) }
            let balance = try #require(try await home.json("tenants", "show", "acme")["balance"]?.amount)
            let spent = try #require(PicoUSD(decimal: "10")) - balance
            #expect(spent > .zero)

            let groups = try await home.json("usage", "--tenant", "acme", "--group-by", "tier,model,key,pool").array
            #expect(groups?.count == 1 && groups?.first?["charge"]?.amount == spent)
            #expect(groups?.first?["key"]?.isNull == true && groups?.first?["pool"]?.string == "farm")
            #expect(try await home.csv("usage", "--csv").map { $0["charge"] } == [spent.description])
            let export = try await home.csv("usage", "export", "--format", "csv", "--to", "2999-01-01")
            let charges = export.compactMap { PicoUSD(decimal: $0["charge_usd"] ?? "") }
            #expect(charges.count == 5 && charges.reduce(.zero, +) == spent)

            let statement = try await home.json("statement", "acme")
            #expect(statement["closing"]?.amount == balance && statement["agrees"]?.bool == true)
            let lines = try await home.csv("statement", "acme", "--csv")
            let sum = lines.dropLast().compactMap { PicoUSD(decimal: $0["amount"] ?? "") }.reduce(.zero, +)
            #expect(lines.last?["line"] == "closing" && sum == balance)
            let earned = try await home.json("statement", "--operator", "alice")
            #expect(earned["closing"]?.amount == spent.split(try #require(Share("4/5"))).part)
            let balances = try await home.json("ledger", "balances").array ?? []
            #expect(balances.compactMap { $0["balance"]?.amount }.reduce(.zero, +) == .zero && balances.count == 4)
            let other = try await home.gleaner("usage", "--month", "2020-01")
            #expect(other.status == 0 && other.output.isEmpty && other.errors.contains("2020-01"))
        }
    }

    @Test func anExportTwiceIsTheSameAndNamesEveryCustomer() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            try await home.serve("r1")
            try await home.serve("r2", outcome: .failed)
            let export = ["usage", "export", "--to", "2999-01-01", "--format"]
            let lago = try await home.gleaner(export + ["lago"]).text
            #expect(try await home.gleaner(export + ["lago"]).text == lago)
            let events = try lago.split(separator: "\n").map { try JSON.parse(String($0)) }
            #expect(Set(events.compactMap { $0["transaction_id"]?.string }).count == 3)
            #expect(events.allSatisfy { $0["external_subscription_id"]?.string == "acme" })
            let nobody = try await home.gleaner(export + ["stripe"])
            #expect(nobody.status == 1 && nobody.output.isEmpty && nobody.errors.contains("--customer acme=cus_"))
            let stripe = try await home.gleaner(export + ["stripe", "--customer", "acme=cus_1"])
            let first = try JSON.parse(String(try #require(stripe.text.split(separator: "\n").first)))
            #expect(first["payload"]?["stripe_customer_id"]?.string == "cus_1" && stripe.errors.hasPrefix("2 lines"))
        }
    }
}
