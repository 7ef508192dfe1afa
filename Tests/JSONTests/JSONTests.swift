import JSON
import TestSupport
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        ("null", JSON.null), ("true", true), (" false ", false), ("0", 0), ("-12", -12), ("1.5e2", .double(150)),
        ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        (#""a\n\u00e9\ud83d\ude00""#, "a\né😀"), (#""\ud83d x""#, "\u{FFFD} x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        ("[]", .array([])), ("[1,[2],{}]", .array([1, .array([2]), .object(JSONObject())])),
        (#"{"b":1,"a":[true]}"#, .object(JSONObject([("a", .array([true])), ("b", 1)]))),
    ])
    func parses(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test(arguments: [
        "", "nul", "tru e", "01", "1.", "-", "1e", "+1", ".5", "NaN", "Infinity", "-Infinity", "1e999", "[1,]", "[1 2]",
        "{", "{\"a\"}", "{\"a\":1,}", "{a:1}", "\"", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "1 2", "]", "'a'",
        "\u{FEFF}1",
    ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSON.parse(text) }
    }

    @Test func namesTheByte() {
        #expect(throws: JSONError("Expected a value", byte: 6)) { try JSON.parse(#"{"a": x}"#) }
        #expect(throws: JSONError("A string is not valid UTF-8", byte: 1)) { try JSON.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func depthIsBounded() throws {
        let nested = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(throws: Never.self) { try JSON.parse(nested(128)) }
        #expect(throws: JSONError.self) { try JSON.parse(nested(129)) }
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[{\"a\":", count: 100_000)) }
    }

    @Test(arguments: [3, 8, 9, 40]) func objectsKeepOrder(count: Int) throws {
        let names = (0..<count).map { "k\(($0 * 7) % count)x\($0)" }
        var object = JSONObject(names.enumerated().map { ($1, .int($0)) })
        #expect(object.keys == names)
        object[names[0]] = "new"
        #expect(object.keys == names)
        object[names[1]] = nil
        #expect(object.keys == names.filter { $0 != names[1] })
        #expect(object[names[2]] == 2 && object[names[1]] == nil && object[names[0]] == "new")
    }

    @Test(arguments: [0, 20]) func namesAreCodePoints(others: Int) throws {
        let padding = (0..<others).map { #""k\#($0)":0,"# }.joined()
        let object = try JSON.parse("{\(padding)\"\u{C5}\":1,\"\u{212B}\":2,\"A\u{30A}\":3}")
        #expect(object["\u{C5}"] == 1 && object["\u{212B}"] == 2 && object["A\u{30A}"] == 3)
    }

    @Test func writtenTextReadsBack() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let value = JSON.random(depth: 4, using: &random)
            #expect(try JSON.parse(value.serialized()) == value)
        }
    }

    @Test func mutationsNeverCrash() throws {
        var random = SeededGenerator(seed: 1)
        let seed = Array(#"{"a":[1,-2.5e3,"x\u00e9\n\ud83d\ude00",null,true],"b":{"c":"\\"}}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
            guard let value = try? JSON.parse(bytes) else { continue }
            #expect(try JSON.parse(value.serialized()) == value)
        }
    }
}

extension JSON {
    static func random(depth: Int, using random: inout some RandomNumberGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int(.random(in: .min ... .max, using: &random))
        case 3: return .double(.random(in: -1e6...1e6, using: &random) + 0.5)
        case 4: return .string(text(using: &random))
        case 5: return .array((0..<3).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0..<12, using: &random)
            return .object(JSONObject((0..<count).map { ("k\($0)", .random(depth: depth - 1, using: &random)) }))
        }
    }

    private static func text(using random: inout some RandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<9, using: &random) {
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11000, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
