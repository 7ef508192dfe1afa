/// Byte-pair encoding with its vocabulary: turns one piece of text into token ids.
struct BytePairModel: Sendable {
    /// What merging starts from.
    enum Unit: Sendable {
        /// Bytes (GPT-2 and all that followed it).
        case byte
        /// Unicode scalars (SentencePiece).
        case scalar
    }

    let unit: Unit
    let rules: MergeRules
    /// Plain tokens by the bytes that they match.
    let index: ByteTable
    /// 256 ids, -1 where there is none. Unit byte: the symbol of each byte. Unit scalar: the tokens that
    /// spell the bytes of a character outside the vocabulary (byte fallback).
    let byteTokens: [TokenID]
    /// Stands for what the vocabulary cannot say. Without one such text is left out.
    var unknown: TokenID?
    /// One unknown token for a run of unknown characters.
    var fusesUnknown = false
    /// A piece that is a token is not merged.
    var ignoresMerges = false

    static let noToken: TokenID = -1

    /// Appends the ids of `text[range]`, which is one piece.
    func encode(_ text: [UInt8], _ range: Range<Int>, _ merger: inout SymbolMerger, into ids: inout [TokenID]) {
        if ignoresMerges, let id = index.value(of: text, range) {
            ids.append(id)
            return
        }
        merger.symbols.removeAll(keepingCapacity: true)
        switch unit {
        case .byte: appendBytes(text, range, &merger.symbols)
        case .scalar: appendScalars(text, range, &merger.symbols)
        }
        merger.merge(rules)
        ids.append(contentsOf: merger.symbols)
    }

    private func appendBytes(_ text: [UInt8], _ range: Range<Int>, _ symbols: inout [TokenID]) {
        for byte in text[range] {
            let id = byteTokens[Int(byte)]
            if id == Self.noToken { appendUnknown(&symbols) } else { symbols.append(id) }
        }
    }

    private func appendScalars(_ text: [UInt8], _ range: Range<Int>, _ symbols: inout [TokenID]) {
        var place = range.lowerBound
        while place < range.upperBound {
            let scalar = place..<min(place + UTF8Text.length(leadingByte: text[place]), range.upperBound)
            if let id = index.value(of: text, scalar) {
                symbols.append(id)
            } else if text[scalar].allSatisfy({ byteTokens[Int($0)] != Self.noToken }) {
                for byte in text[scalar] { symbols.append(byteTokens[Int(byte)]) }
            } else {
                appendUnknown(&symbols)
            }
            place = scalar.upperBound
        }
    }

    private func appendUnknown(_ symbols: inout [TokenID]) {
        guard let unknown, !(fusesUnknown && symbols.last == unknown) else { return }
        symbols.append(unknown)
    }
}
