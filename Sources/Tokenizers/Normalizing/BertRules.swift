/// How BERT rewrites single scalars (Devlin et al. 2018, as Hugging Face's `BertNormalizer` has it).
enum BertRules {
    private static let ideographs: [ClosedRange<UInt32>] = [
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
        0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F,
    ]

    private static let removed: UnicodeKind = [.control, .format, .surrogate, .privateUse]

    /// Tab, line feed and carriage return are white space; the other controls, white or not, go.
    static func appendCleaned(_ scalar: UTF8Text.Scalar, _ result: inout [UInt8]) {
        let isTypedSpace = scalar.value == 0x09 || scalar.value == 0x0A || scalar.value == 0x0D
        if isTypedSpace || UnicodeKind.separator.contains(scalar.kind) {
            result.append(0x20)
        } else if !removed.contains(scalar.kind), scalar.value != 0xFFFD {
            UTF8Text.append(scalar.value, to: &result)
        }
    }

    static func appendSpaced(_ scalar: UTF8Text.Scalar, _ result: inout [UInt8]) {
        let isIdeograph = scalar.value >= 0x3400 && ideographs.contains { $0.contains(scalar.value) }
        if isIdeograph { result.append(0x20) }
        UTF8Text.append(scalar.value, to: &result)
        if isIdeograph { result.append(0x20) }
    }

    static func appendLowercase(_ scalar: UTF8Text.Scalar, _ result: inout [UInt8]) {
        if scalar.value < 0x80 {
            let isCapital = (0x41...0x5A).contains(scalar.value)
            result.append(UInt8(scalar.value) | (isCapital ? 0x20 : 0))
        } else if let full = Unicode.Scalar(scalar.value) {
            result += full.properties.lowercaseMapping.utf8
        }
    }
}

extension BertRules {
    /// What uncased BERT does to text.
    static let normalization: [TextNormalizer.Step] = [
        .cleaned, .spacedIdeographs, .decomposed, .without(.nonspacingMark), .lowercased,
    ]

    /// Words and signs, without the white space between them.
    static func stages() throws(TokenizerError) -> [PreTokenizer.Stage] {
        [
            .split(try Splitter(pattern: #"\s+"#), .removed, isInverted: false),
            .split(try Splitter(pattern: #"[\p{P}!-/:-@\[-`{-~]"#), .isolated, isInverted: false),
        ]
    }
}
