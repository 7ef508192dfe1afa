import JSON

/// `tokenizer.json` files made up for one test.
enum TinyTokenizer {
    /// Ids of plain bytes: the byte itself.
    static let firstFreeID = 256

    /// Byte-level BPE without merges, so that every byte of text outside of added tokens is its own id.
    static func bytes(added: [JSON] = [], _ changes: [(String, JSON)] = []) -> JSON {
        var vocabulary = JSONObject()
        for (id, spelling) in spellings.enumerated() { vocabulary[spelling] = .int(id) }
        let model: JSON = ["type": "BPE", "vocab": .object(vocabulary), "merges": []]
        var root = JSONObject([
            ("added_tokens", .array(added)),
            ("pre_tokenizer", ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true]),
            ("decoder", ["type": "ByteLevel"]),
            ("model", model),
        ])
        for (key, value) in changes { root[key] = value }
        return .object(root)
    }

    static func added(_ content: String, _ id: Int, special: Bool, _ flags: [(String, JSON)] = []) -> JSON {
        var object = JSONObject([
            ("id", .int(id)), ("content", .string(content)), ("special", .bool(special)), ("normalized", false),
        ])
        for (key, value) in flags { object[key] = value }
        return .object(object)
    }

    /// How GPT-2's alphabet spells each byte, worked out here by itself.
    private static let spellings: [String] = {
        let printable = Set(0x21...0x7E).union(0xA1...0xAC).union(0xAE...0xFF)
        var spare = 0x100
        return (0...255).map { byte in
            defer { if !printable.contains(byte) { spare += 1 } }
            return Unicode.Scalar(printable.contains(byte) ? byte : spare).map(String.init) ?? ""
        }
    }()
}
