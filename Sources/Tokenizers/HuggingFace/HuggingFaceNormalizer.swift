import JSON

/// Reads `normalizer`.
enum HuggingFaceNormalizer {
    /// Longer texts to be replaced or put in front are refused: these take time at each place.
    private static let longestText = 512
    private static let mostSteps = 64
    private static let deepestSequence = 8

    static func steps(_ root: JSONFields) throws(TokenizerError) -> [TextNormalizer.Step] {
        guard root["normalizer"] != nil else { return [] }
        return try steps(of: try root.fields("normalizer"), depth: 0)
    }

    private static func steps(of fields: JSONFields, depth: Int) throws(TokenizerError) -> [TextNormalizer.Step] {
        let type = try fields.string("type")
        switch type {
        case "Sequence": return try sequence(fields, depth: depth)
        case "Prepend": return [.prepend(try bounded(try fields.string("prepend"), fields.path("prepend")))]
        case "Replace": return [try replacement(fields)]
        case "NFC": return [.composed]
        case "NFD": return [.decomposed]
        case "Lowercase": return [.lowercased]
        case "StripAccents": return [.without(.mark)]
        case "Strip":
            let left = try fields.bool("strip_left", default: true)
            return [.stripped(left: left, right: try fields.bool("strip_right", default: true))]
        case "BertNormalizer": return try bert(fields)
        default: throw .unsupported(field: fields.path("type"), name: type)
        }
    }

    private static func sequence(_ fields: JSONFields, depth: Int) throws(TokenizerError) -> [TextNormalizer.Step] {
        guard depth < deepestSequence else {
            throw .malformed(field: fields.path, reason: "sequences are nested too deeply")
        }
        var result: [TextNormalizer.Step] = []
        for member in try fields.list("normalizers") {
            result += try steps(of: member, depth: depth + 1)
            guard result.count <= mostSteps else {
                throw .malformed(field: fields.path, reason: "it has too many steps")
            }
        }
        return result
    }

    private static func replacement(_ fields: JSONFields) throws(TokenizerError) -> TextNormalizer.Step {
        let content = Array(try fields.string("content").utf8)
        switch try HuggingFacePattern(fields) {
        case .text(let text):
            return .replace(try bounded(text, fields.path("pattern")), with: content)
        case .regex(let source):
            return .replacePattern(try PatternProgram(source), with: content)
        }
    }

    private static func bounded(_ text: String, _ path: String) throws(TokenizerError) -> [UInt8] {
        guard text.utf8.count <= longestText else {
            throw .outOfRange(field: "the length of \(path)", value: text.utf8.count, allowed: 0...longestText)
        }
        return Array(text.utf8)
    }

    private static func bert(_ fields: JSONFields) throws(TokenizerError) -> [TextNormalizer.Step] {
        let lowercases = try fields.bool("lowercase", default: true)
        var steps: [TextNormalizer.Step] = []
        if try fields.bool("clean_text", default: true) { steps.append(.cleaned) }
        if try fields.bool("handle_chinese_chars", default: true) { steps.append(.spacedIdeographs) }
        if try fields.bool("strip_accents", default: lowercases) { steps += [.decomposed, .without(.nonspacingMark)] }
        if lowercases { steps.append(.lowercased) }
        return steps
    }
}

/// The member `pattern` of normalizers, pre-tokenizers and decoders.
enum HuggingFacePattern {
    case text(String)
    case regex(String)

    init(_ fields: JSONFields) throws(TokenizerError) {
        let pattern = try fields.fields("pattern")
        if let text = try pattern.stringIfPresent("String") {
            self = .text(text)
        } else {
            self = .regex(try pattern.string("Regex"))
        }
    }
}
