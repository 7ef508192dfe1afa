extension TokenizerParts {
    func encode(_ text: String, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        var ids: [TokenID] = addSpecialTokens ? prefix : []
        var merger = SymbolMerger()
        let raw = UTF8Text(text)
        for segment in rawTokens.segments(of: raw, parseSpecialTokens: parseSpecialTokens) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range): append(raw, range, parseSpecialTokens, &merger, to: &ids)
            }
        }
        return addSpecialTokens ? ids + suffix : ids
    }

    /// Appends the ids of text between added tokens.
    private func append(
        _ raw: UTF8Text, _ range: Range<Int>, _ parseSpecialTokens: Bool, _ merger: inout SymbolMerger,
        to ids: inout [TokenID]
    ) {
        let normalized = UTF8Text(normalizer.normalize(raw.part(range).bytes))
        for segment in normalizedTokens.segments(of: normalized, parseSpecialTokens: parseSpecialTokens) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let part):
                let isStart = range.lowerBound == 0 && part.lowerBound == 0
                append(preTokenizer.pieces(of: normalized.part(part), isStart: isStart), &merger, to: &ids)
            }
        }
    }

    private func append(_ split: PreTokenizedText, _ merger: inout SymbolMerger, to ids: inout [TokenID]) {
        for piece in split.pieces {
            switch model {
            case .bytePair(let model): model.encode(split.text.bytes, piece, &merger, into: &ids)
            case .wordPiece(let model): model.encode(split.text, piece, into: &ids)
            }
        }
    }
}

extension UTF8Text {
    /// The text of a range; of the whole, without a copy.
    fileprivate func part(_ range: Range<Int>) -> UTF8Text {
        range == 0..<bytes.count ? self : UTF8Text(Array(bytes[range]))
    }
}
