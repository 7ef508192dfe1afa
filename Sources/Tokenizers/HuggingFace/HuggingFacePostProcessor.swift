import JSON

/// Reads `post_processor`: the tokens that the model expects before and after one text.
enum HuggingFacePostProcessor {
    typealias Affixes = (prefix: [TokenID], suffix: [TokenID])
    private static let deepestSequence = 8

    /// Without a template, BOS and EOS as `tokenizer_config.json` asks for them.
    static func affixes(
        _ root: JSONFields, _ config: JSONFields?, _ special: SpecialTokens
    ) throws(TokenizerError) -> Affixes {
        var affixes: Affixes = ([], [])
        if root["post_processor"] != nil { affixes = try Self.affixes(of: try root.fields("post_processor"), depth: 0) }
        guard affixes.prefix.isEmpty, affixes.suffix.isEmpty, let config else { return affixes }
        if try config.bool("add_bos_token", default: false), let bos = special.bos { affixes.prefix = [bos] }
        if try config.bool("add_eos_token", default: false), let eos = special.eos { affixes.suffix = [eos] }
        return affixes
    }

    private static func affixes(of fields: JSONFields, depth: Int) throws(TokenizerError) -> Affixes {
        let type = try fields.string("type")
        switch type {
        case "ByteLevel": return ([], [])
        case "TemplateProcessing": return try template(fields)
        case "BertProcessing", "RobertaProcessing": return ([try pair(fields, "cls")], [try pair(fields, "sep")])
        case "Sequence": return try sequence(fields, depth: depth)
        default: throw .unsupported(field: fields.path("type"), name: type)
        }
    }

    /// Each processor puts its tokens around those of the one before.
    private static func sequence(_ fields: JSONFields, depth: Int) throws(TokenizerError) -> Affixes {
        guard depth < deepestSequence else {
            throw .malformed(field: fields.path, reason: "sequences are nested too deeply")
        }
        var result: Affixes = ([], [])
        for member in try fields.list("processors") {
            let outer = try affixes(of: member, depth: depth + 1)
            result = (outer.prefix + result.prefix, result.suffix + outer.suffix)
        }
        return result
    }

    /// `["[SEP]", 102]`
    private static func pair(_ fields: JSONFields, _ key: String) throws(TokenizerError) -> TokenID {
        let values = try fields.array(key)
        guard values.count == 2 else {
            throw .malformed(field: fields.path(key), reason: "it is not a token with its id")
        }
        return TokenID(try JSONFields.int(values[1], fields.path(key), in: 0...Vocabulary.largestID))
    }

    private static func template(_ fields: JSONFields) throws(TokenizerError) -> Affixes {
        let special = try fields.fields("special_tokens")
        var affixes: Affixes = ([], [])
        var isAfterText = false
        for piece in try fields.list("single") {
            if piece["Sequence"] != nil {
                isAfterText = true
                continue
            }
            let name = try piece.fields("SpecialToken").string("id")
            let ids = try ids(special.fields(name))
            if isAfterText { affixes.suffix += ids } else { affixes.prefix += ids }
        }
        return affixes
    }

    private static func ids(_ fields: JSONFields) throws(TokenizerError) -> [TokenID] {
        var ids: [TokenID] = []
        for value in try fields.array("ids") {
            ids.append(TokenID(try JSONFields.int(value, fields.path("ids"), in: 0...Vocabulary.largestID)))
        }
        return ids
    }
}
