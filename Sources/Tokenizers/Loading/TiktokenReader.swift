/// The encodings of OpenAI's models, by the pattern that splits text.
package enum TiktokenEncoding: String, Sendable, CaseIterable {
    case r50k = "r50k_base"
    case cl100k = "cl100k_base"
    case o200k = "o200k_base"

    var pattern: String {
        switch self {
        case .r50k: KnownPatterns.gpt2
        case .cl100k: KnownPatterns.cl100k
        case .o200k: KnownPatterns.o200k
        }
    }
}

/// Reads a tiktoken file: a line for each token, "base64(bytes) rank"; the rank is also the id.
struct TiktokenReader {
    let encoding: TiktokenEncoding
    let specialTokens: [(String, TokenID)]

    /// - Throws: `TokenizerError` naming the line.
    func parts(_ file: [UInt8]) throws(TokenizerError) -> TokenizerParts {
        var vocabulary = Vocabulary()
        var index = ByteTable()
        var tokens: [(bytes: [UInt8], id: TokenID, rank: Int)] = []
        for (number, line) in file.split(separator: 0x0A).enumerated() {
            let (bytes, rank) = try Self.token(line, number: number + 1)
            guard vocabulary.kind(of: TokenID(rank)) == .absent else {
                throw .malformed(field: "line \(number + 1)", reason: "the rank \(rank) was there before")
            }
            vocabulary.set(rank, .normal, bytes: bytes)
            index.insert(bytes, TokenID(rank))
            tokens.append((bytes, TokenID(rank), rank))
        }
        guard !tokens.isEmpty else { throw .missing(field: "list of tokens") }
        return try parts(vocabulary, index, tokens)
    }

    private func parts(
        _ vocabulary: Vocabulary, _ index: ByteTable, _ tokens: [(bytes: [UInt8], id: TokenID, rank: Int)]
    ) throws(TokenizerError) -> TokenizerParts {
        var vocabulary = vocabulary
        var spellings = index
        for (content, id) in specialTokens {
            guard (0...Vocabulary.largestID).contains(Int(id)) else {
                throw .outOfRange(field: "the id of '\(content)'", value: Int(id), allowed: 0...Vocabulary.largestID)
            }
            vocabulary.set(Int(id), .special, bytes: content.utf8)
            spellings.insert(Array(content.utf8), id)
        }
        let bytes = (0...255).map { index.value(of: [UInt8($0)]) ?? BytePairModel.noToken }
        let model = BytePairModel(
            unit: .byte, rules: MergeRules(cutting: tokens, index: index), index: index, byteTokens: bytes,
            ignoresMerges: true)
        var parts = TokenizerParts(vocabulary: vocabulary, model: .bytePair(model), spellings: spellings)
        parts.preTokenizer.stages = [.split(try Splitter(pattern: encoding.pattern), .isolated, isInverted: false)]
        parts.rawTokens = AddedTokenMatcher(
            specialTokens.map { AddedToken(id: $0.1, content: $0.0, isSpecial: true) })
        parts.special.eos = spellings.value(of: Array("<|endoftext|>".utf8))
        parts.special.findEnds(vocabulary, spellings)
        return parts
    }

    private static func token(_ line: ArraySlice<UInt8>, number: Int) throws(TokenizerError) -> ([UInt8], Int) {
        let fields = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D })
        guard fields.count == 2, let bytes = Base64.decode(fields[0]), !bytes.isEmpty,
            let rank = Int(String(decoding: fields[1], as: UTF8.self))
        else { throw .malformed(field: "line \(number)", reason: "it is not 'base64 rank'") }
        guard (0...Vocabulary.largestID).contains(rank) else {
            throw .outOfRange(field: "the rank in line \(number)", value: rank, allowed: 0...Vocabulary.largestID)
        }
        return (bytes, rank)
    }
}
