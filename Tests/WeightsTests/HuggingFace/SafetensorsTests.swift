import Glibc
import TestSupport
import Testing
import Weights

@Suite struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("config.json", "{}")
    }

    private func open(_ image: [UInt8]) throws -> Checkpoint {
        try folder.write("model.safetensors", image)
        return try Checkpoint.open(folder.path)
    }

    @Test func readsWhatTheHeaderSays() throws {
        let checkpoint = try open(RawSafetensors.image())
        #expect(checkpoint.tensorNames == ["a", "b", "ids", "new", "none", "one"])
        let matrix = try checkpoint.tensor("a")
        #expect(matrix.type == .f32 && matrix.shape == [2, 3])
        #expect(matrix.withBytes { Array($0) } == Array(0..<24))
        #expect(try checkpoint.tensor("b").withBytes { Array($0) } == Array(24..<32))
        let none = try checkpoint.tensor("none")
        #expect(try none.shape == [0, 7] && none.floats().isEmpty)
        let one = try checkpoint.tensor("one")
        #expect(try one.shape.isEmpty && one.floats().count == 1)
    }

    /// Quotes, backslashes, colons and braces in a name are not structure.
    @Test(arguments: [(#"{:\"}"#, #"{:"}"#), (#"\\"#, #"\"#), (#"\\\":["#, #"\":["#)])
    func awkwardNamesAreNames(escaped: String, name: String) throws {
        let header = try #require(RawSafetensors.header.replacingFirst("\"b\"", "\"\(escaped)\""))
        #expect(try open(RawSafetensors.image(header)).tensor(name).count == 4)
    }

    /// Other types are in the table, and an error only for those who ask.
    @Test(arguments: ["ids", "new"]) func otherTypesAreNamed(_ name: String) throws {
        let checkpoint = try open(RawSafetensors.image())
        #expect(checkpoint.contains(name))
        let error = try #require(throws: WeightsError.self) { try checkpoint.tensor(name) }
        #expect(error.description.contains("tensor '\(name)'") && error.description.contains("not supported"))
    }

    /// Pieces of the header, replaced by wrong ones: what the message must say.
    @Test(arguments: [
        ("\"F32\",\"shape\":[2,3]", "7,\"shape\":[2,3]", "tensor 'a' dtype"),
        ("[2,3]", "[2,4]", "tensor 'a' shape in F32"),
        ("[2,3]", "[-2,-3]", "tensor 'a' shape"),
        ("[2,3]", "[2.5,3]", "tensor 'a' shape"),
        ("[2,3]", "6", "tensor 'a' shape"),
        ("[2,3]", "[4611686018427387904,3]", "tensor 'a' shape in F32"),
        ("[2,3]", "[9223372036854775807,9223372036854775807]", "tensor 'a' shape in F32"),
        ("[2,3]", "[18446744073709551617,3]", "tensor 'a' shape"),
        ("[2]", "[3]", "tensor 'ids' shape in I64"),
        ("[0,24]", "[24,0]", "tensor 'a' data_offsets"),
        ("[0,24]", "[-24,0]", "tensor 'a' data_offsets"),
        ("[0,24]", "[0]", "tensor 'a' data_offsets"),
        ("[0,24]", "[0,24,48]", "tensor 'a' data_offsets"),
        ("[0,24]", "[0,9223372036854775807]", "tensor 'a' data_offsets"),
        ("[0,24]", "[40,64]", "tensor 'a' data_offsets"),
        ("[24,32]", "[20,28]", "outside tensor 'a'"),
        ("[48,50]", "[0,2]", "outside tensor 'a'"),
        ("\"data_offsets\":[0,24]", "\"data_offset\":[0,24]", "tensor 'a' data_offsets"),
        ("\"b\":", "\"a\":", "occurs twice"),
        ("\"b\":", "\"\\u0061\":", "occurs twice"),
        ("{\"__metadata__\"", "[\"__metadata__\"", "header"),
        ("}}", "}", "header"),
        ("}}", "}},", "header"),
        ("\"pt\"", "\"p\u{1}\"", "header"),
    ])
    func hostileHeaders(piece: String, wrong: String, message: String) throws {
        let header = try #require(RawSafetensors.header.replacingFirst(piece, wrong))
        let error = try #require(throws: WeightsError.self) { try open(RawSafetensors.image(header)) }
        #expect(error.description.contains(message), "\(error)")
        #expect(error.byte != nil && error.file.hasSuffix("model.safetensors"))
    }

    @Test(arguments: [UInt64.max, 1 << 63, 1 << 40, 100_000_001, 1000] as [UInt64])
    func headerLengthIsBounded(_ length: UInt64) throws {
        let error = try #require(throws: WeightsError.self) { try open(RawSafetensors.image(length: length)) }
        #expect(error.field == "header length" && error.byte == 0)
    }

    /// A header that fits its file may still be longer than any real one: a hole of 100 MB claims to be JSON.
    @Test func headerIsNoLongerThanTheReferences() throws {
        let path = folder.path + "/model.safetensors"
        try folder.write("model.safetensors", Array(RawSafetensors.image(length: 100_000_001).prefix(8)))
        #expect(truncate(path, 100_000_100) == 0)
        let error = try #require(throws: WeightsError.self) { try Checkpoint.open(folder.path) }
        #expect(error.field == "header length" && error.description.contains("at most 100000000"))
    }

    @Test func everyPrefixIsRefused() throws {
        let image = RawSafetensors.image()
        for length in 0..<image.count {
            #expect(throws: WeightsError.self) { try open(Array(image[..<length])) }
        }
    }

    @Test(arguments: [UInt64(11), 12])
    func mutationsAreSurvived(seed: UInt64) throws {
        let image = RawSafetensors.image()
        let digits = image.indices.filter { (0x30...0x39).contains(image[$0]) }.map { $0..<$0 + 1 }
        var mutator = Mutator(original: image, fields: [0..<8] + digits, random: SeededGenerator(seed: seed))
        let memory = GuardedMemory(capacity: 8 * image.count)
        var opened = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            do {
                let file = MappedBytes(borrowing: memory.load(bytes), name: "fuzz.safetensors")
                #expect(try Checkpoint.safetensors(file).touchEverything() <= bytes.count)
                opened += 1
            } catch {}
        }
        #expect(opened > 400 && opened < 19_000)
    }
}

extension String {
    /// Nil when `piece` does not occur: a test that replaces nothing proves nothing.
    func replacingFirst(_ piece: String, _ replacement: String) -> String? {
        guard let range = firstRange(of: piece) else { return nil }
        return replacingCharacters(in: range, with: replacement)
    }

    private func replacingCharacters(in range: Range<String.Index>, with replacement: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: replacement)
        return copy
    }
}
