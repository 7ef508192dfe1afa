import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// The fixtures that `Oracles/Tokenizers/make_fixtures.py` wrote.
enum Oracle {
    static let texts: [String] = json("texts").array?.compactMap(\.string) ?? []
    static let vocabularies = json("vocabularies")
    static let tiktoken = json("tiktoken")
    static let patterns = json("patterns")
    /// By the vocabulary that they share.
    static let flavours: [Flavour] = ["bytes", "metaspace", "words"].flatMap { kind in
        (json("flavours-\(kind)").object ?? JSONObject()).map { Flavour($0.key, vocabulary: kind, $0.value) }
    }

    static func flavours(_ names: String...) -> [Flavour] { flavours.filter { names.contains($0.name) } }

    /// A missing or broken fixture is null, which no test accepts.
    private static func json(_ name: String) -> JSON {
        let file = TestData.packageRoot.appendingPathComponent("Oracles/Tokenizers/\(name).json")
        guard let data = try? Data(contentsOf: file), let json = try? JSON.parse(Array(data)) else { return .null }
        return json
    }

    static func ids(_ json: JSON?) -> [[TokenID]] {
        json?.array?.map { $0.array?.compactMap(\.int).map(TokenID.init) ?? [] } ?? []
    }
}

/// A tokenizer and what Hugging Face's library makes of `Oracle.texts` with it.
struct Flavour: CustomTestStringConvertible, Sendable {
    let name: String
    let tokenizerJSON: JSON
    /// Special tokens spelled out in the text are text.
    let plain: [[TokenID]]
    /// They are tokens, and BOS and EOS are added.
    let parsed: [[TokenID]]
    /// `parsed` as text.
    let decoded: [String]
    let skipped: [String]

    var testDescription: String { name }

    init(_ name: String, vocabulary: String, _ json: JSON) {
        self.name = name
        var description = json["tokenizer"]?.object ?? JSONObject()
        var model = description["model"]?.object ?? JSONObject()
        for (key, value) in Oracle.vocabularies[vocabulary]?.object ?? JSONObject() { model[key] = value }
        description["model"] = .object(model)
        tokenizerJSON = .object(description)
        let cases = json["cases"] ?? .null
        plain = Oracle.ids(cases["plain"])
        parsed = Oracle.ids(cases["parsed"])
        decoded = Self.texts(cases["decoded"])
        skipped = Self.texts(cases["skipped"])
    }

    /// The texts as they were except where the fixture says otherwise.
    private static func texts(_ changed: JSON?) -> [String] {
        Oracle.texts.enumerated().map { changed?["\($0.offset)"]?.string ?? $0.element }
    }

    func tokenizer() throws -> Tokenizer { try Tokenizer(tokenizerJSON: tokenizerJSON, config: nil) }
}
