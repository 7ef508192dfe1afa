/// Words of a server or a file for an operator to read.
enum Words {
    /// The beginning of `text` on one line, without what could drive a terminal.
    ///
    /// - Parameter limit: in Unicode scalars, for one character may hold any number of them.
    static func excerpt(_ text: String, limit: Int = 300) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) { result.append(isPrintable(scalar) ? scalar : " ") }
        return String(result)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }
}
