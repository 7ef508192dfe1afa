import JSON

/// Reads `decoder`: what each token stands for, and what happens at the front of a text.
struct HuggingFaceDecoder {
    private enum Step {
        case replace([UInt8], with: [UInt8])
        case byteFallback
        case byteLevel
        /// Words are told apart by a space; this marks tokens that go on inside a word.
        case words(continuation: [UInt8])
    }

    private static let deepestSequence = 8
    private static let mostSteps = 64

    private var steps: [Step] = []
    private var isFused = false
    /// Spaces that are dropped from the front of a text.
    private(set) var droppedSpaces = 0

    init(_ root: JSONFields, isByteLevel: Bool) throws(TokenizerError) {
        if root["decoder"] != nil {
            try append(try root.fields("decoder"), depth: 0)
        } else if isByteLevel {
            steps = [.byteLevel]
        } else {
            appendWords(continuation: [])
        }
    }

    /// The bytes that a token stands for in the middle of a text.
    ///
    /// - Parameter isAdded: added tokens are spelled as they are, not in `ByteAlphabet`.
    func bytes(_ token: String, isAdded: Bool) -> [UInt8] {
        var bytes = Array(token.utf8)
        let limit = TextNormalizer.longestResult(of: bytes.count)
        for step in steps {
            switch step {
            case .replace(let old, let new): bytes = TextNormalizer.replacing(old, with: new, in: bytes, limit)
            case .byteFallback: if let byte = ByteFallback.byte(spelledBy: token) { return [byte] }
            case .byteLevel: if !isAdded { bytes = ByteAlphabet.bytes(spelledBy: token) ?? bytes }
            case .words(let continuation):
                let goesOn = !continuation.isEmpty && bytes.starts(with: continuation)
                bytes = goesOn ? Array(bytes.dropFirst(continuation.count)) : [0x20] + bytes
            }
        }
        return bytes
    }

    private mutating func append(_ fields: JSONFields, depth: Int) throws(TokenizerError) {
        guard steps.count < Self.mostSteps else {
            throw .malformed(field: fields.path, reason: "it has too many steps")
        }
        let type = try fields.string("type")
        switch type {
        case "Sequence": try appendSequence(fields, depth: depth)
        case "ByteLevel": steps.append(.byteLevel)
        case "ByteFallback": steps.append(.byteFallback)
        case "Fuse": isFused = true
        case "Replace": try appendReplace(fields)
        case "Strip": try appendStrip(fields)
        case "Metaspace":
            let replacement = try fields.stringIfPresent("replacement") ?? "▁"
            steps.append(.replace(Array(replacement.utf8), with: [0x20]))
            if try HuggingFacePreTokenizer.prepend(fields) != .never { droppedSpaces = 1 }
        case "WordPiece":
            appendWords(continuation: Array((try fields.stringIfPresent("prefix") ?? "##").utf8))
        default: throw .unsupported(field: fields.path("type"), name: type)
        }
    }

    private mutating func appendSequence(_ fields: JSONFields, depth: Int) throws(TokenizerError) {
        guard depth < Self.deepestSequence else {
            throw .malformed(field: fields.path, reason: "sequences are nested too deeply")
        }
        for member in try fields.list("decoders") { try append(member, depth: depth + 1) }
    }

    private mutating func appendWords(continuation: [UInt8]) {
        steps.append(.words(continuation: continuation))
        droppedSpaces = 1
    }

    private mutating func appendReplace(_ fields: JSONFields) throws(TokenizerError) {
        guard case .text(let text) = try HuggingFacePattern(fields) else {
            throw .unsupported(field: fields.path("pattern"), name: "Regex")
        }
        steps.append(.replace(Array(text.utf8), with: Array(try fields.string("content").utf8)))
    }

    /// Only spaces at the front of the whole text: nothing else can be decoded token by token.
    private mutating func appendStrip(_ fields: JSONFields) throws(TokenizerError) {
        let start = try fields.int("start", in: 0...1000, default: 0)
        let stop = try fields.int("stop", in: 0...1000, default: 0)
        guard try fields.stringIfPresent("content") ?? " " == " ", stop == 0, isFused || start == 0 else {
            throw .unsupported(field: fields.path, name: "Strip")
        }
        droppedSpaces = start
    }
}
