/// Rewrites text before it is split: steps, one after the other.
struct TextNormalizer: Sendable {
    enum Step: Sendable {
        case prepend([UInt8])
        case replace([UInt8], with: [UInt8])
        case replacePattern(PatternProgram, with: [UInt8])
        /// Unicode's form C.
        case composed
        /// Unicode's form D.
        case decomposed
        case lowercased
        /// Scalars of these kinds are left out.
        case without(UnicodeKind)
        case stripped(left: Bool, right: Bool)
        /// BERT's: no controls, every white space a space.
        case cleaned
        /// BERT's: ideographs stand between spaces.
        case spacedIdeographs
    }

    var steps: [Step] = []

    /// A replacement that makes a text longer than this is left out: replacements of replacements could otherwise
    /// ask for any amount of memory. Bytes.
    static func longestResult(of count: Int) -> Int { count * 16 + 1024 }

    /// - Parameter bytes: valid UTF-8, as is the result.
    func normalize(_ bytes: [UInt8]) -> [UInt8] {
        let limit = Self.longestResult(of: bytes.count)
        var result = bytes
        for step in steps where !result.isEmpty { result = Self.apply(step, to: result, limit) }
        return result
    }

    private static func apply(_ step: Step, to bytes: [UInt8], _ limit: Int) -> [UInt8] {
        switch step {
        case .prepend(let prefix): prefix + bytes
        case .replace(let old, let new): replacing(old, with: new, in: bytes, limit)
        case .replacePattern(let program, let new): replacing(program, with: new, in: bytes, limit)
        case .composed: CanonicalForm.composed(bytes)
        case .decomposed: CanonicalForm.decomposed(bytes)
        case .lowercased: UTF8Text(bytes).mapScalars(BertRules.appendLowercase)
        case .without(let kinds):
            UTF8Text(bytes).mapScalars { scalar, result in
                if !kinds.contains(scalar.kind) { UTF8Text.append(scalar.value, to: &result) }
            }
        case .stripped(let left, let right): stripped(bytes, left: left, right: right)
        case .cleaned: UTF8Text(bytes).mapScalars(BertRules.appendCleaned)
        case .spacedIdeographs: UTF8Text(bytes).mapScalars(BertRules.appendSpaced)
        }
    }

    /// `bytes` itself when the result would be longer than `limit`.
    static func replacing(_ old: [UInt8], with new: [UInt8], in bytes: [UInt8], _ limit: Int) -> [UInt8] {
        guard let first = old.first else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if bytes[place] == first, bytes[place...].starts(with: old) {
                result += new
                place += old.count
                if result.count > limit { return bytes }
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }

    private static func replacing(
        _ program: PatternProgram, with new: [UInt8], in bytes: [UInt8], _ limit: Int
    ) -> [UInt8] {
        var machine = PatternMachine(program)
        var result: [UInt8] = []
        var place = 0
        for match in machine.matches(in: UTF8Text(bytes), 0..<bytes.count) {
            result += bytes[place..<match.lowerBound]
            result += new
            place = match.upperBound
            if result.count > limit { return bytes }
        }
        return result + bytes[place...]
    }

    private static func stripped(_ bytes: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        let text = UTF8Text(bytes)
        let start = left ? text.run(of: .space, from: 0, before: bytes.count) : 0
        var end = bytes.count
        while right, end > start, UnicodeKind.space.contains(text[text.start(before: end)].kind) {
            end = text.start(before: end)
        }
        return Array(bytes[start..<end])
    }
}
