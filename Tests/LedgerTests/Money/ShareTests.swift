import Ledger
import TestSupport
import Testing

@Suite struct ShareTests {
    @Test(
        arguments: [
            ("4/5", 4, 5), ("80%", 4, 5), ("0.8", 4, 5), ("8/10", 4, 5), ("1/3", 1, 3), ("0", 0, 1), ("0/7", 0, 1),
            ("1", 1, 1), ("100%", 1, 1), ("7/7", 1, 1), ("0%", 0, 1), ("12.5%", 1, 8), ("-0", 0, 1),
            ("0.000000000001", 1, 1_000_000_000_000), ("0.0000000001%", 1, 1_000_000_000_000),
            ("1/1000000000000000", 1, 1_000_000_000_000_000),
        ] as [(String, Int64, Int64)])
    func reads(text: String, numerator: Int64, denominator: Int64) {
        let share = Share(text)
        #expect(share?.numerator == numerator && share?.denominator == denominator)
    }

    @Test(arguments: [
        "", "/", "%", "1/", "/2", "1/0", "0/0", "6/5", "101%", "1.1", "-1/5", "1/-5", "-1/-5", "-0.1", "1/2/3", "1.5/2",
        "0.5/1", "50%%", "%50", "50 %", " 1/2", "1 / 2", "1e-1", "+1/2", "01/2", "1/02", "0.0000000000001", "NaN",
        "1/2%", "½", "١/٢", "4/\u{301}5", "80\u{600}%", "1/10000000000000000", "1/99999999999999999999",
        String(repeating: "1", count: 100_000) + "/2", String(repeating: "/", count: 100_000),
    ])
    func refuses(text: String) {
        #expect(Share(text) == nil)
    }

    @Test func isReducedAndRoundTrips() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let below = Int64.random(in: 1...1_000_000_000, using: &random) >> Int64.random(in: 0...25, using: &random)
            let denominator = max(1, below)
            let numerator = Int64.random(in: 0...denominator, using: &random)
            guard let share = Share(numerator: numerator, denominator: denominator) else {
                Issue.record("\(numerator)/\(denominator) is a share")
                continue
            }
            #expect(Int128(share.numerator) * Int128(denominator) == Int128(numerator) * Int128(share.denominator))
            #expect(Share(numerator: share.numerator * 7, denominator: share.denominator * 7) == share)
            #expect(Share(share.description) == share)
            #expect(share.complement.numerator == share.denominator - share.numerator)
            #expect(share.complement.complement == share)
        }
    }

    @Test func isBetweenNoneAndAll() {
        #expect(Share(numerator: -1, denominator: 2) == nil && Share(numerator: 3, denominator: 2) == nil)
        #expect(Share(numerator: 1, denominator: 0) == nil && Share(numerator: 0, denominator: 0) == nil)
        #expect(Share(numerator: -1, denominator: -2) == nil && Share(numerator: .min, denominator: .min) == nil)
        #expect(
            Share(numerator: .max, denominator: .max) == .all && Share(numerator: 0, denominator: .max) == Share.none)
        #expect(Share.all.complement == .none && Share.all.description == "1" && Share.none.description == "0")
    }
}
