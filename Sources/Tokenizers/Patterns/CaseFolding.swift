/// The scalars that are equal when case does not count (Unicode's simple case folding).
enum CaseFolding {
    /// Scalars that fold to an ASCII letter from outside ASCII.
    private static let foreign: [UInt32: UInt32] = [0x73: 0x17F, 0x6B: 0x212A]

    static func forms(of value: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(value) else { return [value] }
        let lower = single(scalar.properties.lowercaseMapping) ?? value
        let upper = single(scalar.properties.uppercaseMapping) ?? value
        var forms: Set<UInt32> = [value, lower, upper]
        // U+017F has "S" as its capital, which has "s" as its small letter.
        if let capital = Unicode.Scalar(upper), let small = single(capital.properties.lowercaseMapping) {
            forms.insert(small)
        }
        for form in forms { if let other = foreign[form] { forms.insert(other) } }
        return forms.sorted()
    }

    private static func single(_ text: String) -> UInt32? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
    }
}
