import Ledger
import TestSupport
import Testing

@Suite struct APIKeyTests {
    /// Made by hand with zlib and SHA-256: keys that are out there must stay valid.
    private static let golden = "glt_0123456789abcdefghjkmnpqrstvwxyz012345678935j8dsh"

    @Test func goldenKeyIsRead() throws {
        let key = try APIKey(parsing: Self.golden)
        #expect(key.text == Self.golden && key.id == "glt_0123456789" && key.role == .tenant)
        let digest: [UInt8] = [
            0x65, 0x16, 0xFA, 0x6A, 0x2B, 0xAB, 0x5F, 0x0D, 0x52, 0x84, 0xFB, 0xB0, 0x28, 0xDF, 0x8F, 0x88, 0xA3, 0x28,
            0x69, 0x9D, 0xA6, 0x32, 0xE7, 0x8F, 0xFB, 0x5D, 0x4C, 0xD8, 0x98, 0x8A, 0x0D, 0xFE,
        ]
        #expect(key.digest == digest)
    }

    @Test(arguments: KeyRole.allCases) func generatedKeysAreRead(role: KeyRole) throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let key = APIKey.generate(role: role, using: &random)
            let read = try APIKey(parsing: key.text)
            #expect(read.text == key.text && read.id == key.id && read.role == role && read.digest == key.digest)
            #expect(key.text.utf8.count == APIKey.length && key.id.utf8.count == 14 && key.digest.count == 32)
            #expect(key.text.hasPrefix(key.id) && key.id.hasPrefix(role.prefix))
        }
    }

    @Test func rolesAndTheirPrefixes() {
        #expect(KeyRole.allCases.map(\.rawValue) == ["tenant", "admin", "read-only"])
        #expect(KeyRole.allCases.map(\.prefix) == ["glt_", "gla_", "glr_"])
    }

    @Test func everyChangedCharacterIsRefused() {
        var random = SeededGenerator(seed: 12)
        var accepted: [String] = []
        for role in KeyRole.allCases + KeyRole.allCases {
            let text = Array(APIKey.generate(role: role, using: &random).text.utf8)
            for place in text.indices {
                for byte in UInt8(0)..<128 where byte != text[place] {
                    var changed = text
                    changed[place] = byte
                    let candidate = String(decoding: changed, as: UTF8.self)
                    if (try? APIKey(parsing: candidate)) != nil { accepted.append(candidate) }
                }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func everySwapLossAndRepeatIsRefused() {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<50 {
            let text = Array(APIKey.generate(role: .admin, using: &random).text.utf8)
            for place in text.indices.dropLast() {
                var swapped = text
                swapped.swapAt(place, place + 1)
                if swapped != text { #expect(Self.isRefused(swapped)) }
                var shorter = text
                shorter.remove(at: place)
                #expect(Self.isRefused(shorter))
                #expect(Self.isRefused(Array(text[...place] + text[place...])))
            }
        }
    }

    private static func isRefused(_ bytes: [UInt8]) -> Bool {
        (try? APIKey(parsing: String(decoding: bytes, as: UTF8.self))) == nil
    }

    @Test(
        arguments: [
            ("", .prefix), ("glt", .prefix), ("sk-proj-abc", .prefix), ("GLT_0123456789", .prefix), ("glx_", .prefix),
            (" " + golden, .prefix), ("glt_", .length(4)), (golden + " ", .length(54)), (golden + golden, .length(106)),
            ("glt_" + String(repeating: "0", count: 100_000), .length(100_004)),
            (golden.uppercased(), .prefix), ("glt_" + golden.dropFirst(4).uppercased(), .character(place: 15)),
            ("glt_o123456789" + golden.dropFirst(14), .character(place: 5)),
            (golden.dropLast() + "-", .character(place: 53)), (golden.dropLast() + "g", .checksum),
            ("gla_" + golden.dropFirst(4), .checksum),
            ("glt_0123456789" + String(repeating: "é", count: 39), .length(92)),
            ("glt_\0" + golden.dropFirst(5), .character(place: 5)),
            (golden.dropLast(2) + "é", .character(place: 52)),
            (golden.dropLast(7) + "z5j8dsh", .checksum),  // 32 bits leave the first character 0 to 3
        ] as [(String, KeyFormatError)])
    func whatIsWrongIsNamed(text: String, error: KeyFormatError) {
        #expect(throws: error) { try APIKey(parsing: text) }
        #expect("\(error)".hasPrefix("The API key"))
    }

    @Test func idsDoNotCollide() {
        var random = SeededGenerator(seed: 14)
        let ids = Set((0..<100_000).map { _ in APIKey.generate(role: .tenant, using: &random).id })
        #expect(ids.count == 100_000)
    }

    /// Every character of id and secret takes each of the 32 values: none is fixed or shorter than 5 bits.
    @Test func everyCharacterIsRandom() {
        var random = SeededGenerator(seed: 15)
        var seen = [Set<UInt8>](repeating: [], count: 42)
        for _ in 0..<2000 {
            let characters = APIKey.generate(role: .tenant, using: &random).text.utf8.dropFirst(4).prefix(42)
            for (place, character) in characters.enumerated() { seen[place].insert(character) }
        }
        #expect(seen.allSatisfy { $0.count == 32 })
    }

    @Test func systemKeysDiffer() throws {
        let keys = try (0..<100).map { _ in try APIKey(parsing: APIKey.generate(role: .admin).text) }
        #expect(Set(keys.map(\.text)).count == 100)
    }

    @Test func noDescriptionShowsTheSecret() throws {
        let key = try APIKey(parsing: Self.golden)
        var dumped = ""
        dump(key, to: &dumped)
        dump([key], to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\([key])", "\(Optional(key) as Any)", dumped] {
            #expect(text.contains("glt_0123456789"))
            #expect(!text.contains("abcdefgh") && !text.contains("35j8dsh"))
        }
    }
}
