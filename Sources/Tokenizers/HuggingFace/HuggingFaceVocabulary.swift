import JSON

/// The tokens of a `tokenizer.json` by id: those of the model, and the added ones.
struct HuggingFaceVocabulary {
    private struct Entry {
        let token: String
        let kind: TokenKind
    }

    private var entries: [Int: Entry] = [:]
    /// The model's tokens, special ones included.
    private(set) var model: [(token: String, id: TokenID)] = []
    /// Every token by its spelling.
    private(set) var spellings: ByteTable

    /// - Throws: `TokenizerError` for ids that are out of range or used twice.
    init(_ fields: JSONFields, _ added: [AddedToken]) throws(TokenizerError) {
        let vocabulary = try fields.fields("vocab")
        spellings = ByteTable(minimumCapacity: vocabulary.object.count + added.count)
        model.reserveCapacity(vocabulary.object.count)
        for (token, value) in vocabulary.object {
            let id = try JSONFields.int(value, vocabulary.path(token), in: 0...Vocabulary.largestID)
            if let other = entries.updateValue(Entry(token: token, kind: .normal), forKey: id) {
                throw .duplicateID(id, first: other.token, second: token)
            }
            model.append((token, TokenID(id)))
            spellings.insert(Array(token.utf8), TokenID(id))
        }
        for token in added { try add(token) }
    }

    private mutating func add(_ token: AddedToken) throws(TokenizerError) {
        let entry = Entry(token: token.content, kind: token.isSpecial ? .special : .added)
        let other = entries.updateValue(entry, forKey: Int(token.id))
        if let other, Array(other.token.utf8) != Array(token.content.utf8) {
            throw .duplicateID(Int(token.id), first: other.token, second: token.content)
        }
        spellings.insert(Array(token.content.utf8), token.id)
    }

    func isSpecial(_ id: TokenID) -> Bool { entries[Int(id)]?.kind == .special }

    /// The model's tokens that plain text can become.
    var plain: [(token: String, id: TokenID)] { model.filter { !isSpecial($0.id) } }

    /// - Parameter decode: the bytes that a token stands for, by whether it is an added one.
    func vocabulary(_ decode: (String, _ isAdded: Bool) -> [UInt8]) -> Vocabulary {
        var result = Vocabulary()
        for (id, entry) in entries {
            result.set(id, entry.kind, bytes: decode(entry.token, entry.kind != .normal))
        }
        return result
    }
}
