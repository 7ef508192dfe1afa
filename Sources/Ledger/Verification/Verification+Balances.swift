extension Verification {
    mutating func checkBalances() throws {
        var left = sums
        try session.forEach("SELECT account, balance FROM balances", []) { row in
            let account = try row.text(0)
            let place = "account \(account)"
            let balance = try read(place) { try row.amount(1) }
            try expect(left.removeValue(forKey: account) ?? .zero, balance, "balance in USD", at: place)
            count()
        }
        if let account = left.keys.min() {
            throw discrepancy(
                "account \(account)", "balance in USD", expected: sums[account] ?? .zero, found: "missing")
        }
        let all = sums.values.reduce(PicoUSD.zero, +)
        try expect(PicoUSD.zero, all, "the sum in USD", at: "all accounts together")
    }
}
