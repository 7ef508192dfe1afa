import Testing
import Weights

/// Each field of a GGUF file, broken alone, gives an error that names it and its byte.
@Suite struct GGUFHostileTests {
    static let raw = RawGGUF.sample()

    struct Case: CustomTestStringConvertible, Sendable {
        let field: String
        let value: UInt64
        /// What the message must contain.
        let message: String
        var testDescription: String { "\(field) = \(value)" }

        init(_ field: String, _ value: UInt64, _ message: String) {
            self.field = field
            self.value = value
            self.message = message
        }
    }

    static let cases = [
        Case("magic", 0x4746_5547, "does not start with 'GGUF'"),
        Case("version", 1, "GGUF version 1 is not supported"),
        Case("version", 4, "GGUF version 4 is not supported"),
        Case("version", 0x0300_0000, "big-endian"),
        Case("tensor count", .max, "tensor count"),
        Case("tensor count", 1 << 40, "tensor count"),
        Case("metadata count", .max, "metadata count"),
        Case("metadata count", 1 << 59, "metadata count"),
        Case("architecture type", 13, "metadata 'general.architecture' type"),
        Case("architecture type", .max, "metadata 'general.architecture' type"),
        Case("alignment", 0, "metadata 'general.alignment'"),
        Case("alignment", 4, "metadata 'general.alignment'"),
        Case("alignment", 24, "metadata 'general.alignment'"),
        Case("alignment", 1 << 31, "metadata 'general.alignment'"),
        Case("flag", 2, "metadata 'sample.flag'"),
        Case("tokens element type", 13, "metadata 'sample.tokens' element type"),
        Case("tokens count", .max, "metadata 'sample.tokens' count"),
        Case("tokens count", 1 << 61, "metadata 'sample.tokens' count"),
        Case("scores count", 1 << 62, "metadata 'sample.scores' count"),
        Case("inner count", .max, "metadata 'sample.nested' element 0 count"),
        Case("inner element type", 77, "metadata 'sample.nested' element 0 element type"),
        Case("inner bools", 2, "metadata 'sample.nested' element 0 element 0"),
        Case("f32 dimension count", 5, "tensor 'weights.f32' dimension count"),
        Case("f32 dimension count", .max, "tensor 'weights.f32' dimension count"),
        Case("f32 dimension 0", 0, "tensor 'weights.f32' dimension 0"),
        Case("f32 dimension 1", 1 << 63, "tensor 'weights.f32' dimension 1"),
        Case("f32 offset", 1, "tensor 'weights.f32' offset"),
        Case("f32 offset", .max, "tensor 'weights.f32' offset"),
        Case("f32 offset", .max - 31, "tensor 'weights.f32' offset"),
        Case("f32 offset", 1 << 63, "tensor 'weights.f32' offset"),
        Case("f32 offset", 1 << 20, "tensor 'weights.f32' offset"),
        Case("iq offset", 1 << 20, "tensor 'weights.iq' offset"),
        Case("q8 offset", 0, "tensor 'weights.q8' offset"),
    ]

    @Test(arguments: cases) func namesFieldAndByte(_ test: Case) throws {
        let bytes = Self.raw.replacing(test.field, test.value)
        let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(bytes) }
        #expect(error.description.contains(test.message), "\(error)")
        #expect(error.byte == Self.raw.range(test.field).lowerBound, "\(error)")
    }

    /// A string that is longer than the file is blamed on its text, which starts after the 8 bytes of length.
    @Test(arguments: [UInt64.max, .max - 7, 1 << 63, 1 << 20] as [UInt64])
    func stringsEndInTheFile(_ length: UInt64) throws {
        let strings = [
            ("architecture key", "metadata key 0"), ("architecture", "metadata 'general.architecture'"),
            ("token 1", "metadata 'sample.tokens' element 1"), ("q8 name", "tensor 1 name"),
        ]
        for (name, field) in strings {
            let bytes = Self.raw.replacing(name + " length", length)
            let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(bytes) }
            #expect(error.field == field)
            #expect(error.byte == Self.raw.range(name).lowerBound)
            #expect(error.description.contains("needs \(length) bytes but only"))
        }
    }

    /// Shapes whose size overflows, is more than the file holds, or is not whole blocks.
    @Test(arguments: [
        Case("f32 dimension 0", 1 << 62, "shape"), Case("f32 dimension 0", UInt64(Int.max), "shape"),
        Case("f32 dimension 0", 1 << 61, "shape"), Case("q8 dimension 1", 1 << 58, "shape"),
        Case("q8 dimension 0", 33, "shape"),
        Case("q8 dimension 0", 1, "shape"), Case("f32 dimension 0", 1 << 20, "data"),
        Case("q8 dimension 1", 1 << 30, "data"),
    ])
    func sizesAreChecked(_ test: Case) throws {
        let tensor = String(test.field.prefix { $0 != " " })
        let error = try #require(throws: WeightsError.self) {
            try Checkpoint.gguf(Self.raw.replacing(test.field, test.value))
        }
        #expect(error.field.hasPrefix("tensor 'weights.\(tensor)' \(test.message)"), "\(error)")
        let place = test.message == "shape" ? "\(tensor) dimension count" : "weights.\(tensor)"
        #expect(error.byte == Self.raw.range(place).lowerBound)
    }

    @Test func namesAreUnique() throws {
        let (first, second) = (Self.raw.range("tokens key"), Self.raw.range("scores key"))
        #expect(first.count == second.count)
        let twoKeys = Self.raw.bytes.replacing(second, Array(Self.raw.bytes[first]))
        let keyError = try #require(throws: WeightsError.self) { try Checkpoint.gguf(twoKeys) }
        #expect(keyError.problem == .duplicate && keyError.field == "metadata key 'sample.tokens'")
        #expect(keyError.byte == second.lowerBound - 8)

        let (q8, iq) = (Self.raw.range("q8 name"), Self.raw.range("iq name"))
        let twoTensors = Self.raw.bytes.replacing(iq, Array(Self.raw.bytes[q8]))
        let tensorError = try #require(throws: WeightsError.self) { try Checkpoint.gguf(twoTensors) }
        #expect(tensorError.problem == .duplicate && tensorError.field == "tensor 'weights.q8' name")
        #expect(tensorError.byte == iq.lowerBound - 8)
    }

    /// Names must be text of a sane length; the text of values may be anything.
    @Test func namesAreText() throws {
        for name in ["architecture key", "q8 name"] {
            let range = Self.raw.range(name)
            var bytes = Self.raw.bytes
            bytes[range.lowerBound] = 0xFF
            let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(bytes) }
            #expect(error.byte == range.lowerBound && error.description.contains("UTF-8"))
            let empty = try #require(throws: WeightsError.self) {
                try Checkpoint.gguf(Self.raw.replacing(name + " length", 0))
            }
            #expect(empty.byte == range.lowerBound - 8 && empty.field.hasSuffix("length"))
        }
        var bytes = Self.raw.bytes
        bytes[Self.raw.range("token 0").lowerBound] = 0xFF
        #expect(try Checkpoint.gguf(bytes).metadata.strings("sample.tokens") == ["\u{FFFD}", "Ġthe"])
    }

    /// A message never carries control characters or an endless name into the terminal.
    @Test func messagesAreTame() throws {
        var bytes = Self.raw.replacing("flag", 2)
        bytes[Self.raw.range("flag key").lowerBound] = 0x1B
        let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(bytes) }
        #expect(error.description.contains("'\\u{1B}") || error.description.contains("'\\u{001B}"))
        #expect(error.description.utf8.allSatisfy { $0 >= 0x20 })
        let long = GGUFMetadata([(String(repeating: "k", count: 60000), .bool(true))])
        let missing = try #require(throws: WeightsError.self) { try long.int(long.keys[0]) }
        #expect(missing.description.count < 300)
    }

    @Test func everyPrefixIsRefused() throws {
        for length in Self.raw.bytes.indices {
            let bytes = Array(Self.raw.bytes[..<length])
            let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(bytes) }
            #expect(error.byte.map { $0 <= length } == true, "\(error)")
        }
        #expect(throws: Never.self) { try Checkpoint.gguf(Self.raw.bytes) }
    }

    @Test func arraysNestFourDeepAndNoDeeper() throws {
        #expect(Self.depth(try Checkpoint.gguf(Self.nest(4)).metadata["deep"]?.array) == 4)
        for depth in [5, 100, 100_000] {
            let error = try #require(throws: WeightsError.self) { try Checkpoint.gguf(Self.nest(depth)) }
            #expect(error.description.contains("at most 4 arrays deep"))
        }
    }

    /// A file of one array of arrays of … of no integers, `depth` deep.
    private static func nest(_ depth: Int) -> [UInt8] {
        var raw = RawGGUF()
        raw.put("magic", UInt32(0x4655_4747))
        raw.put("version", UInt32(3))
        raw.put("tensor count", UInt64(0))
        raw.put("metadata count", UInt64(1))
        raw.text("key", "deep")
        raw.put("type", UInt32(9))
        for _ in 1..<depth {
            raw.put("element type", UInt32(9))
            raw.put("count", UInt64(1))
        }
        raw.put("element type", UInt32(4))
        raw.put("count", UInt64(0))
        return raw.bytes
    }

    private static func depth(_ array: GGUFArray?) -> Int {
        guard let array else { return 0 }
        return 1 + depth(array.arrays?.first)
    }

    /// A type that is not built stops only those who ask for that tensor.
    @Test func unsupportedTypesAreNamed() throws {
        let checkpoint = try Checkpoint.gguf(Self.raw.bytes)
        #expect(checkpoint.contains("weights.iq"))
        let error = try #require(throws: WeightsError.self) { try checkpoint.tensor("weights.iq") }
        #expect(error.description.contains("tensor 'weights.iq': type IQ1_S is not supported"))
        #expect(throws: WeightsError.self) { try checkpoint.tensor("absent") }
        #expect(try checkpoint.tensor("weights.f32").floats() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    }
}

extension Checkpoint {
    /// The metadata of a GGUF checkpoint.
    var metadata: GGUFMetadata {
        if case .gguf(let metadata) = header { metadata } else { GGUFMetadata([]) }
    }
}
