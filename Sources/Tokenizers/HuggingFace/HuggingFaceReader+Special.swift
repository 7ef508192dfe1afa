import JSON

/// Which tokens are added, and which of them steer the model.
extension HuggingFaceReader {
    /// The special tokens that `tokenizer_config.json` names, by role ("bos_token", …).
    static func specialNames(_ config: JSONFields?) throws(TokenizerError) -> [String: String] {
        var names: [String: String] = [:]
        for role in ["bos_token", "eos_token", "pad_token", "unk_token"] {
            guard let config, let value = config[role] else { continue }
            if case .object = value {
                names[role] = try config.fields(role).string("content")
            } else {
                names[role] = try config.string(role)
            }
        }
        return names
    }

    /// - Parameter special: spellings that are special whatever the list says.
    static func addedTokens(_ root: JSONFields, special: Set<[UInt8]>) throws(TokenizerError) -> [AddedToken] {
        guard root["added_tokens"] != nil else { return [] }
        var result: [AddedToken] = []
        for fields in try root.list("added_tokens") {
            let content = try fields.string("content")
            guard content.utf8.count <= AddedTokenMatcher.longestToken else {
                throw .outOfRange(
                    field: "the length of \(fields.path("content"))", value: content.utf8.count,
                    allowed: 0...AddedTokenMatcher.longestToken)
            }
            let isSpecial = try fields.bool("special", default: false)
            result.append(
                AddedToken(
                    id: try fields.id("id"), content: content,
                    isSpecial: isSpecial || special.contains(Array(content.utf8)),
                    stripsLeft: try fields.bool("lstrip", default: false),
                    stripsRight: try fields.bool("rstrip", default: false),
                    isSingleWord: try fields.bool("single_word", default: false),
                    isNormalized: try fields.bool("normalized", default: !isSpecial)))
        }
        return result
    }

    /// The special tokens that are only in the model's vocabulary, not in the list of added ones.
    static func unlistedTokens(
        _ root: JSONFields, _ names: [String], _ listed: [AddedToken]
    ) throws(TokenizerError) -> [AddedToken] {
        let vocabulary = try root.fields("model").fields("vocab")
        var result: [AddedToken] = []
        for name in names where !(listed + result).contains(where: { $0.content.utf8.elementsEqual(name.utf8) }) {
            guard vocabulary[name] != nil, name.utf8.count <= AddedTokenMatcher.longestToken else { continue }
            result.append(AddedToken(id: try vocabulary.id(name), content: name, isSpecial: true))
        }
        return result
    }

    func specialTokens() throws(TokenizerError) -> SpecialTokens {
        let names = try Self.specialNames(config)
        func id(_ role: String) -> TokenID? { names[role].flatMap { entries.spellings.value(of: Array($0.utf8)) } }
        var special = SpecialTokens()
        special.bos = id("bos_token")
        special.eos = id("eos_token")
        special.padding = id("pad_token")
        special.unknown = id("unk_token")
        return special
    }
}
