import TestSupport
import Testing
import Weights

/// What our writer writes, our reader reads.
@Suite struct GGUFRoundTripTests {
    static let everyKind: [(String, GGUFValue)] = [
        ("u8", .uint8(.max)), ("i8", .int8(.min)), ("u16", .uint16(.max)), ("i16", .int16(.min)),
        ("u32", .uint32(.max)), ("i32", .int32(.min)), ("f32", .float32(-0.0)), ("flag", .bool(true)),
        ("text", .string("Grüße\n世界")), ("none", .string("")), ("u64", .uint64(.max)), ("i64", .int64(.min)),
        ("f64", .float64(.leastNonzeroMagnitude)), ("strings", .array(.strings(["", "a", "\u{10FFFF}"]))),
        ("floats", .array(.floats([1, -2.5, .infinity]))), ("ints", .array(.ints([.min, 0, .max]))),
        ("flags", .array(GGUFArray(.bool, [.bool(true), .bool(false)]))),
        ("empty", .array(GGUFArray(.uint64, []))),
        ("nested", .array(GGUFArray(.array, [.array(.ints([1, 2])), .array(.strings(["x"]))]))),
    ]

    @Test func metadataOfEveryKind() throws {
        let image = try GGUFWriter.image(metadata: Self.everyKind, tensors: [], contents: [])
        let metadata = try Checkpoint.gguf(image).metadata
        #expect(metadata.keys == Self.everyKind.map(\.0))
        for (key, value) in Self.everyKind { #expect(metadata[key] == value, "\(key)") }
        #expect(metadata["absent"] == nil)
    }

    @Test func typedLookUps() throws {
        let metadata = try Checkpoint.gguf(
            GGUFWriter.image(metadata: Self.everyKind, tensors: [], contents: [])
        ).metadata
        #expect(try metadata.int("u32") == Int(UInt32.max) && metadata.int("i64") == .min)
        #expect(try metadata.float("f32").sign == .minus && metadata.float("i8") == -128)
        #expect(try metadata.bool("flag") && metadata.string("text") == "Grüße\n世界")
        #expect(try metadata.strings("strings") == ["", "a", "\u{10FFFF}"])
        #expect(try metadata.ints("ints") == [Int(Int32.min), 0, Int(Int32.max)])
        #expect(try metadata.floats("ints") == [-2_147_483_648, 0, 2_147_483_648])
        #expect(try metadata.floats("floats") == [1, -2.5, .infinity] && metadata.bools("flags") == [true, false])
        #expect(metadata["nested"]?.array?.arrays == [.ints([1, 2]), .strings(["x"])])
        #expect(try metadata.intIfPresent("absent") == nil && metadata.stringsIfPresent("absent") == nil)
    }

    @Test func wrongTypesAreErrors() throws {
        let metadata = try Checkpoint.gguf(
            GGUFWriter.image(metadata: Self.everyKind, tensors: [], contents: [])
        ).metadata
        let tooLarge = try #require(throws: WeightsError.self) { try metadata.int("u64") }
        #expect(tooLarge.description.contains("'u64'") && tooLarge.byte != nil)
        #expect(throws: WeightsError.self) { try metadata.string("u8") }
        #expect(throws: WeightsError.self) { try metadata.bool("u8") }
        #expect(throws: WeightsError.self) { try metadata.float("text") }
        #expect(throws: WeightsError.self) { try metadata.strings("floats") }
        #expect(throws: WeightsError.self) { try metadata.ints("floats") }
        #expect(throws: WeightsError.self) { try metadata.stringsIfPresent("u8") }
        let missing = try #require(throws: WeightsError.self) { try metadata.int("absent") }
        #expect(missing.problem == .missing)
    }

    /// Shapes at the edges of blocks, in every type that has an encoder, at several alignments.
    @Test(arguments: [8, 32, 4096], [TensorType.f32, .f16, .bf16, .q8_0, .q4_0])
    func tensorsOfEveryEncodedType(alignment: Int, type: TensorType) throws {
        let block = type.blockWeights
        var random = SeededGenerator(seed: 7)
        let shapes = [[block], [3, block], [2, 3, 2 * block], [1, 1, 1, block], [5, 7 * block]]
        let plans = shapes.enumerated().map { GGUFTensorPlan("t\($0)", type, $1) }
        let contents = try plans.map { plan in
            let count = plan.shape.reduce(1, *)
            return try type.encode((0..<count).map { _ in Float.random(in: -2...2, using: &random) })
        }
        let image = try GGUFWriter.image(
            metadata: [("general.alignment", .uint32(UInt32(alignment)))], tensors: plans, contents: contents)
        let checkpoint = try Checkpoint.gguf(image)
        #expect(checkpoint.tensorNames == plans.map(\.name))
        for (plan, content) in zip(plans, contents) {
            let tensor = try checkpoint.tensor(plan.name)
            #expect(tensor.type == type && tensor.shape == plan.shape && tensor.byteCount == content.count)
            #expect(tensor.withBytes { Array($0) } == content)
            #expect(tensor.count == plan.shape.reduce(1, *))
        }
    }

    @Test func floatsComeBackExactly() throws {
        let values = (0..<12).map { Float($0) * 0.37 - 2 }
        let image = try GGUFWriter.image(
            metadata: [], tensors: [GGUFTensorPlan("m", .f32, [3, 4])], contents: [TensorType.f32.encode(values)])
        let tensor = try Checkpoint.gguf(image).tensor("m")
        #expect(try tensor.floats() == values)
        for row in 0..<3 {
            var target = [Float](repeating: .nan, count: 4)
            target.withUnsafeMutableBufferPointer { tensor.floats(row: row, into: $0) }
            #expect(target == Array(values[row * 4..<row * 4 + 4]))
        }
    }

    /// Our writer and the test's own, which shares no code with it, agree on every byte.
    @Test func layoutIsTheSpecifications() throws {
        let raw = RawGGUF.sample()
        var metadata: [(String, GGUFValue)] = []
        let parsed = try Checkpoint.gguf(raw.bytes).metadata
        for key in parsed.keys { if let value = parsed[key] { metadata.append((key, value)) } }
        var image = try GGUFWriter.image(
            metadata: metadata,
            tensors: [
                GGUFTensorPlan("weights.f32", .f32, [2, 3]), GGUFTensorPlan("weights.q8", .q8_0, [2, 32]),
                GGUFTensorPlan("weights.iq", .q4_K, [256]),
            ],
            contents: [
                Array(raw.bytes[raw.range("weights.f32")]), Array(raw.bytes[raw.range("weights.q8")]),
                [UInt8](repeating: 0, count: 144),
            ])
        image[raw.range("iq type").lowerBound] = 19
        #expect(Array(image.prefix(raw.bytes.count - 28)) == Array(raw.bytes.dropLast(28)))
    }

    /// Version 2 has the layout of version 3.
    @Test func version2IsRead() throws {
        let raw = RawGGUF.sample()
        #expect(try Checkpoint.gguf(raw.replacing("version", 2)).tensorNames.count == 3)
    }
}
