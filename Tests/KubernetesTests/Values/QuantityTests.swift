import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("2", 2_000_000_000), ("500m", 500_000_000), ("0.1", 100_000_000), (".5", 500_000_000), ("5.", 5_000_000_000),
        ("1n", 1), ("1u", 1000), ("0.5n", 1), ("1.1n", 2), ("-0.5n", -1), ("+3", 3_000_000_000),
        ("1e3", 1_000_000_000_000),
        ("1E3", 1_000_000_000_000), ("1e-3", 1_000_000), ("1k", 1_000_000_000_000), ("0", 0), ("-0", 0), ("00.00Ki", 0),
        ("1.5Ki", 1_536_000_000_000), ("0.5Ki", 512_000_000_000), ("-1Ki", -1_024_000_000_000), ("0e9", 0),
        ("1e-99", 1), ("0.00000000000000000000000000000000001", 1),
    ])
    func readsTheFormsThatTheAPIHas(_ text: String, _ nanos: Int) throws {
        let quantity = try #require(Quantity(text))
        #expect(quantity.nanos == Int128(nanos))
    }

    @Test func readsLargeAmounts() throws {
        #expect(Quantity("8Gi") == Quantity(8 << 30))
        #expect(Quantity("1Ei") == Quantity(1 << 60))
        #expect(Quantity("1E") == Quantity(1_000_000_000_000_000_000))
        #expect(Quantity("9223372036854775807") == .maximum)
        #expect(Quantity("99999999999999999999999999999999999999999999") == .maximum)
        #expect(Quantity("1e99") == .maximum)
        #expect(Quantity("16Ei") == .maximum)
        #expect(Quantity("-1e99")?.nanos == -Quantity.maximum.nanos)
        #expect(Quantity("0.9999999999999999999999999Ei")?.units == 1 << 60)
    }

    @Test(arguments: [
        "", ".", "-", "1 ", " 1", "1KiB", "1ki", "1K", "e3", "1e", "1e+", "1.2.3", "0x10", "1_000", "١", "NaN", "1e1e1",
        "--1", "1mm", "Ki", "1e٣",
    ])
    func refusesWhatIsNoAmount(_ text: String) { #expect(Quantity(text) == nil) }

    @Test func isReadFromJSONNumbersToo() {
        #expect(Quantity(JSON.int(3)) == Quantity(3))
        #expect(Quantity(JSON.double(0.5)) == Quantity(milli: 500))
        #expect(Quantity(JSON.double(1e22)) == .maximum)
        #expect(Quantity(JSON.bool(true)) == nil)
        #expect(Quantity(nil as JSON?) == nil)
    }

    @Test func textReadsBackAsTheSame() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let digits = Int.random(in: .min ... .max, using: &generator) >> Int.random(in: 0..<63, using: &generator)
            let suffix =
                ["n", "u", "m", "", "k", "M", "Ki", "Mi", "Gi", "e2", "e-5"].randomElement(using: &generator) ?? ""
            let quantity = try #require(Quantity("\(digits)\(suffix)"))
            #expect(Quantity(quantity.description) == quantity, "\(digits)\(suffix)")
        }
    }

    /// Against arithmetic on numbers that are small enough for it to be plain.
    @Test func suffixesMultiply() throws {
        let factors: [(String, Int128)] = [
            ("n", 1), ("u", 1000), ("m", 1_000_000), ("", 1_000_000_000), ("k", 1_000_000_000_000),
            ("Ki", 1_024_000_000_000), ("Mi", 1_048_576_000_000_000),
        ]
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let (suffix, factor) = try #require(factors.randomElement(using: &generator))
            let (whole, part) = (
                Int128.random(in: 0..<100_000, using: &generator), Int128.random(in: 0..<1000, using: &generator)
            )
            let fraction = String(String(1000 + part).dropFirst())
            let exact = whole * factor * 1000 + part * factor
            let expected = (exact + 999) / 1000
            #expect(Quantity("\(whole).\(fraction)\(suffix)")?.nanos == expected)
        }
    }

    @Test func anythingIsReadWithoutHarm() {
        var generator = SeededGenerator(seed: 3)
        let signs = Array("0123456789.eE+-mnukKMGTPi ")
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<12, using: &generator)
            let text = String((0..<count).map { _ in signs.randomElement(using: &generator) ?? "0" })
            guard let quantity = Quantity(text) else { continue }
            #expect(Quantity(quantity.description) == quantity, "\(text)")
            #expect(quantity <= .maximum)
        }
    }

    @Test func arithmeticStopsAtTheLargest() {
        #expect(Quantity.maximum + Quantity(1) == .maximum)
        #expect(Quantity(2) + Quantity(milli: 500) == Quantity("2.5"))
        #expect(Quantity(2) - Quantity(3) == Quantity(-1))
        #expect(Quantity.maximum.times(8) == .maximum)
        #expect(Quantity(-1).times(.max).nanos < 0)
        #expect(Quantity("8Gi")?.times(3) == Quantity("24Gi"))
        #expect(Quantity("100m")?.units == 1)
        #expect(Quantity("-100m")?.units == 0)
        #expect(Quantity("1500u")?.milli == 2)
        #expect(Quantity.maximum.milli == .max)
        #expect(Quantity(1) < Quantity(milli: 1001))
    }
}
