/// Canonical decomposition and composition of single scalars (Unicode Standard, sections 3.7, 3.11 and 3.12).
struct CanonicalTable: Sendable {
    static let shared = CanonicalTable()

    private enum Hangul {
        static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
        static let leading: ClosedRange<UInt32> = 0x1100...0x1112
        static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
        static let trailing: ClosedRange<UInt32> = 0x11A8...0x11C2
        static let vowelCount: UInt32 = 21
        /// One more than there are, for syllables without.
        static let trailingCount: UInt32 = 28
    }

    /// One step of decomposition.
    private var parts: [UInt32: [UInt32]] = [:]
    /// Two scalars, the first in the high half, to the one that they compose to.
    private var composed: [UInt64: UInt32] = [:]
    /// Whether a scalar of the first two planes is left alone by composition, whatever stands around it,
    /// unless a scalar for which this is false follows.
    private var isInert: [Bool] = []

    private init() {
        var dependent: Set<UInt32> = []
        for entry in CanonicalMappings.text.split(separator: " ") {
            let isComposing = entry.contains("=")
            let codes = entry.split { "=!+".contains($0) }.compactMap { UInt32($0, radix: 16) }
            guard let value = codes.first else { continue }
            parts[value] = Array(codes.dropFirst())
            if isComposing, codes.count == 3 {
                composed[UInt64(codes[1]) << 32 | UInt64(codes[2])] = value
                dependent.insert(codes[2])
            } else {
                dependent.insert(value)
            }
        }
        dependent.formUnion(Hangul.vowels)
        dependent.formUnion(Hangul.trailing)
        isInert = (0..<0x20000).map { Self.combiningClass($0) == 0 && !dependent.contains($0) }
    }

    /// Scalars beyond the table are ideographs, or rare enough to be looked at closely.
    @inline(__always)
    func isInertInComposition(_ value: UInt32) -> Bool { value < 0x20000 && isInert[Int(value)] }

    static func combiningClass(_ value: UInt32) -> UInt8 {
        Unicode.Scalar(value)?.properties.canonicalCombiningClass.rawValue ?? 0
    }

    /// Appends the full decomposition of a scalar.
    func appendDecomposition(of value: UInt32, to result: inout [UInt32]) {
        if Hangul.syllables.contains(value) {
            let index = value - Hangul.syllables.lowerBound
            let tail = index % Hangul.trailingCount
            let front = index / Hangul.trailingCount
            result.append(Hangul.leading.lowerBound + front / Hangul.vowelCount)
            result.append(Hangul.vowels.lowerBound + front % Hangul.vowelCount)
            if tail > 0 { result.append(Hangul.trailing.lowerBound + tail - 1) }
        } else if let parts = parts[value] {
            for part in parts { appendDecomposition(of: part, to: &result) }
        } else {
            result.append(value)
        }
    }

    /// The scalar that two compose to, or nil.
    func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if Hangul.leading.contains(first), Hangul.vowels.contains(second) {
            let front = (first - Hangul.leading.lowerBound) * Hangul.vowelCount + second - Hangul.vowels.lowerBound
            return Hangul.syllables.lowerBound + front * Hangul.trailingCount
        }
        if Hangul.syllables.contains(first), Hangul.trailing.contains(second),
            (first - Hangul.syllables.lowerBound).isMultiple(of: Hangul.trailingCount)
        {
            return first + second - Hangul.trailing.lowerBound + 1
        }
        return composed[UInt64(first) << 32 | UInt64(second)]
    }
}
