/// What a token is for.
enum TokenKind: UInt8, Sendable {
    /// A hole in the ids.
    case absent
    /// A piece of text.
    case normal
    /// Steers the model: never the result of encoding plain text.
    case special
    /// A piece of text that is recognised whole, before text is split.
    case added
}

/// The tokens of a model by id: what each is for and which bytes it stands for.
struct Vocabulary: Sendable {
    /// Ids beyond this are refused, so that one hostile number cannot ask for gigabytes.
    static let largestID = 1 << 21

    private var kinds: [TokenKind] = []
    /// Where the bytes of each token lie in `bytes`.
    private var ranges: [(start: Int, end: Int)] = []
    private var bytes: [UInt8] = []

    /// One more than the highest id.
    var count: Int { kinds.count }

    /// Sets a token; of two with one id the later counts. The id must be at most `largestID`.
    mutating func set(_ id: Int, _ kind: TokenKind, bytes token: some Collection<UInt8>) {
        precondition((0...Self.largestID).contains(id))
        if id >= count {
            kinds.append(contentsOf: repeatElement(.absent, count: id + 1 - count))
            ranges.append(contentsOf: repeatElement((start: 0, end: 0), count: id + 1 - ranges.count))
        }
        kinds[id] = kind
        let start = bytes.count
        bytes.append(contentsOf: token)
        ranges[id] = (start, bytes.count)
    }

    mutating func setKind(_ id: Int, _ kind: TokenKind) { kinds[id] = kind }

    func kind(of id: TokenID) -> TokenKind {
        kinds.indices.contains(Int(id)) ? kinds[Int(id)] : .absent
    }

    /// The bytes of a token; empty outside the vocabulary.
    func bytes(of id: TokenID) -> ArraySlice<UInt8> {
        guard ranges.indices.contains(Int(id)) else { return [] }
        return bytes[ranges[Int(id)].start..<ranges[Int(id)].end]
    }
}
