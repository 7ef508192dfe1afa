import JSON
import TestSupport
import Testing

/// Two readers of one text must never see two different objects.
@Suite struct DuplicateNameTests {
    @Test(arguments: [
        (#"{"model":"a","model":"b"}"#, "model", 13), (#"{"a":1,"b":2,"a":1}"#, "a", 13),
        (#"{"model":1,"\u006dodel":1}"#, "model", 11), (#"[{"x":{"":1 , "":2}}]"#, "", 14),
        (#"{"é":1,"\u00e9":1}"#, "é", 8), (#"{"a":1,"a"}"#, "a", 7),
    ])
    func areRefusedWithNameAndByte(text: String, name: String, byte: Int) {
        #expect(throws: JSONError("The name '\(name)' occurs twice in one object", byte: byte)) {
            try JSON.parse(text)
        }
    }

    @Test func namesOfDifferentObjectsMayBeEqual() throws {
        #expect(throws: Never.self) { try JSON.parse(#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3},"A":4}"#) }
    }

    @Test func longNamesAreShortened() throws {
        let name = String(repeating: "🏳️‍🌈", count: 500_000)
        let error = try #require(throws: JSONError.self) { try JSON.parse(#"{"\#(name)":1,"\#(name)":2}"#) }
        #expect(error.description.utf8.count < 500 && error.byte == name.utf8.count + 6)
    }

    /// Whatever the size, and wherever the pair stands: on both sides of the change from scan to hash.
    @Test func onePairAmongManyIsFound() throws {
        var random = SeededGenerator(seed: 3)
        for count in 2...40 {
            var names = (0..<count).map { "n\($0)" }
            let written = { names.map { #""\#($0)":0"# }.joined(separator: ",") }
            #expect(throws: Never.self) { try JSON.parse("{\(written())}") }
            let first = Int.random(in: 0..<count - 1, using: &random)
            let second = Int.random(in: first + 1..<count, using: &random)
            names[second] = names[first]
            #expect(throws: JSONError.self) { try JSON.parse("{\(written())}") }
        }
    }

    /// A million names, whose look-up by scan would take hours.
    @Test func aMillionNamesAreRead() throws {
        let text = "{" + (0..<1_000_000).map { "\"\($0)\":0" }.joined(separator: ",")
        let object = try #require(try JSON.parse(text + "}").object)
        #expect(object.count == 1_000_000 && object["999999"] == 0)
        #expect(throws: JSONError.self) { try JSON.parse(text + #","999999":1}"#) }
    }
}
