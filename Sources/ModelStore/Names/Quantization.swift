/// The quantization that the name of a GGUF file speaks of: `Q4_K_M`, `F16`, `UD-Q4_K_XL`.
///
/// GGUF files carry no such label inside; people choose by these names, so they are read from the file name.
package struct Quantization: Hashable, Sendable, CustomStringConvertible {
    /// In capital letters.
    package let label: String

    package var description: String { label }

    /// Best first: the one pulled when none is asked for.
    package static let preference = [
        "Q4_K_M", "Q8_0", "Q4_K_S", "Q5_K_M", "Q5_K_S", "Q6_K", "Q5_1", "Q5_0", "Q4_0", "BF16", "F16", "F32",
    ]

    /// Reads the label out of the name of a file; nil when there is none.
    ///
    /// Labels stand at the end of the name after `-`, `.` or `_`, in any case.
    package init?(fileName: String) {
        let stem = fileName.uppercased().split(separator: "/").last.map(String.init) ?? ""
        let parts = stem.split(whereSeparator: { $0 == "-" || $0 == "." }).map(String.init)
        for place in parts.indices.reversed() {
            guard let label = Self.label(atEndOf: parts[place]) else { continue }
            let isDynamic = place > 0 && parts[place - 1] == "UD"
            self.label = isDynamic ? "UD-" + label : label
            return
        }
        return nil
    }

    /// Whether every tensor type that the label promises is one that the Weights room reads.
    package var isReadable: Bool {
        let label = label.hasPrefix("UD-") ? String(label.dropFirst(3)) : label
        let readable = ["Q4_K", "Q5_K", "Q6_K"].contains { label == $0 || label.hasPrefix($0 + "_") }
        return readable || ["Q4_0", "Q5_0", "Q5_1", "Q8_0", "F16", "BF16", "F32"].contains(label)
    }

    /// "PHI_2_Q4_K_M" ends in "Q4_K_M"; nil when no underscore-separated end of `part` is a label.
    private static func label(atEndOf part: String) -> String? {
        var rest = part[...]
        while true {
            if isLabel(rest) { return canonical(String(rest)) }
            guard let underscore = rest.firstIndex(of: "_") else { return nil }
            rest = rest[rest.index(after: underscore)...]
        }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        if ["F16", "F32", "BF16", "FP16", "FP32", "TQ1_0", "TQ2_0", "MXFP4", "NVFP4"].contains(text) { return true }
        let pieces = text.split(separator: "_", omittingEmptySubsequences: false)
        guard let first = pieces.first, pieces.count >= 2, pieces.count <= 4 else { return false }
        let bits = first.hasPrefix("IQ") ? first.dropFirst(2) : first.hasPrefix("Q") ? first.dropFirst() : ""
        let suffixes: Set<Substring> = ["0", "1", "4", "8", "K", "XXS", "XS", "S", "M", "L", "NL", "XL"]
        return bits.count == 1 && bits.allSatisfy { ("1"..."8").contains($0) }
            && pieces.dropFirst().allSatisfy(suffixes.contains)
    }

    private static func canonical(_ label: String) -> String {
        label == "FP16" ? "F16" : label == "FP32" ? "F32" : label
    }
}
