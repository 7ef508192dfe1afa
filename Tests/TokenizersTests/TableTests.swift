import TestSupport
import Testing
import Tokenizers

@Suite struct TableTests {
    @Test func pairTableIsADictionary() {
        var generator = SeededGenerator(seed: 6)
        var table = PairTable(minimumCapacity: 0)
        var reference: [UInt64: UInt64] = [:]
        for _ in 0..<20_000 {
            let key = UInt64.random(in: 0..<8000, using: &generator) << UInt64.random(in: 0..<40, using: &generator)
            let value = UInt64.random(in: 0..<1_000_000, using: &generator)
            #expect(table.insert(key, value) == reference.updateValue(value, forKey: key) ?? PairTable.absent)
            let other = UInt64.random(in: 0..<8000, using: &generator)
            #expect(table[key: other] == reference[other] ?? PairTable.absent)
        }
        #expect(table.count == reference.count)
    }

    @Test func byteTableIsADictionary() {
        var generator = SeededGenerator(seed: 7)
        var table = ByteTable()
        var reference: [[UInt8]: TokenID] = [:]
        func key() -> [UInt8] {
            (0..<Int.random(in: 0...4, using: &generator)).map { _ in .random(in: 0..<5, using: &generator) }
        }
        for value in TokenID(0)..<5000 {
            let added = key()
            #expect(table.insert(added, value) == reference.updateValue(value, forKey: added))
            let other = key()
            #expect(table.value(of: [9] + other + [9], 1..<other.count + 1) == reference[other])
        }
        #expect(table.count == reference.count)
    }

    /// Swift holds these for the same string; a vocabulary may not.
    @Test func canonicallyEquivalentSpellingsAreDifferentTokens() {
        var table = ByteTable()
        table.insert(Array("e\u{301}".utf8), 1)
        table.insert(Array("\u{E9}".utf8), 2)
        #expect(table.value(of: Array("e\u{301}".utf8)) == 1)
        #expect(table.value(of: Array("\u{E9}".utf8)) == 2)
    }
}
