/// Cuts text into the pieces that are encoded each by itself: stages, one after the other.
package struct PreTokenizer: Sendable {
    enum Stage: Sendable {
        case split(Splitter, SplitBehavior, isInverted: Bool)
        /// A space before each piece that begins with none.
        case prependSpace
        /// Spaces become `replacement`, which also begins pieces where `prepend` says so.
        case metaspace(replacement: [UInt8], Prepend)
        /// Bytes become their spelling, for stages that look at spellings.
        case spellBytes
        /// And back.
        case unspellBytes
    }

    /// Where a metaspace is put before a text.
    enum Prepend: String, Sendable {
        case always, first, never
    }

    var stages: [Stage] = []

    init(stages: [Stage] = []) { self.stages = stages }

    /// Makes the matches of each pattern pieces of their own, one pattern after the other.
    ///
    /// - Throws: `TokenizerError.unsupportedPattern`
    package init(patterns: [String]) throws(TokenizerError) {
        for pattern in patterns {
            stages.append(.split(try Splitter(pattern: pattern), .isolated, isInverted: false))
        }
    }

    /// The pieces of a text by itself, as ranges of its bytes.
    package func ranges(of text: UTF8Text) -> [Range<Int>] { pieces(of: text, isStart: true).pieces }

    func pieces(of text: UTF8Text, isStart: Bool) -> PreTokenizedText {
        var result = PreTokenizedText(text, isStart: isStart)
        for stage in stages { Self.apply(stage, to: &result) }
        return result
    }

    private static func apply(_ stage: Stage, to text: inout PreTokenizedText) {
        switch stage {
        case .split(let splitter, let behavior, let isInverted):
            text.split(by: splitter, behavior, isInverted: isInverted)
        case .prependSpace:
            text.rewrite { piece, _, result in
                if piece.first != 0x20 { result.append(0x20) }
                result += piece
            }
        case .metaspace(let replacement, let prepend):
            let isStart = text.isStart
            text.rewrite { piece, isFirst, result in
                let isWanted = prepend == .always || prepend == .first && isFirst && isStart
                let hasOne = piece.first == 0x20 || piece.starts(with: replacement)
                if isWanted, !hasOne { result += replacement }
                for byte in piece { if byte == 0x20 { result += replacement } else { result.append(byte) } }
            }
        case .spellBytes:
            text.rewrite { piece, _, result in
                for byte in piece { ByteAlphabet.appendSpelling(of: byte, to: &result) }
            }
        case .unspellBytes:
            text.rewrite { piece, _, result in
                result += ByteAlphabet.bytes(spelledBy: String(decoding: piece, as: UTF8.self)) ?? []
            }
        }
    }
}
